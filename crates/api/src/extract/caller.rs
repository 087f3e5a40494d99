//! The bearer token in its many spellings (`contract/auth.md` §2).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use customary_service::{Caller, Error, tokens};

use crate::compat::ignore_additions;
use crate::error::ApiError;
use crate::router::ApiState;

/// Carries the token of a customer, beside that of a visitor.
static CUSTOMER_TOKEN: HeaderName = HeaderName::from_static("x-moltin-customer-token");

/// The caller. Extracting it authenticates; no handler reads the header.
pub(crate) struct Auth(pub(crate) Caller);

impl FromRequestParts<ApiState> for Auth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let value = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = bearer(value.unwrap_or_default());
        if token.is_empty() {
            return Err(Error::Unauthenticated.into());
        }
        let customer_token = parts
            .headers
            .get(&CUSTOMER_TOKEN)
            .and_then(|value| value.to_str().ok())
            .map(bearer)
            .filter(|token| !token.is_empty());
        let caller = tokens::authenticate(&state.app, token, customer_token).await?;
        if state.app.is_strict(&caller).await? {
            ignore_additions(parts);
        }
        Ok(Self(caller))
    }
}

/// The token in `Bearer T`, `bearer T`, `Bearer: T ` and `T`.
fn bearer(value: &str) -> &str {
    const SCHEME: &str = "bearer";
    let value = value.trim();
    match value.get(..SCHEME.len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => {
            let rest = value[SCHEME.len()..].trim_start();
            rest.strip_prefix(':').unwrap_or(rest).trim_start()
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_bearer_token_is_read() {
        for value in [
            "Bearer t.o.k",
            "bearer   t.o.k",
            "BEARER: t.o.k ",
            "Bearer : t.o.k",
            " t.o.k",
            "t.o.k",
        ] {
            assert_eq!(bearer(value), "t.o.k", "{value}");
        }
        assert_eq!(bearer("Bearer"), "");
        assert_eq!(bearer("Bearer:"), "");
        assert_eq!(bearer(""), "");
    }
}
