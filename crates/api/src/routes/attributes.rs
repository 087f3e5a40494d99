//! `…/attributes` (`contract/flows.md` §10).

use axum::Json;
use axum::extract::State;
use customary_model::description::{BaseAttribute, FieldDescription};
use customary_model::resource::{ADDRESSES, CUSTOMERS};
use customary_service::descriptions::{self, Description};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::error::{ApiError, Errors};
use crate::extract::{Auth, Path};
use crate::router::ApiState;

/// The version of the description's form.
const VERSION: &str = "2.0.0";

/// What the attributes of a thing are called and hold.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attributes {
    /// One item for each attribute, those of the platform first.
    data: Vec<Attribute>,
    meta: AttributesMeta,
}

/// What is described.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttributesMeta {
    #[schema(example = "customer")]
    entity: String,
    #[schema(example = "2.0.0")]
    version: &'static str,
}

/// An attribute.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attribute {
    /// Its name for people.
    #[schema(example = "Email")]
    label: String,
    /// Its name on the wire.
    #[schema(example = "email")]
    value: String,
    /// The type of its values; `enum` for one of a list.
    #[serde(rename = "type")]
    #[schema(example = "string")]
    value_type: &'static str,
    required: bool,
    description: String,
    /// The list of an `enum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<String>>,
    /// The rules of a field that has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    validation_rules: Option<Box<RawValue>>,
}

impl From<Description> for Attributes {
    fn from(description: Description) -> Self {
        let base = description.base.iter().map(Attribute::from);
        let data = base
            .chain(description.fields.into_iter().map(Attribute::from))
            .collect();
        Self {
            data,
            meta: AttributesMeta {
                entity: description.entity,
                version: VERSION,
            },
        }
    }
}

impl From<&BaseAttribute> for Attribute {
    fn from(attribute: &BaseAttribute) -> Self {
        let options = (attribute.name == "field_type")
            .then(|| descriptions::field_types().map(ToOwned::to_owned).collect());
        Self {
            label: attribute.label.to_owned(),
            value: attribute.name.to_owned(),
            value_type: attribute.value_type,
            required: attribute.required,
            description: attribute.description.to_owned(),
            options,
            validation_rules: None,
        }
    }
}

impl From<FieldDescription> for Attribute {
    fn from(field: FieldDescription) -> Self {
        Self {
            label: field.label,
            value: field.name,
            value_type: field.value_type,
            required: field.required,
            description: field.description,
            options: field.options,
            validation_rules: field.validation_rules,
        }
    }
}

/// Describe flows
#[utoipa::path(
    get,
    path = "/v2/flows/attributes",
    operation_id = "describeFlows",
    tag = "Flows",
    responses((status = 200, description = "The attributes of a flow", body = Attributes))
)]
pub(crate) async fn of_flows(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_flows(&state.app, &caller).await?.into(),
    ))
}

/// Describe fields
#[utoipa::path(
    get,
    path = "/v2/fields/attributes",
    operation_id = "describeFields",
    tag = "Fields",
    responses((status = 200, description = "The attributes of a field", body = Attributes))
)]
pub(crate) async fn of_fields(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_fields(&state.app, &caller).await?.into(),
    ))
}

/// Describe customers
#[utoipa::path(
    get,
    path = "/v2/customers/attributes",
    operation_id = "describeCustomers",
    tag = "Customers",
    responses((status = 200, description = "The attributes of a customer, with the fields of the flow `customers`", body = Attributes))
)]
pub(crate) async fn of_customers(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_resource(&state.app, &caller, &CUSTOMERS)
            .await?
            .into(),
    ))
}

/// Describe addresses
#[utoipa::path(
    get,
    path = "/v2/addresses/attributes",
    operation_id = "describeAddresses",
    tag = "Addresses",
    responses((status = 200, description = "The attributes of an address, with the fields of the flow `addresses`", body = Attributes))
)]
pub(crate) async fn of_addresses(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_resource(&state.app, &caller, &ADDRESSES)
            .await?
            .into(),
    ))
}

/// Describe settings
#[utoipa::path(
    get,
    path = "/v2/settings/attributes",
    operation_id = "describeSettings",
    tag = "Settings",
    responses((status = 200, description = "The settings that can be set", body = Attributes))
)]
pub(crate) async fn of_settings(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_settings(&state.app, &caller).await?.into(),
    ))
}

/// Describe the records of a flow
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/attributes",
    operation_id = "describeFlow",
    tag = "Flows",
    params(("flow" = String, Path, description = "Slug; a core slug without a flow is described too")),
    responses((status = 200, description = "The attributes of its records", body = Attributes), (status = 404, description = "There is no such flow", body = Errors))
)]
pub(crate) async fn of_flow(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(flow): Path<String>,
) -> Result<Json<Attributes>, ApiError> {
    Ok(Json(
        descriptions::of_flow(&state.app, &caller, &flow)
            .await?
            .into(),
    ))
}
