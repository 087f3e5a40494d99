//! The shapes of answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderName, header};
use customary_model::address::{self, Address};
use customary_model::customer::Customer;
use customary_model::entry::Entry;
use customary_model::flow::Flow;
use customary_model::id::{AddressId, CustomerId, FieldId, FlowId};
use customary_model::resource::{ADDRESSES, CUSTOMERS};
use customary_model::schema::{CustomValues, Schema};
use customary_model::time::Timestamp;
use customary_model::unique::Unique;
use customary_service::fields::{Index, ShownField};
use customary_service::includes::{Include, Included};
use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, OneOf, Schema as JsonSchema, Type};

use crate::extract::BaseUrl;
use crate::links::ENCODED;

/// The headers of an answer that holds a secret.
pub(crate) type NoStore = [(HeaderName, &'static str); 1];

/// Nobody on the way may keep the answer.
pub(crate) const NO_STORE: NoStore = [(header::CACHE_CONTROL, "no-store")];

/// An answer about one thing.
#[derive(Serialize, ToSchema)]
pub(crate) struct Data<T> {
    /// The thing.
    pub(crate) data: T,
}

/// An answer with what was asked to be sent along.
#[derive(Serialize, ToSchema)]
pub(crate) struct WithIncluded<T> {
    #[serde(flatten)]
    pub(crate) answer: T,
    /// For each name in `include`, the records that were found.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Option<std::collections::HashMap<String, Vec<Object>>>)]
    included: BTreeMap<String, Vec<IncludedView>>,
}

/// A record that was sent along.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum IncludedView {
    Entry(Box<EntryView>),
    Customer(Box<CustomerView>),
    Address(Box<AddressView>),
}

impl<T> WithIncluded<T> {
    pub(crate) fn new(answer: T, included: Vec<Include>, base: &BaseUrl) -> Self {
        let view = |record| match record {
            Included::Entry(entry, flow, schema) => {
                IncludedView::Entry(Box::new(EntryView::new(*entry, &flow, schema, base)))
            }
            Included::Customer(customer, schema) => {
                IncludedView::Customer(Box::new(CustomerView {
                    customer: *customer,
                    schema,
                }))
            }
            Included::Address(address, schema) => {
                IncludedView::Address(Box::new(AddressView::new(*address, schema, base)))
            }
        };
        let included = included.into_iter();
        let included = included.map(|include| {
            (
                include.name,
                include.records.into_iter().map(view).collect(),
            )
        });
        Self {
            answer,
            included: included.collect(),
        }
    }
}

/// Where a thing can be found.
#[derive(Serialize, ToSchema)]
pub(crate) struct SelfLink {
    /// Its own address.
    #[serde(rename = "self")]
    pub(crate) own: String,
}

/// Who a thing belongs to and when it changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Meta {
    /// Always `store`.
    #[schema(example = "store")]
    owner: &'static str,
    timestamps: Timestamps,
}

/// When a thing was created and last changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Timestamps {
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl Meta {
    fn of_store(created_at: Timestamp, updated_at: Timestamp) -> Self {
        Self {
            owner: "store",
            timestamps: Timestamps {
                created_at,
                updated_at,
            },
        }
    }
}

/// A flow.
#[derive(Serialize, ToSchema)]
#[schema(as = Flow)]
pub(crate) struct FlowView {
    #[schema(value_type = String, format = Uuid)]
    id: FlowId,
    /// Always `flow`.
    #[serde(rename = "type")]
    #[schema(example = "flow")]
    type_name: &'static str,
    #[schema(example = "Customers")]
    name: String,
    #[schema(example = "customers")]
    slug: String,
    description: String,
    enabled: bool,
    links: SelfLink,
    /// Always empty.
    #[schema(value_type = Object)]
    relationships: Map<String, Value>,
    meta: Meta,
}

impl FlowView {
    pub(crate) fn new(flow: Flow, BaseUrl(base): &BaseUrl) -> Self {
        Self {
            links: SelfLink {
                own: format!("{base}/v2/flows/{}", flow.id),
            },
            id: flow.id,
            type_name: "flow",
            name: flow.name,
            slug: flow.slug.to_string(),
            description: flow.description,
            enabled: flow.enabled,
            relationships: Map::new(),
            meta: Meta::of_store(flow.created_at, flow.updated_at),
        }
    }
}

