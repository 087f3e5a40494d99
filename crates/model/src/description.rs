//! What the attributes of a thing are called and hold, for programs that make forms of them
//! (`contract/flows.md` §10).

use serde_json::value::RawValue;

use crate::address;
use crate::field::{FieldKind, FieldType};
use crate::resource::{ADDRESSES, CUSTOMERS};
use crate::schema::SchemaField;
use crate::settings::Settings;

/// An attribute that the platform defines.
#[derive(Debug, Clone, Copy)]
pub struct BaseAttribute {
    /// Its name for people.
    pub label: &'static str,
    /// Its name on the wire.
    pub name: &'static str,
    /// The type of its values.
    pub value_type: &'static str,
    /// Whether a thing must have it.
    pub required: bool,
    /// What it is.
    pub description: &'static str,
}

/// A field that a store defined, described in the same way.
#[derive(Debug)]
pub struct FieldDescription {
    /// Its name for people.
    pub label: String,
    /// Its slug.
    pub name: String,
    /// Its type; `enum` for a string that is one of a list.
    pub value_type: &'static str,
    /// Whether a record must have it.
    pub required: bool,
    /// What it is.
    pub description: String,
    /// The list, for an `enum`.
    pub options: Option<Vec<String>>,
    /// Its rules as they were sent, if there are any.
    pub validation_rules: Option<Box<RawValue>>,
}

const fn base(
    label: &'static str,
    name: &'static str,
    value_type: &'static str,
    required: bool,
    description: &'static str,
) -> BaseAttribute {
    BaseAttribute {
        label,
        name,
        value_type,
        required,
        description,
    }
}

/// The attributes of a flow.
pub static FLOW: [BaseAttribute; 4] = [
    base("Name", "name", "string", true, "The name of the flow"),
    base(
        "Slug",
        "slug",
        "string",
        true,
        "The name of the flow in addresses, unique in the store",
    ),
    base(
        "Description",
        "description",
        "string",
        false,
        "What the flow is for",
    ),
    base(
        "Enabled",
        "enabled",
        "boolean",
        false,
        "Whether records show the fields of the flow",
    ),
];

/// The attributes of a field.
pub static FIELD: [BaseAttribute; 10] = [
    base("Name", "name", "string", true, "The name of the field"),
    base(
        "Slug",
        "slug",
        "string",
        true,
        "The key of the field in records, unique in its flow",
    ),
    base(
        "Field type",
        "field_type",
        "enum",
        true,
        "The type of the values",
    ),
    base(
        "Description",
        "description",
        "string",
        false,
        "What the field is for",
    ),
    base(
        "Required",
        "required",
        "boolean",
        false,
        "Whether a record must have a value",
    ),
    base(
        "Default",
        "default",
        "string",
        false,
        "The value of a record that is created without one",
    ),
    base(
        "Enabled",
        "enabled",
        "boolean",
        false,
        "Whether records show and accept the field",
    ),
    base(
        "Order",
        "order",
        "integer",
        false,
        "The place of the field among the others",
    ),
    base(
        "Omit null",
        "omit_null",
        "boolean",
        false,
        "Whether records leave the key out while there is no value",
    ),
    base(
        "Validation rules",
        "validation_rules",
        "array",
        false,
        "What values are accepted",
    ),
];

/// The attributes of a customer.
static CUSTOMER: [BaseAttribute; 4] = [
    base("Name", "name", "string", true, "The name of the customer"),
    base(
        "Email",
        "email",
        "string",
        true,
        "The email address of the customer, unique in the store",
    ),
    base(
        "Password",
        "password",
        "string",
        false,
        "The password of the customer; shown as whether there is one",
    ),
    base(
        "External ref",
        "external_ref",
        "string",
        false,
        "The shop's own reference to the customer",
    ),
];

