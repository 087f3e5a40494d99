//! `/v2/application-keys` (`contract/auth.md` §6).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customary_model::application_key::ApplicationKey;
use customary_model::id::ApplicationKeyId;
use customary_model::secret::Secret;
use customary_model::time::Timestamp;
use customary_service::application_keys::{self, Listed};
use customary_service::shown::Tagged;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::Record;
use crate::error::{ApiError, Errors};
use crate::extract::{Auth, BaseUrl, Conditional, Data as Body, Path, Posted};
use crate::links::{List, ListAddress, ListLinks, ListMeta};
use crate::router::ApiState;
use crate::views::{Data, NO_STORE, NoStore, SelfLink};

/// An application key to create or change.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct ApplicationKeyInput {
    /// `application_key`. This and a name are needed to create one.
    #[schema(rename = "type", example = "application_key", required = false)]
    type_name: String,
    /// 1 to 255 characters.
    #[schema(example = "Storefront", required = false)]
    name: String,
    /// Requests per second of the store's limit that the key has to itself; 0 by default.
    reserved_rate_limit: Option<u32>,
}

/// An application key.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationKey)]
pub(crate) struct ApplicationKeyView {
    #[schema(value_type = String, format = Uuid)]
    id: ApplicationKeyId,
    /// Always `application_key`.
    #[serde(rename = "type")]
    #[schema(example = "application_key")]
    type_name: &'static str,
    #[schema(example = "Storefront")]
    name: String,
    client_id: String,
    /// Only in the answer that creates the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    reserved_rate_limit: u32,
    meta: ApplicationKeyMeta,
    links: SelfLink,
}

/// When an application key was created, changed and used.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationKeyMeta {
    timestamps: ApplicationKeyTimestamps,
}

/// When an application key was created, changed and used.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of the contract")]
pub(crate) struct ApplicationKeyTimestamps {
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// When it was last exchanged for a token; lags by up to a minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

/// An application key, with where to find it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationKeyAnswer {
    data: ApplicationKeyView,
    links: SelfLink,
}

/// Application keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationKeyList {
    data: Vec<ApplicationKeyView>,
    meta: ApplicationKeyListMeta,
    links: ListLinks,
}

/// Where a page stands, and what all keys have reserved.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationKeyListMeta {
    #[serde(flatten)]
    list: ListMeta,
    /// Requests per second that the keys of the store have reserved together.
    total_reserved_rate_limit: u64,
}

impl ApplicationKeyView {
    fn new(key: ApplicationKey, secret: Option<&Secret>, base: &BaseUrl) -> Self {
        Self {
            links: own_link(key.id, base),
            id: key.id,
            type_name: "application_key",
            name: key.name,
            client_id: key.client_id,
            client_secret: secret.map(|secret| secret.reveal().to_owned()),
            reserved_rate_limit: key.reserved_rate_limit,
            meta: ApplicationKeyMeta {
                timestamps: ApplicationKeyTimestamps {
                    created_at: key.created_at,
                    updated_at: key.updated_at,
                    last_used_at: key.last_used_at,
                },
            },
        }
    }
}

impl ApplicationKeyAnswer {
    fn new(
        Tagged { value: key, tag }: Tagged<ApplicationKey>,
        secret: Option<&Secret>,
        base: &BaseUrl,
    ) -> Record<Self> {
        let answer = Self {
            links: own_link(key.id, base),
            data: ApplicationKeyView::new(key, secret, base),
        };
        Record(Some(tag), answer)
    }
}

fn own_link(id: ApplicationKeyId, BaseUrl(base): &BaseUrl) -> SelfLink {
    SelfLink {
        own: format!("{base}/v2/application-keys/{id}"),
    }
}

