//! The body of a request: JSON, whatever its Content-Type says (`contract/conventions.md` §1).

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use customary_model::json::{Json, Object};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::error::{ApiError, one};
use crate::router::ApiState;

/// The largest body that is read.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The object under `data`.
pub(crate) struct Data(pub(crate) Object);

impl FromRequest<ApiState> for Data {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let body = read_body(request.into_body())
            .await
            .map_err(|status| match status {
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
            })?;
        let refuse = |detail: String| ApiError::bad_request(detail).into_response();
        let body = Object::parse(&body).map_err(|error| refuse(error.to_string()))?;
        body.object("data").map(Self).ok_or_else(|| {
            refuse(match body.get("data") {
                None => "the body has no \"data\": send {\"data\": {…}}".to_owned(),
                Some(Json::Array(_)) => "\"data\" must be an object, not an array".to_owned(),
                Some(_) => "\"data\" must be an object".to_owned(),
            })
        })
    }
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
