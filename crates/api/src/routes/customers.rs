//! `/v2/customers` (`contract/customers.md` §1 to §4).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use customary_model::customer::Customer;
use customary_service::customers;
use customary_service::entries::Relate;
use customary_service::shown::Shown;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answers::{Record, created};
use crate::error::{ApiError, Errors};
use crate::extract::{
    Auth, BaseUrl, Conditional, Data as Body, Path, Posted, Query, References, ReferencesIfAny,
};
use crate::links::{List, ListAddress};
use crate::router::ApiState;
use crate::routes::entries::ReferenceInput;
use crate::views::{CustomerShape, CustomerView, Data, WithIncluded};

/// A customer to create or change, with any fields of the flow `customers`. An update changes the
/// keys that are sent.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct CustomerInput {
    /// `customer`. This, a name and an email are needed to create one.
    #[schema(rename = "type", example = "customer", required = false)]
    type_name: String,
    /// 1 to 2048 characters.
    #[schema(example = "Ron Swanson", required = false)]
    name: String,
    /// Unique in the store, whatever its case.
    #[schema(example = "ron.swanson@gmail.com", required = false)]
    email: String,
    /// Never shown again; null removes it.
    password: Option<String>,
    external_ref: Option<String>,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}

/// List customers
#[utoipa::path(
    get,
    path = "/v2/customers",
    operation_id = "listCustomers",
    tag = "Customers",
    params(
        ("filter" = Option<String>, Query, description = "Such as `like(name,*swan*):ge(loyalty_points,100)`"),
        ("sort" = Option<String>, Query, description = "`created_at`, `email`, `id`, `name`, `updated_at` or slugs of fields, up to three separated by commas, with `-` in front for descending; the newest come first by default"),
        ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five"),
        ("explain" = Option<bool>, Query, description = "Whether `meta.plan` tells how the list was found"),
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
        ("page[cursor]" = Option<String>, Query, description = "Instead of an offset: empty to start a walk through the whole list, which `links.next` then carries on"),
        ("page[total_method]" = Option<String>, Query, description = "`exact`, `observed` or `lower_bound`"),
    ),
    responses((status = 200, description = "Customers", body = WithIncluded<List<CustomerShape>>), (status = 400, description = "A parameter makes no sense", body = Errors))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    headers: HeaderMap,
    base: BaseUrl,
    address: ListAddress,
) -> Result<Json<WithIncluded<List<CustomerView>>>, ApiError> {
    let params = address.query().list_params(&headers)?;
    let Shown {
        value: page,
        schema,
        included,
        plan,
        ..
    } = customers::list(&state.app, &caller, &params).await?;
    let list = address.explained_list(page, &params, plan, |customer| CustomerView {
        customer,
        schema: schema.clone(),
    });
    Ok(Json(WithIncluded::new(list, included, &base)))
}

