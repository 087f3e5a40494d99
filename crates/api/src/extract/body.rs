//! The body of a request: JSON, whatever its Content-Type says (`contract/conventions.md` §1).

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use customary_model::json::{Json, Object};
use customary_model::reference::{Reference, parse_references};
use customary_service::Error;
use customary_service::entries::Relate;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::error::{ApiError, one};
use crate::router::ApiState;

const NO_DATA: &str = "the body has no \"data\": send {\"data\": {…}}";

/// The largest body that is read.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The object under `data`.
pub(crate) struct Data(pub(crate) Object);

/// The object under `data`, or the body itself when it has none (`contract/conventions.md` §1).
pub(crate) struct DataOrBody(pub(crate) Object);

/// What the bytes of a body are read as.
pub(crate) trait FromBody: Sized {
    fn from_body(body: &[u8]) -> Result<Self, ApiError>;
}

/// The references under `data`: one, several, or none.
pub(crate) struct References(pub(crate) Vec<Reference>);

/// The references of a body that may be missing altogether.
pub(crate) struct ReferencesIfAny(pub(crate) Option<Vec<Reference>>);

impl ReferencesIfAny {
    /// What a DELETE asks for: those in the body, or all without one.
    pub(crate) fn into_removal(self) -> Relate {
        match self.0 {
            Some(references) => Relate::Remove(
                references
                    .into_iter()
                    .map(|reference| reference.id)
                    .collect(),
            ),
            None => Relate::Clear,
        }
    }
}

impl FromRequest<ApiState> for Data {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let body = read_whole(request.into_body()).await?;
        Self::from_body(&body).map_err(ApiError::into_response)
    }
}

impl FromBody for Data {
    fn from_body(body: &[u8]) -> Result<Self, ApiError> {
        read_data(body).map(Self)
    }
}

impl FromBody for References {
    fn from_body(body: &[u8]) -> Result<Self, ApiError> {
        read_references(body).map(Self)
    }
}

impl FromRequest<ApiState> for DataOrBody {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let body = read_whole(request.into_body()).await?;
        let body = parse_body(&body).map_err(ApiError::into_response)?;
        Ok(Self(body.object("data").unwrap_or(body)))
    }
}

impl FromRequest<ApiState> for References {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let body = read_whole(request.into_body()).await?;
        Self::from_body(&body).map_err(ApiError::into_response)
    }
}

impl FromRequest<ApiState> for ReferencesIfAny {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let body = read_whole(request.into_body()).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        read_references(&body)
            .map(|references| Self(Some(references)))
            .map_err(ApiError::into_response)
    }
}

fn read_data(body: &[u8]) -> Result<Object, ApiError> {
    let body = parse_body(body)?;
    body.object("data").ok_or_else(|| {
        ApiError::bad_request(match body.get("data") {
            None => NO_DATA,
            Some(Json::Array(_)) => "\"data\" must be an object, not an array",
            Some(_) => "\"data\" must be an object",
        })
    })
}

fn read_references(body: &[u8]) -> Result<Vec<Reference>, ApiError> {
    let body = parse_body(body)?;
    let data = body
        .raw("data")
        .ok_or_else(|| ApiError::bad_request(NO_DATA))?;
    parse_references(data).map_err(|problems| Error::Invalid(problems).into())
}

fn parse_body(body: &[u8]) -> Result<Object, ApiError> {
    Object::parse(body).map_err(|error| ApiError::bad_request(error.to_string()))
}

pub(crate) async fn read_whole(body: Body) -> Result<Bytes, Response> {
    read_body(body).await.map_err(|status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => one(
            status,
            "Payload Too Large",
            Some(&format!("A body has at most {MAX_BODY_BYTES} bytes")),
        ),
        status => one(
            status,
            "Bad Request",
            Some("the body ended before it was complete"),
        ),
    })
}

/// Reads a body up to the limit.
///
/// # Errors
/// 413 when it is larger, 400 when the client breaks off.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, StatusCode> {
    let collected = Limited::new(body, MAX_BODY_BYTES).collect().await;
    collected
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::BAD_REQUEST
            }
        })
}
