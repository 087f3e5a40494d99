//! `/v2/flows` (`contract/flows.md` §1 and §2).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use customary_model::filter::{Clause, Comparison, Condition, Filter, Syntax};
use customary_model::flow::Flow;
use customary_service::Error;
use customary_service::flows::{self, Templates};
use customary_service::shown::Tagged;
use utoipa::ToSchema;

use crate::answers::{Record, created};
use crate::error::{ApiError, Errors};
use crate::extract::{Auth, BaseUrl, Conditional, Data as Body, Path, Posted, Query};
use crate::links::{List, ListAddress};
use crate::router::ApiState;
use crate::views::{Data, FlowView};

/// A flow to create or change. An update changes the keys that are sent.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct FlowInput {
    /// `flow`. This, a name and a slug are needed to create one.
    #[schema(rename = "type", example = "flow", required = false)]
    type_name: String,
    /// 1 to 255 characters, not starting with `$`.
    #[schema(example = "Customers", required = false)]
    name: String,
    /// Letters, digits, `-` and `_`, unique in the store. A core slug such as `customers` extends
    /// that resource; `products(book)` is a template.
    #[schema(example = "customers", required = false)]
    slug: String,
    #[schema(example = "Extends the default customer object")]
    description: Option<String>,
    /// Whether records show its fields.
    #[schema(default = true)]
    enabled: Option<bool>,
}

/// List flows
///
/// All of them, the oldest first, unless a page is asked for.
#[utoipa::path(
    get,
    path = "/v2/flows",
    operation_id = "listFlows",
    tag = "Flows",
    params(
        ("template" = Option<String>, Query, description = "`products` for templates of products, `true` for all templates, `false` for none"),
        ("filter" = Option<String>, Query, description = "`eq(template,products)`"),
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
    ),
    responses((status = 200, description = "Flows", body = List<FlowView>), (status = 400, description = "A parameter makes no sense", body = Errors))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    address: ListAddress,
) -> Result<Json<List<FlowView>>, ApiError> {
    let params = address.query().page()?;
    let templates = templates(address.query())?;
    let page = flows::list(&state.app, &caller, &templates, params).await?;
    Ok(Json(
        address.list(page, params, |flow| FlowView::new(flow, &base)),
    ))
}

/// Create a flow
#[utoipa::path(
    post,
    path = "/v2/flows",
    operation_id = "createFlow",
    tag = "Flows",
    request_body = Data<FlowInput>,
    responses((status = 201, description = "The flow", body = Data<FlowView>), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<Response, ApiError> {
    let flow = flows::create(&state.app, &caller, data, &conditions).await?;
    let Record(tag, answer) = view(flow, &base);
    Ok(created(&state, &caller, &conditions, tag, &answer).await)
}

/// Get a flow
#[utoipa::path(
    get,
    path = "/v2/flows/{flow}",
    operation_id = "getFlow",
    tag = "Flows",
    params(("flow" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "The flow", body = Data<FlowView>), (status = 404, description = "There is no such flow", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(flow): Path<String>,
) -> Result<Record<Data<FlowView>>, ApiError> {
    let flow = flows::get(&state.app, &caller, &flow).await?;
    Ok(view(flow, &base))
}

/// Update a flow
///
/// Renaming it moves no value: renamed away from a core slug, its fields leave that resource at
/// once; renamed back, every value is there again.
#[utoipa::path(
    put,
    path = "/v2/flows/{flow}",
    operation_id = "updateFlow",
    tag = "Flows",
    params(("flow" = String, Path, description = "Id or slug")),
    request_body = Data<FlowInput>,
    responses((status = 200, description = "The flow", body = Data<FlowView>), (status = 404, description = "There is no such flow", body = Errors), (status = 409, description = "It is to extend other records, which share values of a unique field: `meta.duplicates` has some", body = Errors), (status = 422, description = "What is wrong with it", body = Errors))
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(flow): Path<String>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<Data<FlowView>>, ApiError> {
    let flow = flows::update(&state.app, &caller, flow, data, &conditions).await?;
    Ok(view(flow, &base))
}

/// Delete a flow
///
/// Its fields go with it. A core flow has to be renamed first.
#[utoipa::path(
    delete,
    path = "/v2/flows/{flow}",
    operation_id = "deleteFlow",
    tag = "Flows",
    params(("flow" = String, Path, description = "Id or slug")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such flow", body = Errors), (status = 405, description = "It is a core flow", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(flow): Path<String>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    flows::remove(&state.app, &caller, flow, &conditions).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(Tagged { value, tag }: Tagged<Flow>, base: &BaseUrl) -> Record<Data<FlowView>> {
    let data = FlowView::new(value, base);
    Record(Some(tag), Data { data })
}

/// `template=` and `filter=eq(template,…)` say the same.
fn templates(query: &Query) -> Result<Templates, ApiError> {
    let filter = Filter::parse_all(query.all("filter"), Syntax::Full)
        .map_err(|error| Error::BadFilter(error.to_string()))?;
    let wanted = match filter {
        None => query.get("template").map(ToOwned::to_owned),
        Some(Filter::Clause(Clause {
            attribute,
            condition: Condition::Compare(Comparison::Eq, value),
        })) if attribute == "template" => Some(value),
        Some(_) => {
            return Err(Error::BadFilter("flows know only eq(template,…)".to_owned()).into());
        }
    };
    Ok(match wanted.as_deref() {
        None => Templates::Whatever,
        Some("true") => Templates::Only,
        Some("false") => Templates::Never,
        Some(core) => Templates::Of(core.to_owned()),
    })
}
