//! What handlers are given: the caller, the body, the path, the query, the server's own address.

mod body;
mod caller;
mod conditions;
mod query;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::error::one;
use crate::router::ApiState;

pub(crate) use body::{Data, DataOrBody, References, ReferencesIfAny, read_body};
pub(crate) use caller::Auth;
pub(crate) use conditions::{Conditional, IDEMPOTENCY_KEY, Posted, Tags};
pub(crate) use query::Query;

/// The variable parts of the path. One that is not UTF-8 names nothing.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(one(StatusCode::NOT_FOUND, "Not Found", None)),
        }
    }
}

/// Where this server is, as the client sees it: scheme and host for absolute links.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(pub(crate) String);

impl FromRequestParts<ApiState> for BaseUrl {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        if let Some(public_url) = &state.config.public_url {
            return Ok(Self(public_url.trim_end_matches('/').to_owned()));
        }
        let forwarded = |name| first_value(&parts.headers, name);
        let host = forwarded("x-forwarded-host")
            .or_else(|| first_value(&parts.headers, header::HOST.as_str()));
        // HTTP/2 has no Host header: the authority stands in the address of the request.
        let authority = || parts.uri.authority().map(ToString::to_string);
        let host = host
            .or_else(authority)
            .unwrap_or_else(|| "localhost".to_owned());
        let scheme = forwarded("x-forwarded-proto")
            .filter(|scheme| scheme == "https")
            .unwrap_or_else(|| "http".to_owned());
        Ok(Self(format!("{scheme}://{host}")))
    }
}

/// The first of the values that proxies have put into a header one after the other.
fn first_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.split(',').next()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
