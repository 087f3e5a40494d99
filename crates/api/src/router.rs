//! The routes, and what is around them.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Router};
use customary_service::{App, tokens};
use futures::FutureExt;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, Any as AnyOrigin, CorsLayer};
use tracing::{error, info};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};
use uuid::Uuid;

use crate::answers::{Known, REPLAYED};
use crate::compat::Strictness;
use crate::error::{ApiError, Fault, fault, fault_body, one, unavailable, with_text_statuses};
use crate::extract::Auth;
use crate::manager;
use crate::openapi::{self, Document};
use crate::routes::{
    addresses, application_keys, attributes, customer_authentication, customer_tokens, customers,
    entries, fields, flows, settings, tokens as access_tokens,
};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_REQUEST_ID_CHARS: usize = 128;

const CORS_MAX_AGE: Duration = Duration::from_hours(24);

/// What the operator says about the API.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Scheme and host of absolute links; without it, the request's own.
    pub public_url: Option<String>,
    /// How long a request may take.
    pub request_timeout: Duration,
}

#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) app: App,
    pub(crate) config: Arc<ApiConfig>,
}

/// The whole HTTP surface of an application. Every request runs through one future, of which nothing is boxed
/// but the handler: what is around the routes is what all requests pay for.
#[must_use]
pub fn service(
    app: App,
    config: ApiConfig,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let limit = config.request_timeout;
    let routes = router(ApiState {
        app,
        config: Arc::new(config),
    });
    let within = ServiceBuilder::new()
        .layer(cors())
        .layer(CompressionLayer::new().gzip(true))
        .service_fn(move |request| answer(routes.clone(), limit, request));
    service_fn(move |request| observe(within.clone(), request))
}

fn router(state: ApiState) -> Router {
    let (routes, document) = routes().split_for_parts();
    let document = openapi::completed(document);
    // The page asks a service of its makers to check the document unless it is told not to.
    let docs = SwaggerUi::new("/docs").config(Config::from("/openapi.json").validator_url("none"));
    routes
        .route(
            // A guide leaves out the word "entries" (`contract/flows.md` §9).
            "/v2/flows/{flow}/{entry}/relationships/{field}",
            get(entries::references)
                .post(entries::add_references)
                .put(entries::replace_references)
                .delete(entries::remove_references),
        )
        .route(
            // An older name of it (`contract/conventions.md` §9).
            "/v2/customer-authentication-settings",
            get(customer_authentication::get),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
        .route(
            "/openapi.json",
            get(async move || axum::Json(document.clone())),
        )
        .route("/", get(manager::front_door))
        .merge(docs)
        .merge(manager::routes())
}

/// The documented routes.
pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(access_tokens::create))
        .merge(routes_with_text_statuses())
        .routes(routes!(flows::list, flows::create))
        .routes(routes!(attributes::of_flows))
        .routes(routes!(attributes::of_fields))
        .routes(routes!(attributes::of_customers))
        .routes(routes!(attributes::of_addresses))
        .routes(routes!(attributes::of_settings))
        .routes(routes!(attributes::of_flow))
        .routes(routes!(flows::get, flows::update, flows::remove))
        .routes(routes!(fields::list_of_flow))
        .routes(routes!(fields::get_of_flow))
        .routes(routes!(entries::list, entries::create))
        .routes(routes!(entries::get, entries::update, entries::remove))
        .routes(routes!(
            entries::references,
            entries::add_references,
            entries::replace_references,
            entries::remove_references
        ))
        .routes(routes!(fields::list, fields::create))
        .routes(routes!(fields::get, fields::update, fields::remove))
        .routes(routes!(customer_authentication::get))
        .routes(routes!(customer_authentication::get_by_id))
        .routes(routes!(customers::list, customers::create))
        .routes(routes!(customer_tokens::create))
        .routes(routes!(
            customers::get,
            customers::update,
            customers::remove
        ))
        .routes(routes!(
            customers::references,
            customers::add_references,
            customers::replace_references,
            customers::remove_references
        ))
        .routes(routes!(addresses::list, addresses::create))
        .routes(routes!(
            addresses::get,
            addresses::update,
            addresses::remove
        ))
}

