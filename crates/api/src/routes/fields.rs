//! `/v2/fields` and the fields of a flow (`contract/flows.md` §1 and §4 to §6).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use customary_service::fields::{self, ShownField};
use customary_service::shown::Tagged;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answers::{Record, created};
use crate::error::{ApiError, Errors};
use crate::extract::{Auth, BaseUrl, Conditional, Data as Body, Path, Posted};
use crate::links::{List, ListAddress};
use crate::router::ApiState;
use crate::views::{Data, FieldView, unique};

/// A field to create or change. An update changes the keys that are sent.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct FieldInput {
    /// `field`. This, a name, a slug, a type and the flow are needed to create one.
    #[schema(rename = "type", example = "field", required = false)]
    type_name: String,
    /// 1 to 255 characters, not starting with `$`.
    #[schema(example = "Delivery Details", required = false)]
    name: String,
    /// Letters, digits, `-` and `_`, unique in the flow, and none of the keys that its records
    /// have anyway. Stored values follow when it changes.
    #[schema(example = "delivery_details", required = false)]
    slug: String,
    /// `string`, `integer`, `boolean`, `float`, `date` or `relationship`. Never changes.
    #[schema(example = "string", required = false)]
    field_type: String,
    description: Option<String>,
    /// Whether a record must have a value.
    #[schema(default = false)]
    required: Option<bool>,
    /// What a new record gets when it brings no value: converted to the field's type, and not
    /// measured by the rules.
    default: Option<Value>,
    /// Whether records show and accept it.
    #[schema(default = true)]
    enabled: Option<bool>,
    /// Its place among the fields; those without one come last.
    #[schema(example = 1)]
    order: Option<i64>,
    /// Whether records leave the key out while the value is null.
    #[schema(default = false)]
    omit_null: Option<bool>,
    /// Whether a value stays as it is once a record has one: it is set once, and goes only with the
    /// record.
    #[schema(default = false)]
    immutable: Option<bool>,
    /// Whether an index serves filters and orders by it; without one, filters look through all records.
    /// A new field that is no relationship has one while the flow has any left, 16 for strings and 16 for
    /// numbers, dates and booleans. For records that are there already it is built in the background.
    filterable: Option<bool>,
    #[schema(schema_with = unique)]
    unique: Option<Value>,
    /// Any `enum` and `between` rule is enough; every `email`, `slug`, `uuid`, `pattern`,
    /// `min_length`, `max_length`, `min` and `max` rule has to hold. Lengths are characters, a
    /// pattern is a regular expression that is found anywhere unless it is anchored.
    #[schema(value_type = Option<Vec<Object>>)]
    validation_rules: Option<Vec<Value>>,
    /// `{"flow": {"data": {"type": "flow", "id": "…"}}}`
    #[schema(value_type = Object, required = false)]
    relationships: Value,
}

/// List the fields of all flows
///
/// All of them, the oldest first, unless a page is asked for.
#[utoipa::path(
    get,
    path = "/v2/fields",
    operation_id = "listFields",
    tag = "Fields",
    params(
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
    ),
    responses((status = 200, description = "Fields", body = List<FieldView>))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    address: ListAddress,
) -> Result<Json<List<FieldView>>, ApiError> {
    let params = address.query().page()?;
    let page = fields::list(&state.app, &caller, params).await?;
    Ok(Json(
        address.list(page, params, |field| FieldView::new(&field, &base)),
    ))
}

/// List the fields of a flow
///
/// All of them, in the order in which records show them, unless a page is asked for.
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/fields",
    operation_id = "listFlowFields",
    tag = "Fields",
    params(
        ("flow" = String, Path, description = "Id or slug"),
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
    ),
    responses((status = 200, description = "Fields", body = List<FieldView>), (status = 404, description = "There is no such flow", body = Errors))
)]
pub(crate) async fn list_of_flow(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(flow): Path<String>,
    address: ListAddress,
) -> Result<Json<List<FieldView>>, ApiError> {
    let params = address.query().page()?;
    let page = fields::list_of_flow(&state.app, &caller, &flow, params).await?;
    Ok(Json(
        address.list(page, params, |field| FieldView::new(&field, &base)),
    ))
}

/// Create a field
///
/// From the next request on, every record of its flow carries it.
#[utoipa::path(
    post,
    path = "/v2/fields",
    operation_id = "createField",
    tag = "Fields",
    request_body = Data<FieldInput>,
    responses((status = 201, description = "The field", body = Data<FieldView>), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<Response, ApiError> {
    let field = fields::create(&state.app, &caller, data, &conditions).await?;
    let Record(tag, answer) = view(field, &base);
    Ok(created(&state, &caller, &conditions, tag, &answer).await)
}

/// Get a field
#[utoipa::path(
    get,
    path = "/v2/fields/{field}",
    operation_id = "getField",
    tag = "Fields",
    params(("field" = String, Path, description = "Id")),
    responses((status = 200, description = "The field", body = Data<FieldView>), (status = 404, description = "There is no such field", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(field): Path<String>,
) -> Result<Record<Data<FieldView>>, ApiError> {
    let field = fields::get(&state.app, &caller, &field).await?;
    Ok(view(field, &base))
}

/// Get a field of a flow
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/fields/{field}",
    operation_id = "getFlowField",
    tag = "Fields",
    params(("flow" = String, Path, description = "Id or slug"), ("field" = String, Path, description = "Id")),
    responses((status = 200, description = "The field", body = Data<FieldView>), (status = 404, description = "There is no such flow or field", body = Errors))
)]
pub(crate) async fn get_of_flow(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path((flow, field)): Path<(String, String)>,
) -> Result<Record<Data<FieldView>>, ApiError> {
    let field = fields::get_of_flow(&state.app, &caller, &flow, &field).await?;
    Ok(view(field, &base))
}

/// Update a field
///
/// Its type and flow never change. Changed rules measure later writes, not what is stored.
#[utoipa::path(
    put,
    path = "/v2/fields/{field}",
    operation_id = "updateField",
    tag = "Fields",
    params(("field" = String, Path, description = "Id")),
    request_body = Data<FieldInput>,
    responses((status = 200, description = "The field", body = Data<FieldView>), (status = 404, description = "There is no such field", body = Errors), (status = 409, description = "It is to be unique, and records share values: `meta.duplicates` has some", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(field): Path<String>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<Data<FieldView>>, ApiError> {
    let field = fields::update(&state.app, &caller, field, data, &conditions).await?;
    Ok(view(field, &base))
}

/// Delete a field
///
/// From the next request on, no record shows its values.
#[utoipa::path(
    delete,
    path = "/v2/fields/{field}",
    operation_id = "deleteField",
    tag = "Fields",
    params(("field" = String, Path, description = "Id")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such field", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(field): Path<String>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    fields::remove(&state.app, &caller, field, &conditions).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(Tagged { value, tag }: Tagged<ShownField>, base: &BaseUrl) -> Record<Data<FieldView>> {
    let data = FieldView::new(&value, base);
    Record(Some(tag), Data { data })
}
