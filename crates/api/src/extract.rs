//! What handlers are given: the caller, the body, the path, the query, the server's own address.

mod body;
mod caller;
mod conditions;
mod query;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
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

static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where this server is, as the client sees it: scheme and host for absolute links.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(pub(crate) String);

impl FromRequestParts<ApiState> for BaseUrl {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        if let Some(public_url) = &state.config.public_url {
            return Ok(Self(public_url.trim_end_matches('/').to_owned()));
        }
        let first_value = |name| first_value(&parts.headers, name);
        // HTTP/2 has no Host header: the authority stands in the address of the request.
        let authority = || parts.uri.authority().map(Authority::as_str);
        let host = first_value(&FORWARDED_HOST)
            .or_else(|| first_value(&header::HOST))
            .or_else(authority)
            .unwrap_or("localhost");
        let scheme = match first_value(&FORWARDED_PROTO) {
            Some("https") => "https://",
            _ => "http://",
        };
        Ok(Self([scheme, host].concat()))
    }
}

/// The first of the values that proxies have put into a header one after the other.
fn first_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?.split(',').next()?.trim();
    (!value.is_empty()).then_some(value)
}
