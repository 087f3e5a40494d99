//! Requests to a store that has nothing but what the platform documents: headers that it does not know are
//! neither read nor sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;

use crate::answers::REPLAYED;
use crate::extract::IDEMPOTENCY_KEY;

/// Whether the request turned out to be one to such a store, which is known when its caller is.
#[derive(Clone, Default)]
pub(crate) struct Strictness(Arc<AtomicBool>);

impl Strictness {
    /// That of a request, which is not known yet.
    pub(crate) fn of(request: &mut Request) -> Self {
        let strictness = Self::default();
        request.extensions_mut().insert(strictness.clone());
        strictness
    }

    /// Takes back what a strict store does not send.
    pub(crate) fn conceal(&self, mut response: Response) -> Response {
        if self.0.load(Ordering::Relaxed) {
            response.headers_mut().remove(header::ETAG);
            response.headers_mut().remove(&REPLAYED);
        }
        response
    }
}

/// Makes what follows deaf to what a strict store does not hear.
pub(crate) fn ignore_additions(parts: &mut Parts) {
    for name in [header::IF_MATCH.as_str(), IDEMPOTENCY_KEY] {
        parts.headers.remove(name);
    }
    if let Some(Strictness(flag)) = parts.extensions.get() {
        flag.store(true, Ordering::Relaxed);
    }
}

/// Whether [`ignore_additions`] has been said of the request.
pub(crate) fn is_strict(parts: &Parts) -> bool {
    let strictness = parts.extensions.get::<Strictness>();
    strictness.is_some_and(|strictness| strictness.0.load(Ordering::Relaxed))
}
