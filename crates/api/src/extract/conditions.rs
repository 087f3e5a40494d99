//! On what conditions a request wants its answer or its write: the headers `If-Match`, `If-None-Match`
//! (RFC 9110 §13.1) and `Idempotency-Key`.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use customary_model::version::EntityTag;
use customary_service::conditions::{Conditions, IfMatch};
use customary_service::idempotency::Once;

use crate::error::ApiError;
use crate::extract::body::{FromBody, read_whole};
use crate::router::ApiState;

/// Names a write, so that it is done once however often it is sent.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The conditions of a change or deletion.
pub(crate) struct Conditional(pub(crate) Conditions);

/// The body of a POST, and the conditions on which it counts.
pub(crate) struct Posted<T>(pub(crate) T, pub(crate) Conditions);

/// The tags in a header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    /// `*`
    Any,
    /// What stands between the quotes of each.
    These(Vec<String>),
}

impl FromRequestParts<ApiState> for Conditional {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        Ok(Self(Conditions {
            if_match: if_match(&parts.headers)?,
            once: Once::default(),
        }))
    }
}

impl<T: FromBody> FromRequest<ApiState> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let if_match = if_match(&parts.headers).map_err(ApiError::into_response)?;
        let key = parts.headers.get(IDEMPOTENCY_KEY).cloned();
        let body = read_whole(body).await?;
        let once = match key {
            // What is not visible is refused with the words for it.
            Some(key) => {
                let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
                let request = [parts.method.as_str().as_bytes(), target.as_bytes(), &body];
                Once::new(key.to_str().unwrap_or_default(), &request)
                    .map_err(|error| ApiError::from(error).into_response())?
            }
            None => Once::default(),
        };
        let body = T::from_body(&body).map_err(ApiError::into_response)?;
        Ok(Self(body, Conditions { if_match, once }))
    }
}

fn if_match(headers: &HeaderMap) -> Result<IfMatch, ApiError> {
    Ok(match Tags::in_header(headers, &header::IF_MATCH)? {
        None => IfMatch::Unsaid,
        Some(Tags::Any) => IfMatch::Any,
        Some(Tags::These(tags)) => {
            let versions = tags.iter().filter_map(|tag| EntityTag::version_in(tag));
            IfMatch::Versions(versions.collect())
        }
    })
}

impl Tags {
    /// The tags in a header; `None` when it was not sent.
    pub(crate) fn in_header(
        headers: &HeaderMap,
        name: &HeaderName,
    ) -> Result<Option<Self>, ApiError> {
        let lines = headers.get_all(name).into_iter();
        // What is no text is no tag either.
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("?")).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let tags = Self::parse(&lines.join(",")).ok_or_else(|| {
            let name = if name == header::IF_MATCH {
                "If-Match"
            } else {
                "If-None-Match"
            };
            ApiError::bad_request(format!(
                "the header {name} must be * or tags in double quotes, such as \"7-12\": send the ETag of an answer as it is"
            ))
        })?;
        Ok(Some(tags))
    }

    /// Reads `*` or `"a", W/"b"`. That a tag is weak says that the body was packed differently on its way;
    /// which state it names is the same.
    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let is_between = |c: char| matches!(c, ' ' | '\t' | ',');
        let (mut tags, mut rest) = (Vec::new(), text.trim_matches(is_between));
        loop {
            let opened = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
            let (tag, behind) = opened.split_once('"')?;
            if !tag.bytes().all(|byte| byte.is_ascii_graphic()) {
                return None;
            }
            tags.push(tag.to_owned());
            let behind = behind.trim_start_matches([' ', '\t']);
            if behind.is_empty() {
                return Some(Self::These(tags));
            }
            rest = behind.strip_prefix(',')?.trim_start_matches(is_between);
        }
    }

    /// Whether the tag of an answer, with its quotes, is among these.
    pub(crate) fn include(&self, tag: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => {
                let text = tag.strip_prefix(b"\"");
                let text = text.and_then(|text| text.strip_suffix(b"\""));
                tags.iter().any(|known| text == Some(known.as_bytes()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn these(tags: &[&str]) -> Tags {
        Tags::These(tags.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn tags_are_read_one_or_many_strong_or_weak() {
        assert_eq!(Tags::parse(" * "), Some(Tags::Any));
        assert_eq!(Tags::parse(r#""7-12""#), Some(these(&["7-12"])));
        assert_eq!(
            Tags::parse(r#""a,b" ,W/"c",, "" "#),
            Some(these(&["a,b", "c", ""]))
        );
        for wrong in [
            "",
            ",",
            "7-12",
            "\"7-12",
            "\"a\" \"b\"",
            "\"a b\"",
            "*, \"a\"",
            "w/\"a\"",
        ] {
            assert_eq!(Tags::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tag_is_found_among_others() {
        let tags = Tags::parse(r#"W/"1-2", "3-4""#).unwrap();
        assert!(tags.include(b"\"1-2\"") && tags.include(b"\"3-4\""));
        assert!(!tags.include(b"\"1-22\"") && !tags.include(b"1-2"));
    }

    proptest! {
        #[test]
        fn parsing_any_text_is_safe(text in "[ -~]*") {
            let _ = Tags::parse(&text);
        }
    }
}