/// A field of a flow.
#[derive(Serialize, ToSchema)]
#[schema(as = Field)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own on the wire"
)]
pub(crate) struct FieldView {
    #[schema(value_type = String, format = Uuid)]
    id: FieldId,
    /// Always `field`.
    #[serde(rename = "type")]
    #[schema(example = "field")]
    type_name: &'static str,
    /// `string`, `integer`, `boolean`, `float`, `date` or `relationship`.
    #[schema(example = "string")]
    field_type: &'static str,
    #[schema(example = "delivery_details")]
    slug: String,
    #[schema(example = "Delivery Details")]
    name: String,
    description: String,
    required: bool,
    /// A string, number, boolean or null, exactly as it was sent.
    #[schema(value_type = Value)]
    default: Box<RawValue>,
    enabled: bool,
    /// The rules, exactly as they were sent.
    #[schema(value_type = Vec<Object>)]
    validation_rules: Box<RawValue>,
    order: Option<i64>,
    omit_null: bool,
    /// Whether a value stays as it is once a record has one. Left out when it does not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    immutable: bool,
    /// Whether an index serves filters and orders by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    filterable: Option<bool>,
    /// How far that index is: `building`, `ready`, or `clearing` when the field is not filterable any
    /// more. Left out when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ready")]
    index_state: Option<&'static str>,
    /// How many of a hundred records an index has that is being built.
    #[serde(skip_serializing_if = "Option::is_none")]
    index_progress: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = unique)]
    unique: Option<Value>,
    links: SelfLink,
    /// The flow it belongs to.
    #[schema(value_type = Object)]
    relationships: Value,
    meta: Meta,
}

impl FieldView {
    pub(crate) fn new(shown: &ShownField, BaseUrl(base): &BaseUrl) -> Self {
        let ShownField {
            field,
            index,
            is_strict,
        } = shown;
        let (index_state, index_progress) = match index {
            _ if *is_strict => (None, None),
            None => (None, None),
            Some(Index::Building(percent)) => (Some("building"), Some(*percent)),
            Some(Index::Ready) => (Some("ready"), None),
            Some(Index::Clearing) => (Some("clearing"), None),
        };
        Self {
            id: field.id,
            type_name: "field",
            field_type: field.field_type.as_str(),
            slug: field.slug.to_string(),
            name: field.name.clone(),
            description: field.description.clone(),
            required: field.required,
            default: field.default.clone(),
            enabled: field.enabled,
            validation_rules: field.validation_rules.clone(),
            order: field.order,
            omit_null: field.omit_null,
            immutable: field.immutable && !is_strict,
            filterable: (!is_strict).then_some(field.filterable),
            index_state,
            index_progress,
            unique: field
                .unique
                .filter(|_| !is_strict)
                .map(|unique| match unique {
                    Unique::Exact => true.into(),
                    Unique::IgnoreCase => unique.as_str().into(),
                }),
            links: SelfLink {
                own: format!("{base}/v2/flows/{}/fields/{}", field.flow_id, field.id),
            },
            relationships: json!({ "flow": { "data": { "id": field.flow_id, "type": "flow" } } }),
            meta: Meta::of_store(field.created_at, field.updated_at),
        }
    }
}

/// The attribute `unique` of a field.
pub(crate) fn unique() -> JsonSchema {
    let truth = Object::with_type(Type::Boolean);
    let word = Object::builder()
        .schema_type(Type::String)
        .enum_values(Some([Unique::IgnoreCase.as_str()]));
    let either = OneOf::builder().item(truth).item(word);
    let words = "Whether no two records can have the same value: `true`, or `\"ignore_case\"` for texts that may not \
                 differ in case alone. Null and blank texts can be shared. Not for booleans and relationships, and \
                 not together with a default. Answers leave it out when it is `false`.";
    JsonSchema::OneOf(
        either
            .description(Some(words))
            .default(Some(false.into()))
            .build(),
    )
}

/// A customer: base attributes, then the fields of the flow `customers` in their order.
pub(crate) struct CustomerView {
    pub(crate) customer: Customer,
    pub(crate) schema: Arc<Schema>,
}

impl Serialize for CustomerView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { customer, schema } = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("type", CUSTOMERS.type_name)?;
        object.serialize_entry("id", &customer.id)?;
        object.serialize_entry("name", &customer.name)?;
        object.serialize_entry("email", customer.email.as_str())?;
        object.serialize_entry("external_ref", &customer.external_ref)?;
        object.serialize_entry("password", &customer.password_hash.is_some())?;
        for (slug, value) in schema.show(&customer.custom) {
            object.serialize_entry(slug, value)?;
        }
        serialize_relationships(&mut object, relationships(schema, &customer.custom))?;
        let timestamps = Timestamps {
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        };
        object.serialize_entry("meta", &RecordMeta { timestamps })?;
        object.end()
    }
}

/// An address: base attributes, then the fields of the flow `addresses` in their order.
pub(crate) struct AddressView {
    address: Address,
    schema: Arc<Schema>,
    links: SelfLink,
}

impl AddressView {
    pub(crate) fn new(address: Address, schema: Arc<Schema>, BaseUrl(base): &BaseUrl) -> Self {
        let links = SelfLink {
            own: format!(
                "{base}/v2/customers/{}/addresses/{}",
                address.customer_id, address.id
            ),
        };
        Self {
            address,
            schema,
            links,
        }
    }
}

