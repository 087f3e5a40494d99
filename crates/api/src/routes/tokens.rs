//! `POST /oauth/access_token` (`contract/auth.md` §1).

use std::collections::HashMap;
use std::convert::Infallible;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use customary_model::application_key::Grant;
use customary_model::json::Object;
use customary_model::secret::Secret;
use customary_service::tokens::{IssuedToken, LIFETIME_SECONDS};
use customary_service::{Error, tokens};
use serde::{Deserialize, Serialize};
use tracing::{error, warn};
use utoipa::ToSchema;

use crate::error::{Errors, string_status};
use crate::extract::read_body;
use crate::router::ApiState;
use crate::views::NO_STORE;

/// Credentials of an application key.
#[derive(ToSchema, Deserialize)]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand because its Content-Type cannot be trusted"
)]
pub(crate) struct TokenRequest {
    /// `client_credentials`, or `implicit` for what a shop's visitors may see.
    #[schema(example = "client_credentials")]
    grant_type: String,
    client_id: String,
    /// Needed for `client_credentials`.
    client_secret: Option<String>,
}

/// A bearer token.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of RFC 6749")]
pub(crate) struct Token {
    /// When it ends, in seconds since 1970.
    #[schema(example = 1_524_486_008)]
    expires: i64,
    /// The grant it was issued for.
    #[schema(example = "client_credentials")]
    identifier: &'static str,
    /// For how many seconds it is good.
    #[schema(example = 3600)]
    expires_in: i64,
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
}

/// Get a token
///
/// The body may also be JSON or multipart; its Content-Type need not say so.
#[utoipa::path(
    post,
    path = "/oauth/access_token",
    operation_id = "createToken",
    tag = "Authentication",
    security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token, good for one hour", body = Token),
        (status = 400, description = "A parameter is missing or unknown", body = Errors),
        (status = 401, description = "There is no such client, or the secret is wrong", body = Errors),
    )
)]
pub(crate) async fn create(State(state): State<ApiState>, request: Request) -> Response {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(|value| multer::parse_boundary(value).ok());
    let body = match read_body(request.into_body()).await {
        Ok(body) => body,
        Err(status) => return string_status(status, Some("the body is too large or incomplete")),
    };
    match exchange(&state, body, boundary).await {
        Ok(issued) => {
            let token = Token {
                expires: issued.expires_at.seconds(),
                identifier: issued.grant.as_str(),
                expires_in: LIFETIME_SECONDS,
                access_token: issued.token.reveal().to_owned(),
                token_type: "Bearer",
            };
            (NO_STORE, Json(token)).into_response()
        }
        Err(Error::BadRequest(detail)) => string_status(StatusCode::BAD_REQUEST, Some(&detail)),
        Err(Error::Unauthenticated) => string_status(StatusCode::UNAUTHORIZED, None),
        Err(Error::Unavailable(reason)) => {
            warn!("no token could be issued: {reason}");
            string_status(
                StatusCode::SERVICE_UNAVAILABLE,
                Some("The server is busy: send the request again in a moment"),
            )
        }
        Err(error) => {
            error!("no token could be issued: {error}");
            string_status(
                StatusCode::INTERNAL_SERVER_ERROR,
                Some("there was a problem processing your request"),
            )
        }
    }
}

async fn exchange(
    state: &ApiState,
    body: Bytes,
    boundary: Option<String>,
) -> Result<IssuedToken, Error> {
    let params = read_params(body, boundary)
        .await
        .map_err(Error::BadRequest)?;
    let param = |name: &str| params.get(name).filter(|value| !value.is_empty());
    let missing = |name: &str| Error::BadRequest(format!("{name} is required"));
    let grant = param("grant_type").ok_or_else(|| missing("grant_type"))?;
    let grant = Grant::parse(grant).ok_or_else(|| {
        Error::BadRequest("grant_type must be client_credentials or implicit".to_owned())
    })?;
    let client_id = param("client_id").ok_or_else(|| missing("client_id"))?;
    let client_secret = param("client_secret").map(Secret::new);
    if grant == Grant::ClientCredentials && client_secret.is_none() {
        return Err(missing("client_secret"));
    }
    tokens::issue(&state.app, grant, client_id, client_secret.as_ref()).await
}

/// Reads the parameters by the look of the body, because clients label it in many ways.
async fn read_params(
    body: Bytes,
    boundary: Option<String>,
) -> Result<HashMap<String, String>, String> {
    let trimmed = body.trim_ascii();
    if trimmed.starts_with(b"{") {
        Object::parse(trimmed).map_err(|error| error.to_string())?;
        return serde_json::from_slice(trimmed)
            .map_err(|_| "the body must be an object of strings".to_owned());
    }
    let params = match boundary {
        Some(boundary) => read_multipart(body, boundary)
            .await
            .map_err(|error| format!("the body cannot be read: {error}"))?,
        None => form_urlencoded::parse(trimmed).into_owned().collect(),
    };
    if params.values().any(|value| value.contains('\0')) {
        return Err("the body holds the character U+0000".to_owned());
    }
    Ok(params)
}

async fn read_multipart(
    body: Bytes,
    boundary: String,
) -> Result<HashMap<String, String>, multer::Error> {
    let stream = futures::stream::once(async { Ok::<_, Infallible>(body) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut params = HashMap::new();
    while let Some(field) = multipart.next_field().await? {
        if let Some(name) = field.name().map(ToOwned::to_owned) {
            params.insert(name, field.text().await?);
        }
    }
    Ok(params)
}
