//! `/v2/flows/{flow}/entries` and the references of records (`contract/flows.md` §8 and §9).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use customary_model::entry::Entry;
use customary_service::entries::{self, Relate, ShownEntries};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answers::{Record, created};
use crate::error::{ApiError, Errors};
use crate::extract::{
    Auth, BaseUrl, Conditional, Data as Body, Path, Posted, Query, References, ReferencesIfAny,
};
use crate::links::{List, ListAddress};
use crate::router::ApiState;
use crate::views::{Data, EntryShape, EntryView, WithIncluded};

/// An entry to create or change, with any fields of its flow. An update changes the keys that are
/// sent.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct EntryInput {
    /// `entry`. Needed to create one.
    #[schema(rename = "type", example = "entry", required = false)]
    type_name: String,
    /// Only for entries of templates and core flows: the id of the record that they extend.
    id: Option<String>,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: Map<String, Value>,
}

/// A reference to another record. Neither has the record to exist, nor is `type` compared with it.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct ReferenceInput {
    #[schema(rename = "type", example = "product")]
    type_name: String,
    id: String,
}

/// List entries
///
/// The oldest first. Of a flow that extends customers, there is one entry for each customer.
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/entries",
    operation_id = "listEntries",
    tag = "Entries",
    params(
        ("flow" = String, Path, description = "Id or slug"),
        ("filter" = Option<String>, Query, description = "Such as `in(id,…)` or `ge(cost,100):like(name,a*)`"),
        ("sort" = Option<String>, Query, description = "`id`, `created_at`, `updated_at` or slugs of fields, up to three separated by commas, with `-` in front for descending; the oldest come first by default"),
        ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five"),
        ("explain" = Option<bool>, Query, description = "Whether `meta.plan` tells how the list was found"),
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
        ("page[cursor]" = Option<String>, Query, description = "Instead of an offset: empty to start a walk through the whole list, which `links.next` then carries on"),
        ("page[total_method]" = Option<String>, Query, description = "`exact`, `observed` or `lower_bound`"),
    ),
    responses((status = 200, description = "Entries", body = WithIncluded<List<EntryShape>>), (status = 404, description = "There is no such flow", body = Errors))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    headers: HeaderMap,
    base: BaseUrl,
    Path(flow): Path<String>,
    address: ListAddress,
) -> Result<Json<WithIncluded<List<EntryView>>>, ApiError> {
    let params = address.query().list_params(&headers)?;
    let ShownEntries {
        value: page,
        flow,
        schema,
        included,
        plan,
        ..
    } = entries::list(&state.app, &caller, &flow, &params).await?;
    let list = address.explained_list(page, &params, plan, |entry| {
        EntryView::new(entry, &flow, schema.clone(), &base)
    });
    Ok(Json(WithIncluded::new(list, included, &base)))
}