impl Serialize for AddressView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            address,
            schema,
            links,
        } = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("id", &address.id)?;
        object.serialize_entry("type", ADDRESSES.type_name)?;
        for (name, text) in address::ATTRIBUTES.into_iter().zip(&address.texts) {
            object.serialize_entry(name, text)?;
        }
        for (slug, value) in schema.show(&address.custom) {
            object.serialize_entry(slug, value)?;
        }
        object.serialize_entry("links", links)?;
        let timestamps = Timestamps {
            created_at: address.created_at,
            updated_at: address.updated_at,
        };
        object.serialize_entry("meta", &RecordMeta { timestamps })?;
        let mut relationships = relationships(schema, &address.custom);
        let customer = json!({ "id": address.customer_id, "type": CUSTOMERS.type_name });
        relationships.insert(CUSTOMERS.type_name.to_owned(), customer);
        serialize_relationships(&mut object, relationships)?;
        object.end()
    }
}

/// An entry: the fields of its flow in their order, between what every entry has.
pub(crate) struct EntryView {
    entry: Entry,
    schema: Arc<Schema>,
    links: SelfLink,
}

impl EntryView {
    pub(crate) fn new(
        entry: Entry,
        flow: &Flow,
        schema: Arc<Schema>,
        BaseUrl(base): &BaseUrl,
    ) -> Self {
        let id = utf8_percent_encode(entry.id.as_str(), ENCODED);
        let links = SelfLink {
            own: format!("{base}/v2/flows/{}/entries/{id}", flow.slug),
        };
        Self {
            entry,
            schema,
            links,
        }
    }
}

impl Serialize for EntryView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            entry,
            schema,
            links,
        } = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("id", entry.id.as_str())?;
        object.serialize_entry("type", "entry")?;
        for (slug, value) in schema.show(&entry.custom) {
            object.serialize_entry(slug, value)?;
        }
        serialize_relationships(&mut object, relationships(schema, &entry.custom))?;
        object.serialize_entry("meta", &Meta::of_store(entry.created_at, entry.updated_at))?;
        object.serialize_entry("links", links)?;
        object.end()
    }
}

/// The references of a record, by field.
fn relationships(schema: &Schema, custom: &CustomValues) -> Map<String, Value> {
    let shown = schema.show_relationships(custom);
    shown
        .map(|(slug, data)| (slug.to_owned(), json!({ "data": data })))
        .collect()
}

/// Writes `relationships`, unless the record shows none.
#[expect(
    clippy::needless_pass_by_value,
    reason = "every caller makes it for this"
)]
fn serialize_relationships<M: SerializeMap>(
    object: &mut M,
    relationships: Map<String, Value>,
) -> Result<(), M::Error> {
    if relationships.is_empty() {
        Ok(())
    } else {
        object.serialize_entry("relationships", &relationships)
    }
}

// This is what `EntryView` writes by hand, because some keys are only known at run time.
/// An entry. Besides the attributes listed here it has every field of its flow.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryShape {
    id: String,
    /// Always `entry`.
    #[serde(rename = "type")]
    #[schema(example = "entry")]
    type_name: &'static str,
    meta: Meta,
    links: SelfLink,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}

// This is what `CustomerView` writes by hand, because some keys are only known at run time.
/// A customer. Besides the attributes listed here it has every field of the flow `customers`.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerShape {
    /// Always `customer`.
    #[serde(rename = "type")]
    #[schema(example = "customer")]
    type_name: &'static str,
    #[schema(value_type = String, format = Uuid)]
    id: CustomerId,
    #[schema(example = "Ron Swanson")]
    name: String,
    #[schema(example = "ron.swanson@gmail.com")]
    email: String,
    external_ref: Option<String>,
    /// Whether the customer has a password.
    password: bool,
    meta: RecordMeta,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}

/// When a record was created and last changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordMeta {
    timestamps: Timestamps,
}

// This is what `AddressView` writes by hand, because some keys are only known at run time.
/// An address. Besides the attributes listed here it has every field of the flow `addresses`. A text
/// that was not given is empty.
#[derive(Serialize, ToSchema)]
#[schema(as = Address)]
pub(crate) struct AddressShape {
    #[schema(value_type = String, format = Uuid)]
    id: AddressId,
    /// Always `address`.
    #[serde(rename = "type")]
    #[schema(example = "address")]
    type_name: &'static str,
    #[schema(example = "Home")]
    name: String,
    #[schema(example = "Ron")]
    first_name: String,
    #[schema(example = "Swanson")]
    last_name: String,
    phone_number: String,
    instructions: String,
    company_name: String,
    #[schema(example = "1 Sunny Street")]
    line_1: String,
    line_2: String,
    city: String,
    #[schema(example = "Sunnyville")]
    county: String,
    region: String,
    #[schema(example = "SU33 1YY")]
    postcode: String,
    #[schema(example = "GB")]
    country: String,
    links: SelfLink,
    meta: RecordMeta,
    /// The customer, and what the relationship fields refer to.
    #[schema(value_type = Object)]
    relationships: Map<String, Value>,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}
