//! `/v2/customers/{customer}/addresses` (`contract/customers.md` §7).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use customary_model::address::Address;
use customary_service::addresses;
use customary_service::shown::Shown;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answers::{self, Record};
use crate::error::{ApiError, Errors};
use crate::extract::{Auth, BaseUrl, Conditional, Data as Body, Path, Posted, Query};
use crate::links::{List, ListAddress};
use crate::router::ApiState;
use crate::views::{AddressShape, AddressView, Data, WithIncluded};

/// An address to create or change, with any fields of the flow `addresses`. An update changes the
/// keys that are sent. Which attributes an address must have is a setting of the store.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct AddressInput {
    /// `address`
    #[schema(rename = "type", example = "address")]
    type_name: Option<String>,
    #[schema(example = "Home")]
    name: Option<String>,
    #[schema(example = "Ron", required = false)]
    first_name: String,
    #[schema(example = "Swanson", required = false)]
    last_name: String,
    phone_number: Option<String>,
    instructions: Option<String>,
    company_name: Option<String>,
    #[schema(example = "1 Sunny Street", required = false)]
    line_1: String,
    line_2: Option<String>,
    city: Option<String>,
    #[schema(example = "Sunnyville", required = false)]
    county: String,
    region: Option<String>,
    #[schema(example = "SU33 1YY", required = false)]
    postcode: String,
    #[schema(example = "GB", required = false)]
    country: String,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}

/// List addresses
///
/// All addresses of the customer, the oldest first, unless a page is asked for.
#[utoipa::path(
    get,
    path = "/v2/customers/{customer}/addresses",
    operation_id = "listAddresses",
    tag = "Addresses",
    params(
        ("customer" = String, Path, description = "Id"),
        ("filter" = Option<String>, Query, description = "Such as `eq(country,GB):ge(priority,1)`"),
        ("sort" = Option<String>, Query, description = "`id`, `created_at`, `updated_at` or slugs of fields, up to three separated by commas, with `-` in front for descending; the oldest come first by default"),
        ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five"),
        ("explain" = Option<bool>, Query, description = "Whether `meta.plan` tells how the list was found"),
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
        ("page[cursor]" = Option<String>, Query, description = "Instead of an offset: empty to start a walk through the whole list, which `links.next` then carries on"),
        ("page[total_method]" = Option<String>, Query, description = "`exact`, `observed` or `lower_bound`"),
    ),
    responses((status = 200, description = "Addresses", body = WithIncluded<List<AddressShape>>), (status = 404, description = "There is no such customer", body = Errors))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    headers: HeaderMap,
    base: BaseUrl,
    Path(customer): Path<String>,
    address: ListAddress,
) -> Result<Json<WithIncluded<List<AddressView>>>, ApiError> {
    let params = address.query().list_params(&headers)?;
    let found = addresses::list(&state.app, &caller, &customer, &params).await;
    let Shown {
        value: page,
        schema,
        included,
        plan,
        ..
    } = found.map_err(ApiError::addresses)?;
    let list = address.explained_list(page, &params, plan, |address| {
        AddressView::new(address, schema.clone(), &base)
    });
    Ok(Json(WithIncluded::new(list, included, &base)))
}

/// Create an address
#[utoipa::path(
    post,
    path = "/v2/customers/{customer}/addresses",
    operation_id = "createAddress",
    tag = "Addresses",
    params(("customer" = String, Path, description = "Id")),
    request_body = Data<AddressInput>,
    responses(
        (status = 201, description = "The address", body = Data<AddressShape>),
        (status = 400, description = "What is wrong with its attributes", body = Errors),
        (status = 404, description = "There is no such customer", body = Errors),
        (status = 409, description = "Another address has a unique value", body = Errors),
        (status = 422, description = "What is wrong with its fields, or the customer has as many addresses as the store allows", body = Errors),
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(customer): Path<String>,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<Response, ApiError> {
    let created = addresses::create(&state.app, &caller, &customer, &data, &conditions)
        .await
        .map_err(ApiError::addresses)?;
    let (tag, answer) = (Some(created.tag()), view(created, &base));
    Ok(answers::created(&state, &caller, &conditions, tag, &answer).await)
}

/// Get an address
#[utoipa::path(
    get,
    path = "/v2/customers/{customer}/addresses/{address}",
    operation_id = "getAddress",
    tag = "Addresses",
    params(("customer" = String, Path, description = "Id"), ("address" = String, Path, description = "Id"), ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five")),
    responses((status = 200, description = "The address", body = WithIncluded<Data<AddressShape>>), (status = 404, description = "There is no such customer or address", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path((customer, address)): Path<(String, String)>,
    query: Query,
) -> Result<Record<WithIncluded<Data<AddressView>>>, ApiError> {
    let includes = query.includes();
    let mut found = addresses::get(&state.app, &caller, &customer, &address, &includes)
        .await
        .map_err(ApiError::addresses)?;
    let tag = includes.is_empty().then(|| found.tag());
    let included = std::mem::take(&mut found.included);
    let answer = WithIncluded::new(view(found, &base), included, &base);
    Ok(Record(tag, answer))
}

/// Update an address
///
/// Only the keys that are sent change.
#[utoipa::path(
    put,
    path = "/v2/customers/{customer}/addresses/{address}",
    operation_id = "updateAddress",
    tag = "Addresses",
    params(("customer" = String, Path, description = "Id"), ("address" = String, Path, description = "Id")),
    request_body = Data<AddressInput>,
    responses(
        (status = 200, description = "The address", body = Data<AddressShape>),
        (status = 400, description = "What is wrong with its attributes", body = Errors),
        (status = 404, description = "There is no such customer or address", body = Errors),
        (status = 409, description = "Another address has a unique value", body = Errors),
        (status = 422, description = "What is wrong with its fields", body = Errors),
    )
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path((customer, address)): Path<(String, String)>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<Data<AddressView>>, ApiError> {
    let updated = addresses::update(&state.app, &caller, &customer, &address, &data, &conditions)
        .await
        .map_err(ApiError::addresses)?;
    Ok(Record(Some(updated.tag()), view(updated, &base)))
}

/// Delete an address
#[utoipa::path(
    delete,
    path = "/v2/customers/{customer}/addresses/{address}",
    operation_id = "deleteAddress",
    tag = "Addresses",
    params(("customer" = String, Path, description = "Id"), ("address" = String, Path, description = "Id")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such customer or address", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((customer, address)): Path<(String, String)>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    addresses::remove(&state.app, &caller, &customer, &address, &conditions)
        .await
        .map_err(ApiError::addresses)?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(
    Shown {
        value: address,
        schema,
        ..
    }: Shown<Address>,
    base: &BaseUrl,
) -> Data<AddressView> {
    Data {
        data: AddressView::new(address, schema, base),
    }
}