/// Create an entry
#[utoipa::path(
    post,
    path = "/v2/flows/{flow}/entries",
    operation_id = "createEntry",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug")),
    request_body = Data<EntryInput>,
    responses((status = 201, description = "The entry", body = Data<EntryShape>), (status = 404, description = "There is no such flow", body = Errors), (status = 409, description = "The id or a unique value is taken", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(flow): Path<String>,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<Response, ApiError> {
    let entry = entries::create(&state.app, &caller, &flow, &data, &conditions).await?;
    let (tag, answer) = (Some(entry.tag()), view(entry, &base));
    Ok(created(&state, &caller, &conditions, tag, &answer).await)
}

/// Get an entry
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/entries/{entry}",
    operation_id = "getEntry",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id"), ("include" = Option<String>, Query, description = "Slugs of relationship fields, separated by commas, up to five")),
    responses((status = 200, description = "The entry", body = WithIncluded<Data<EntryShape>>), (status = 404, description = "There is no such flow or entry", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path((flow, entry)): Path<(String, String)>,
    query: Query,
) -> Result<Record<WithIncluded<Data<EntryView>>>, ApiError> {
    let includes = query.includes();
    let mut entry = entries::get(&state.app, &caller, &flow, &entry, &includes).await?;
    let tag = includes.is_empty().then(|| entry.tag());
    let included = std::mem::take(&mut entry.included);
    let answer = WithIncluded::new(view(entry, &base), included, &base);
    Ok(Record(tag, answer))
}

/// Update an entry
///
/// An entry of a template or of a core flow whose resource lives elsewhere is created when it does
/// not exist.
#[utoipa::path(
    put,
    path = "/v2/flows/{flow}/entries/{entry}",
    operation_id = "updateEntry",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id")),
    request_body = Data<EntryInput>,
    responses((status = 200, description = "The entry", body = Data<EntryShape>), (status = 404, description = "There is no such flow or entry", body = Errors), (status = 409, description = "A unique value is taken", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path((flow, entry)): Path<(String, String)>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<Data<EntryView>>, ApiError> {
    let entry = entries::update(&state.app, &caller, &flow, &entry, &data, &conditions).await?;
    Ok(Record(Some(entry.tag()), view(entry, &base)))
}

/// Delete an entry
///
/// Of a flow that extends customers, this clears the customer's values and references.
#[utoipa::path(
    delete,
    path = "/v2/flows/{flow}/entries/{entry}",
    operation_id = "deleteEntry",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such flow or entry", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((flow, entry)): Path<(String, String)>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    entries::remove(&state.app, &caller, &flow, &entry, &conditions).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get references
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}/entries/{entry}/relationships/{field}",
    operation_id = "getEntryRelationship",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    responses((status = 200, description = "An array or an object as the field has it, or null", body = Data<Value>), (status = 404, description = "There is no such flow, entry or field", body = Errors))
)]
pub(crate) async fn references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((flow, entry, field)): Path<(String, String, String)>,
) -> Result<Json<Data<Value>>, ApiError> {
    let data = entries::references(&state.app, &caller, &flow, &entry, &field).await?;
    Ok(Json(Data { data }))
}

/// Add references
///
/// Those that are there stay; a one-to-one field takes the new one.
#[utoipa::path(
    post,
    path = "/v2/flows/{flow}/entries/{entry}/relationships/{field}",
    operation_id = "createEntryRelationship",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    request_body = Data<Vec<ReferenceInput>>,
    responses((status = 201, description = "All references of the field", body = Data<Value>), (status = 404, description = "There is no such flow, entry or field", body = Errors), (status = 422, description = "What is wrong with them", body = Errors))
)]
pub(crate) async fn add_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((flow, entry, field)): Path<(String, String, String)>,
    Posted(References(references), conditions): Posted<References>,
) -> Result<Response, ApiError> {
    let data = entries::relate(
        &state.app,
        &caller,
        &flow,
        &entry,
        &field,
        &Relate::Add(references),
        &conditions,
    )
    .await?;
    Ok(created(&state, &caller, &conditions, None, &Data { data }).await)
}

/// Replace references
#[utoipa::path(
    put,
    path = "/v2/flows/{flow}/entries/{entry}/relationships/{field}",
    operation_id = "updateEntryRelationship",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    request_body = Data<Vec<ReferenceInput>>,
    responses((status = 200, description = "All references of the field", body = Data<Value>), (status = 404, description = "There is no such flow, entry or field", body = Errors), (status = 422, description = "What is wrong with them", body = Errors))
)]
pub(crate) async fn replace_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((flow, entry, field)): Path<(String, String, String)>,
    Conditional(conditions): Conditional,
    References(references): References,
) -> Result<Json<Data<Value>>, ApiError> {
    let data = entries::relate(
        &state.app,
        &caller,
        &flow,
        &entry,
        &field,
        &Relate::Replace(references),
        &conditions,
    )
    .await?;
    Ok(Json(Data { data }))
}

/// Remove references
///
/// Those in the body, or all without a body.
#[utoipa::path(
    delete,
    path = "/v2/flows/{flow}/entries/{entry}/relationships/{field}",
    operation_id = "deleteEntryRelationship",
    tag = "Entries",
    params(("flow" = String, Path, description = "Id or slug"), ("entry" = String, Path, description = "Id"), ("field" = String, Path, description = "Slug of a relationship field")),
    responses((status = 204, description = "They are gone"), (status = 404, description = "There is no such flow, entry or field", body = Errors))
)]
pub(crate) async fn remove_references(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path((flow, entry, field)): Path<(String, String, String)>,
    Conditional(conditions): Conditional,
    references: ReferencesIfAny,
) -> Result<StatusCode, ApiError> {
    entries::relate(
        &state.app,
        &caller,
        &flow,
        &entry,
        &field,
        &references.into_removal(),
        &conditions,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(
    ShownEntries {
        value: entry,
        flow,
        schema,
        ..
    }: ShownEntries<Entry>,
    base: &BaseUrl,
) -> Data<EntryView> {
    Data {
        data: EntryView::new(entry, &flow, schema, base),
    }
}