/// Documented routes whose errors have a `status` that is a string.
fn routes_with_text_statuses() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(application_keys::list, application_keys::create))
        .routes(routes!(
            application_keys::get,
            application_keys::update,
            application_keys::remove
        ))
        .routes(routes!(settings::get, settings::update, settings::reset))
        .route_layer(map_response(with_text_statuses))
}

/// Who does not say who they are is not told what exists: 401 comes before 404.
async fn not_found(State(state): State<ApiState>, caller: Result<Auth, ApiError>) -> Response {
    refuse(&state, caller, StatusCode::NOT_FOUND).await
}

async fn method_not_allowed(
    State(state): State<ApiState>,
    uri: Uri,
    caller: Result<Auth, ApiError>,
) -> Response {
    if uri.path() == "/oauth/access_token" {
        return one(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed", None);
    }
    refuse(&state, caller, StatusCode::METHOD_NOT_ALLOWED).await
}

async fn refuse(state: &ApiState, caller: Result<Auth, ApiError>, status: StatusCode) -> Response {
    let confirmed = match caller {
        Ok(Auth(caller)) => tokens::confirm(&state.app, &caller)
            .await
            .map_err(ApiError::from),
        Err(error) => Err(error),
    };
    match confirmed {
        Ok(()) => one(status, status.canonical_reason().unwrap_or_default(), None),
        Err(error) => error.into_response(),
    }
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID.clone(), header::ETAG, REPLAYED.clone()])
        .max_age(CORS_MAX_AGE)
}

/// Around everything: gives the request an id, words faults, and writes the one line of log.
async fn observe<S, B>(within: S, request: Request) -> Result<Response, Infallible>
where
    S: Service<Request, Response = axum::http::Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let started = std::time::Instant::now();
    let id = request_id(&request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = within.oneshot(request).await?.map(Body::new);
    if let Some(Fault(text)) = response.extensions().get::<Fault>() {
        error!(request.id = %id, "{method} {path} failed: {text}");
        let headers = std::mem::take(response.headers_mut());
        let mut worded = fault_body(&id);
        // What was added on the way stays, but for what described the body.
        worded
            .headers_mut()
            .extend(headers.into_iter().filter(|(name, _)| {
                name.as_ref().is_some_and(|name| {
                    *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE
                })
            }));
        response = worded;
    }
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
    info!(request.id = %id, status, ms, "{method} {path} answered {status}");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    Ok(response)
}

/// Lets the routes answer, in time and whatever happens.
async fn answer(routes: Router, limit: Duration, request: Request) -> Result<Response, Infallible> {
    let mut request = without_trailing_slash(request);
    let known = Known::of(&request);
    let strictness = Strictness::of(&mut request);
    let answering = AssertUnwindSafe(routes.oneshot(request)).catch_unwind();
    let response = match tokio::time::timeout(limit, answering).await {
        Ok(Ok(response)) => response?,
        Ok(Err(payload)) => panicked(&*payload),
        Err(_) => unavailable("it took too long"),
    };
    Ok(known.shorten(strictness.conceal(response)))
}

/// The id that the client gave, if it can be repeated, else a new one.
fn request_id(request: &Request) -> String {
    let given = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let usable = given.filter(|id| {
        !id.is_empty()
            && id.len() <= MAX_REQUEST_ID_CHARS
            && id.bytes().all(|byte| byte.is_ascii_graphic())
    });
    usable.map_or_else(|| Uuid::new_v4().to_string(), ToOwned::to_owned)
}

fn panicked(payload: &(dyn Any + Send)) -> Response {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied());
    fault(format!(
        "a handler panicked: {}",
        text.unwrap_or("no message")
    ))
}

/// A `/` at the end of an API path means nothing (`contract/conventions.md` §1).
fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && (trimmed.starts_with("/v2") || trimmed.starts_with("/oauth")) {
        let path_and_query = match request.uri().query() {
            Some(query) => format!("{trimmed}?{query}"),
            None => trimmed.to_owned(),
        };
        let mut parts = request.uri().clone().into_parts();
        if let Ok(path_and_query) = path_and_query.parse() {
            parts.path_and_query = Some(path_and_query);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}
