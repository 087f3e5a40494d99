//! The query of a request, with every parameter in the spelling that clients send.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use customary_model::page::{MAX_LIMIT, MAX_OFFSET, PageParams, TotalMethod};
use customary_service::lists::ListParams;

use crate::compat::is_strict;
use crate::error::ApiError;
use crate::router::ApiState;

/// With this header set to `true`, only the original filter syntax is understood.
const DISABLE_BETA_FILTERING: &str = "ep-disable-beta-filtering";

/// The parameters that ask for a page.
const PAGE_PARAMETERS: [&str; 3] = ["page[limit]", "page[offset]", "page[total_method]"];

/// The decoded parameters, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl FromRequestParts<ApiState> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Infallible> {
        let mut query = Self::parse(parts.uri.query().unwrap_or_default());
        if is_strict(parts) {
            query.0.retain(|(name, _)| name != "page[cursor]");
        }
        Ok(query)
    }
}

impl Query {
    /// Decodes a query. One client puts a second `?` behind the value of `template`, where an `&`
    /// belongs (`contract/flows.md` §2).
    fn parse(raw: &str) -> Self {
        let decode = |raw: &str| {
            form_urlencoded::parse(raw.as_bytes())
                .into_owned()
                .collect::<Vec<_>>()
        };
        let template = raw
            .split('&')
            .find(|pair| pair.starts_with("template=") && pair.contains('?'));
        Self(match template {
            Some(pair) => decode(&raw.replacen(pair, &pair.replacen('?', "&", 1), 1)),
            None => decode(raw),
        })
    }

    /// The last value of a parameter; `None` also when it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.last(name).filter(|value| !value.is_empty())
    }

    /// The last value of a parameter, be it empty.
    fn last(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter().rev();
        let last = parameters.find(|(key, _)| key == name);
        last.map(|(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The names in `include`.
    pub(crate) fn includes(&self) -> Vec<String> {
        let names = self
            .get("include")
            .unwrap_or_default()
            .split(',')
            .map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(ToOwned::to_owned)
            .collect()
    }

    /// What a list of records is asked for.
    pub(crate) fn list_params(&self, headers: &HeaderMap) -> Result<ListParams, ApiError> {
        let mut page = self.page()?;
        let cursor = self.last("page[cursor]").map(ToOwned::to_owned);
        if cursor.is_some() && page.offset.is_some() {
            return Err(ApiError::bad_request(
                "page[cursor] and page[offset] are two ways to find a page: use one of them",
            ));
        }
        page.is_requested |= cursor.is_some();
        Ok(ListParams {
            filters: self.all("filter").map(ToOwned::to_owned).collect(),
            original_syntax: headers
                .get(DISABLE_BETA_FILTERING)
                .is_some_and(|value| value == "true"),
            sort: self.get("sort").map(ToOwned::to_owned),
            page,
            cursor,
            includes: self.includes(),
            explain: self.get("explain") == Some("true"),
        })
    }

    /// The page parameters (`contract/conventions.md` §6).
    pub(crate) fn page(&self) -> Result<PageParams, ApiError> {
        let limit = self
            .number("page[limit]")?
            .filter(|limit| *limit > 0)
            .map(|limit| limit.min(MAX_LIMIT));
        let offset = self.number("page[offset]")?;
        if offset.is_some_and(|offset| offset > MAX_OFFSET) {
            return Err(ApiError::bad_request(format!(
                "page[offset] may not be greater than {MAX_OFFSET}"
            )));
        }
        let total_method = match self.get("page[total_method]") {
            None => None,
            Some("exact") => Some(TotalMethod::Exact),
            Some("observed") => Some(TotalMethod::Observed),
            Some("lower_bound") => Some(TotalMethod::LowerBound),
            Some(other) => {
                let detail = format!(
                    "page[total_method] must be exact, observed or lower_bound, not \"{other}\""
                );
                return Err(ApiError::bad_request(detail));
            }
        };
        let is_requested = self
            .0
            .iter()
            .any(|(name, _)| PAGE_PARAMETERS.contains(&name.as_str()));
        Ok(PageParams {
            limit,
            offset,
            total_method,
            is_requested,
        })
    }

    /// A number of any size; one that is too large for us is as large as we know.
    fn number(&self, name: &str) -> Result<Option<u32>, ApiError> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ApiError::bad_request(format!(
                "{name} must be a whole number of 0 or more, not \"{text}\""
            )));
        }
        Ok(Some(text.parse().unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(raw: &str) -> Option<(Option<u32>, Option<u32>)> {
        Query::parse(raw)
            .page()
            .ok()
            .map(|page| (page.limit, page.offset))
    }

    #[test]
    fn page_parameters_are_clamped_or_refused() {
        assert_eq!(
            page("page[limit]=7&page%5Boffset%5D=14"),
            Some((Some(7), Some(14)))
        );
        assert_eq!(page("page[limit]=1000"), Some((Some(100), None)));
        assert_eq!(
            page("page[limit]=99999999999999999999"),
            Some((Some(100), None))
        );
        assert_eq!(page("page[limit]=0&page[offset]="), Some((None, None)));
        for wrong in [
            "page[limit]=-1",
            "page[limit]=ten",
            "page[offset]=10001",
            "page[total_method]=guess",
        ] {
            assert_eq!(page(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_second_question_mark_behind_template_starts_more_parameters() {
        let query = Query::parse("template=products?page[limit]=10&sort=a?b");
        assert_eq!(query.get("template"), Some("products"));
        assert_eq!(query.get("page[limit]"), Some("10"));
        assert_eq!(query.get("sort"), Some("a?b"));
    }
}
