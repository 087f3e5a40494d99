//! A client that hands its requests to the API as a server would.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// The API, whatever it is made of.
pub(crate) type Api = BoxCloneSyncService<Request<Body>, axum::response::Response, Infallible>;

/// A client, with the token it sends.
#[derive(Clone)]
pub struct Client {
    api: Api,
    token: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// An answer, read whole.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(api: Api, token: Option<String>) -> Self {
        Self {
            api,
            token,
            headers: Vec::new(),
        }
    }

    /// The token that this client sends.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same client with another header.
    ///
    /// # Panics
    /// The header is malformed.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((
            HeaderName::from_static(name),
            value.parse().expect("a header value"),
        ));
        self
    }

    /// A header that this client sends besides its bearer token.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let sent = self.headers.iter().rev().find(|(sent, _)| sent == name);
        sent.and_then(|(_, value)| value.to_str().ok())
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Response {
        self.send("GET", path, Vec::new()).await
    }

    /// `POST` of JSON
    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.send("POST", path, body.to_string().into_bytes()).await
    }

    /// `PUT` of JSON
    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.send("PUT", path, body.to_string().into_bytes()).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, Vec::new()).await
    }

    /// Any request. No Content-Type is sent unless [`Client::with`] added one.
    ///
    /// # Panics
    /// The path or method is malformed.
    pub async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "shop.example");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self
            .api
            .clone()
            .oneshot(request)
            .await
            .expect("the API does not fail");
        let (parts, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .expect("the body is complete")
            .to_bytes()
            .to_vec();
        Response {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Response {
    /// The body as JSON.
    ///
    /// # Panics
    /// It is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The body as JSON, after a check of the status.
    ///
    /// # Panics
    /// The status is another one.
    #[expect(
        clippy::must_use_candidate,
        reason = "often the status is all that matters"
    )]
    pub fn expect(&self, status: u16) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{body}");
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The value under `data`, after a check of the status.
    ///
    /// # Panics
    /// The status is another one.
    #[must_use]
    pub fn data(&self, status: u16) -> Value {
        self.expect(status)["data"].clone()
    }

    /// The `detail` (or else the `title`) of every error, after a check of the status.
    ///
    /// # Panics
    /// The status is another one, or the body is not in the shape of errors.
    #[must_use]
    pub fn errors(&self, status: u16) -> Vec<String> {
        let body = self.expect(status);
        let errors = body["errors"].as_array().expect("a list of errors");
        assert!(!errors.is_empty(), "{body}");
        let text = |error: &Value| {
            error
                .get("detail")
                .unwrap_or(&error["title"])
                .as_str()
                .map(ToOwned::to_owned)
        };
        errors
            .iter()
            .map(|error| text(error).expect("a detail or title"))
            .collect()
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