/// Create a customer
#[utoipa::path(
    post,
    path = "/v2/customers",
    operation_id = "createCustomer",
    tag = "Customers",
    request_body = Data<CustomerInput>,
    responses((status = 201, description = "The customer", body = Data<CustomerShape>), (status = 409, description = "Another customer has the email or a unique value", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<Response, ApiError> {
    let customer = customers::create(&state.app, &caller, &data, &conditions)
        .await
        .map_err(ApiError::customers)?;
    let tag = Some(customer.tag());
    Ok(created(&state, &caller, &conditions, tag, &view(customer)).await)
}

/// Get a customer
#[utoipa::path(
    get,
    path = "/v2/customers/{customer}",
    operation_id = "getCustomer",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id"), ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five")),
    responses((status = 200, description = "The customer", body = WithIncluded<Data<CustomerShape>>), (status = 404, description = "There is no such customer", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(customer): Path<String>,
    query: Query,
) -> Result<Record<WithIncluded<Data<CustomerView>>>, ApiError> {
    let includes = query.includes();
    let mut customer = customers::get(&state.app, &caller, &customer, &includes).await?;
    let tag = includes.is_empty().then(|| customer.tag());
    let included = std::mem::take(&mut customer.included);
    let answer = WithIncluded::new(view(customer), included, &base);
    Ok(Record(tag, answer))
}

/// Update a customer
///
/// Only the keys that are sent change, so that concurrent updates of different keys never lose one
/// another.
#[utoipa::path(
    put,
    path = "/v2/customers/{customer}",
    operation_id = "updateCustomer",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id")),
    request_body = Data<CustomerInput>,
    responses((status = 200, description = "The customer", body = Data<CustomerShape>), (status = 404, description = "There is no such customer", body = Errors), (status = 409, description = "Another customer has the email or a unique value", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(customer): Path<String>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<Data<CustomerView>>, ApiError> {
    let customer = customers::update(&state.app, &caller, &customer, &data, &conditions)
        .await
        .map_err(ApiError::customers)?;
    Ok(Record(Some(customer.tag()), view(customer)))
}

/// Delete a customer
#[utoipa::path(
    delete,
    path = "/v2/customers/{customer}",
    operation_id = "deleteCustomer",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id")),
    responses((status = 204, description = "They are gone"), (status = 404, description = "There is no such customer", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(customer): Path<String>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    customers::remove(&state.app, &caller, &customer, &conditions).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get references of a customer
#[utoipa::path(
    get,
    path = "/v2/customers/{customer}/relationships/{field}",
    operation_id = "getCustomerRelationship",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    responses((status = 200, description = "An array or an object as the field has it, or null", body = Data<Value>), (status = 404, description = "There is no such customer or field", body = Errors))
)]
pub(crate) async fn references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((customer, field)): Path<(String, String)>,
) -> Result<Json<Data<Value>>, ApiError> {
    let data = customers::references(&state.app, &caller, &customer, &field).await?;
    Ok(Json(Data { data }))
}

/// Add references to a customer
///
/// Those that are there stay; a one-to-one field takes the new one.
#[utoipa::path(
    post,
    path = "/v2/customers/{customer}/relationships/{field}",
    operation_id = "createCustomerRelationship",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    request_body = Data<Vec<ReferenceInput>>,
    responses((status = 201, description = "All references of the field", body = Data<Value>), (status = 422, description = "What is wrong with them", body = Errors), (status = 404, description = "There is no such customer or field", body = Errors))
)]
pub(crate) async fn add_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((customer, field)): Path<(String, String)>,
    Posted(References(references), conditions): Posted<References>,
) -> Result<Response, ApiError> {
    let data = customers::relate(
        &state.app,
        &caller,
        &customer,
        &field,
        &Relate::Add(references),
        &conditions,
    )
    .await?;
    Ok(created(&state, &caller, &conditions, None, &Data { data }).await)
}

/// Replace references of a customer
#[utoipa::path(
    put,
    path = "/v2/customers/{customer}/relationships/{field}",
    operation_id = "updateCustomerRelationship",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    request_body = Data<Vec<ReferenceInput>>,
    responses((status = 200, description = "All references of the field", body = Data<Value>), (status = 422, description = "What is wrong with them", body = Errors), (status = 404, description = "There is no such customer or field", body = Errors))
)]
pub(crate) async fn replace_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((customer, field)): Path<(String, String)>,
    Conditional(conditions): Conditional,
    References(references): References,
) -> Result<Json<Data<Value>>, ApiError> {
    let data = customers::relate(
        &state.app,
        &caller,
        &customer,
        &field,
        &Relate::Replace(references),
        &conditions,
    )
    .await?;
    Ok(Json(Data { data }))
}

/// Remove references of a customer
///
/// Those in the body, or all without a body.
#[utoipa::path(
    delete,
    path = "/v2/customers/{customer}/relationships/{field}",
    operation_id = "deleteCustomerRelationship",
    tag = "Customers",
    params(("customer" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    responses((status = 204, description = "They are gone"), (status = 404, description = "There is no such customer or field", body = Errors))
)]
pub(crate) async fn remove_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((customer, field)): Path<(String, String)>,
    Conditional(conditions): Conditional,
    references: ReferencesIfAny,
) -> Result<StatusCode, ApiError> {
    customers::relate(
        &state.app,
        &caller,
        &customer,
        &field,
        &references.into_removal(),
        &conditions,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(
    Shown {
        value: customer,
        schema,
        ..
    }: Shown<Customer>,
) -> Data<CustomerView> {
    Data {
        data: CustomerView { customer, schema },
    }
}