/// The attributes of an address. Which of them are required is for each store to say.
static ADDRESS: [BaseAttribute; address::ATTRIBUTES.len()] = [
    base(
        "Name",
        "name",
        "string",
        false,
        "What the customer calls the address",
    ),
    base(
        "First name",
        "first_name",
        "string",
        false,
        "The first name of the recipient",
    ),
    base(
        "Last name",
        "last_name",
        "string",
        false,
        "The last name of the recipient",
    ),
    base(
        "Phone number",
        "phone_number",
        "string",
        false,
        "The phone number of the recipient",
    ),
    base(
        "Instructions",
        "instructions",
        "string",
        false,
        "What a carrier has to know",
    ),
    base(
        "Company name",
        "company_name",
        "string",
        false,
        "The company of the recipient",
    ),
    base(
        "Line 1",
        "line_1",
        "string",
        false,
        "The first line: street and number",
    ),
    base("Line 2", "line_2", "string", false, "The second line"),
    base("City", "city", "string", false, "The city"),
    base("County", "county", "string", false, "The county"),
    base(
        "Region",
        "region",
        "string",
        false,
        "The state, province or region",
    ),
    base("Postcode", "postcode", "string", false, "The postal code"),
    base(
        "Country",
        "country",
        "string",
        false,
        "The country, usually as its two letters",
    ),
];

/// The attributes of the settings of a store.
pub static SETTINGS: [BaseAttribute; 9] = [
    base(
        "Page length",
        "page_length",
        "integer",
        false,
        "How many records a page has when the request does not say, 1 to 100",
    ),
    base(
        "List child products",
        "list_child_products",
        "boolean",
        false,
        "Kept for programs that ask for it",
    ),
    base(
        "Additional languages",
        "additional_languages",
        "array",
        false,
        "Kept for programs that ask for it",
    ),
    base(
        "Calculation method",
        "calculation_method",
        "string",
        false,
        "`line` or `simple`; kept for programs that ask for it",
    ),
    base(
        "Address mandatory fields",
        "address_mandatory_fields",
        "array",
        false,
        "What an address must have",
    ),
    base(
        "Include organization resources",
        "include_organization_resources",
        "boolean",
        false,
        "Kept for programs that ask for it",
    ),
    base(
        "Shopper address limit",
        "shopper_address_limit",
        "integer",
        false,
        "How many addresses a customer can have, 1 to 500",
    ),
    base(
        "Require If-Match",
        "require_if_match",
        "boolean",
        false,
        "Whether a change or deletion of a record must send the header If-Match",
    ),
    base(
        "Compat",
        "compat",
        "string",
        false,
        "extended, or strict for an API without anything that the platform does not document",
    ),
];

/// The attributes of a hosted resource, by its slug, in a store with these settings; none for anything
/// else.
#[must_use]
pub fn of_resource(slug: &str, settings: &Settings) -> Vec<BaseAttribute> {
    if slug == CUSTOMERS.slug {
        CUSTOMER.to_vec()
    } else if slug == ADDRESSES.slug {
        let mandatory = &settings.address_mandatory_fields;
        let described = ADDRESS.iter().map(|attribute| BaseAttribute {
            required: mandatory.iter().any(|name| name == attribute.name),
            ..*attribute
        });
        described.collect()
    } else {
        Vec::new()
    }
}

impl FieldDescription {
    /// Describes a field of a schema.
    #[must_use]
    pub fn of(entry: &SchemaField) -> Self {
        let field = &entry.field;
        let options = match &entry.kind {
            FieldKind::String(rules) if !rules.choices().is_empty() => {
                Some(rules.choices().to_vec())
            }
            FieldKind::String(_)
            | FieldKind::Integer(_)
            | FieldKind::Boolean
            | FieldKind::Float(_)
            | FieldKind::Date(_)
            | FieldKind::Relationship(_) => None,
        };
        let rules = &field.validation_rules;
        Self {
            label: field.name.clone(),
            name: field.slug.to_string(),
            value_type: if options.is_some() {
                "enum"
            } else {
                FieldType::as_str(field.field_type)
            },
            required: field.required,
            description: field.description.clone(),
            options,
            validation_rules: (rules.get() != "[]").then(|| rules.clone()),
        }
    }
}
