//! Answers about one record: with the tag of its state, or without a body for whoever knows that state.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use customary_model::version::EntityTag;
use customary_service::Caller;
use customary_service::conditions::Conditions;
use customary_service::idempotency::Answer;
use serde::Serialize;

use crate::error::{ApiError, fault};
use crate::extract::Tags;
use crate::router::ApiState;

/// Says that a write was done before, and that this is what was answered.
pub(crate) static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A record as JSON, with its tag. One that depends on other records too has none.
pub(crate) struct Record<T>(pub(crate) Option<EntityTag>, pub(crate) T);

impl<T: Serialize> IntoResponse for Record<T> {
    fn into_response(self) -> Response {
        let Self(tag, body) = self;
        let mut response = Json(body).into_response();
        if let Some(tag) = tag.and_then(header_value) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

fn header_value(tag: EntityTag) -> Option<HeaderValue> {
    HeaderValue::from_str(&quoted(tag)).ok()
}

/// A tag as it stands in a header.
pub(crate) fn quoted(tag: EntityTag) -> String {
    format!("\"{tag}\"")
}

/// The answer to a POST that made or changed something. It is kept when the request may be repeated.
pub(crate) async fn created<T: Serialize>(
    state: &ApiState,
    caller: &Caller,
    conditions: &Conditions,
    tag: Option<EntityTag>,
    body: &T,
) -> Response {
    let body = match serde_json::to_string(body) {
        Ok(body) => body,
        Err(error) => return fault(format!("an answer could not be written: {error}")),
    };
    let answer = Answer {
        status: StatusCode::CREATED.as_u16(),
        etag: tag.map(quoted),
        body,
    };
    if conditions.once.was_done() {
        return replayed(answer);
    }
    conditions.once.keep(&state.app, caller, &answer).await;
    respond(answer)
}

/// An answer that was given before.
pub(crate) fn replayed(answer: Answer) -> Response {
    let mut response = respond(answer);
    let headers = response.headers_mut();
    headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    response
}

fn respond(Answer { status, etag, body }: Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED);
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Some(tag) = etag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    (status, headers, body).into_response()
}

/// What the caller who asks for a record says of its states that it has, with `If-None-Match`.
pub(crate) struct Known(Result<Option<Tags>, ApiError>);

impl Known {
    pub(crate) fn of(request: &Request) -> Self {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let tags = is_read.then(|| Tags::in_header(request.headers(), &header::IF_NONE_MATCH));
        Self(tags.unwrap_or(Ok(None)))
    }

    /// Answers 304 to who has the record already. What is refused is refused before: nobody learns of a record
    /// whom it is not shown to.
    pub(crate) fn shorten(self, response: Response) -> Response {
        let tag = response.headers().get(header::ETAG);
        let (StatusCode::OK, Some(tag)) = (response.status(), tag) else {
            return response;
        };
        match self.0 {
            Ok(Some(known)) if known.include(tag.as_bytes()) => {
                (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.clone())]).into_response()
            }
            Ok(_) => response,
            Err(error) => error.into_response(),
        }
    }
}