/// List application keys
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/v2/application-keys",
    operation_id = "listApplicationKeys",
    tag = "Application keys",
    params(
        ("page[limit]" = Option<u32>, Query, description = "Records of a page, 1 to 100"),
        ("page[offset]" = Option<u32>, Query, description = "Records before the page, up to 10000"),
        ("page[total_method]" = Option<String>, Query, description = "`exact`, `observed` or `lower_bound`"),
    ),
    responses((status = 200, description = "Application keys", body = ApplicationKeyList))
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    address: ListAddress,
) -> Result<Json<ApplicationKeyList>, ApiError> {
    let params = address.query().page()?;
    let Listed {
        page,
        total_reserved_rate_limit,
    } = application_keys::list(&state.app, &caller, params)
        .await
        .map_err(ApiError::application_keys)?;
    let List { data, meta, links } = address.list(page, params, |key| {
        ApplicationKeyView::new(key, None, &base)
    });
    Ok(Json(ApplicationKeyList {
        data,
        meta: ApplicationKeyListMeta {
            list: meta,
            total_reserved_rate_limit,
        },
        links,
    }))
}

/// Create an application key
///
/// The answer is the only one that shows the secret.
#[utoipa::path(
    post,
    path = "/v2/application-keys",
    operation_id = "createApplicationKey",
    tag = "Application keys",
    request_body = Data<ApplicationKeyInput>,
    responses(
        (status = 201, description = "The key", body = ApplicationKeyAnswer),
        (status = 400, description = "What is wrong with it", body = Errors),
        (status = 409, description = "The keys would reserve more than the limit of the store", body = Errors),
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Posted(Body(data), conditions): Posted<Body>,
) -> Result<(StatusCode, NoStore, Record<ApplicationKeyAnswer>), ApiError> {
    let (key, secret) = application_keys::create(&state.app, &caller, data, &conditions)
        .await
        .map_err(ApiError::application_keys)?;
    let answer = ApplicationKeyAnswer::new(key, Some(&secret), &base);
    Ok((StatusCode::CREATED, NO_STORE, answer))
}

/// Get an application key
#[utoipa::path(
    get,
    path = "/v2/application-keys/{key}",
    operation_id = "getApplicationKey",
    tag = "Application keys",
    params(("key" = String, Path, description = "Id")),
    responses((status = 200, description = "The key", body = ApplicationKeyAnswer), (status = 404, description = "There is no such key", body = Errors))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(key): Path<String>,
) -> Result<Record<ApplicationKeyAnswer>, ApiError> {
    let key = application_keys::get(&state.app, &caller, &key)
        .await
        .map_err(ApiError::application_keys)?;
    Ok(ApplicationKeyAnswer::new(key, None, &base))
}

/// Update an application key
#[utoipa::path(
    put,
    path = "/v2/application-keys/{key}",
    operation_id = "updateApplicationKey",
    tag = "Application keys",
    params(("key" = String, Path, description = "Id")),
    request_body = Data<ApplicationKeyInput>,
    responses(
        (status = 200, description = "The key", body = ApplicationKeyAnswer),
        (status = 400, description = "What is wrong with it", body = Errors),
        (status = 404, description = "There is no such key", body = Errors),
        (status = 409, description = "The keys would reserve more than the limit of the store", body = Errors),
    )
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(key): Path<String>,
    Conditional(conditions): Conditional,
    Body(data): Body,
) -> Result<Record<ApplicationKeyAnswer>, ApiError> {
    let key = application_keys::update(&state.app, &caller, &key, data, &conditions)
        .await
        .map_err(ApiError::application_keys)?;
    Ok(ApplicationKeyAnswer::new(key, None, &base))
}

/// Delete an application key
///
/// Its tokens are refused from the next request on. It may be the key in use.
#[utoipa::path(
    delete,
    path = "/v2/application-keys/{key}",
    operation_id = "deleteApplicationKey",
    tag = "Application keys",
    params(("key" = String, Path, description = "Id")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such key", body = Errors))
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Path(key): Path<String>,
    Conditional(conditions): Conditional,
) -> Result<StatusCode, ApiError> {
    application_keys::remove(&state.app, &caller, &key, &conditions)
        .await
        .map_err(ApiError::application_keys)?;
    Ok(StatusCode::NO_CONTENT)
}
