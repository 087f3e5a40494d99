//! The links and counts around a page of a list (`contract/conventions.md` §6).

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use customary_model::page::{Page, PageParams, TotalMethod};
use customary_service::lists::{ListParams, Plan};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{BaseUrl, Query};
use crate::router::ApiState;

/// What stays readable in a parameter.
pub(crate) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The address of a list without its page: what the links of its pages have in common.
pub(crate) struct ListAddress {
    path: String,
    query: Query,
}

impl FromRequestParts<ApiState> for ListAddress {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let BaseUrl(base) = BaseUrl::from_request_parts(parts, state).await?;
        let Ok(query) = Query::from_request_parts(parts, state).await;
        Ok(Self {
            path: format!("{base}{}", Uri::path(&parts.uri)),
            query,
        })
    }
}

/// An answer that is a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The records of the page.
    pub(crate) data: Vec<T>,
    /// Where the page stands, and how many records there are.
    pub(crate) meta: ListMeta,
    /// The neighbouring pages.
    pub(crate) links: ListLinks,
}

/// Where a page stands in its list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListMeta {
    /// The page.
    pub(crate) page: PageMeta,
    /// The whole list.
    pub(crate) results: ResultsMeta,
    /// How the list was found; only with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<PlanMeta>,
}

/// How a list was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanMeta {
    /// Whether an index led to the records. If none did, all records of the list were looked through.
    index_used: bool,
    /// What to do so that an index serves the rest of the filter.
    #[schema(example = json!([]))]
    hints: Vec<String>,
}

impl From<Plan> for PlanMeta {
    fn from(plan: Plan) -> Self {
        Self {
            index_used: plan.is_indexed,
            hints: plan.hints,
        }
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct PageMeta {
    /// How many records it has at most.
    #[schema(example = 25)]
    pub(crate) limit: u32,
    /// How many records come before it; in a walk by cursor, how many the walk has given.
    #[schema(example = 0)]
    pub(crate) offset: u32,
    /// Its number, from 1.
    #[schema(example = 1)]
    pub(crate) current: u64,
    /// How many pages there are.
    #[schema(example = 2)]
    pub(crate) total: u64,
}

/// How many records a list has.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResultsMeta {
    /// The number of records.
    #[schema(example = 37)]
    pub(crate) total: u64,
    /// What the number is worth; only when the request asked for a method.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "exact")]
    pub(crate) total_method: Option<&'static str>,
}

/// The pages around a page.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListLinks {
    /// This page.
    pub(crate) current: String,
    /// The first page.
    pub(crate) first: String,
    /// The last page; null when there is only one, and in a walk by cursor.
    pub(crate) last: Option<String>,
    /// The next page, by cursor where no offset reaches it; null on the last one.
    pub(crate) next: Option<String>,
    /// The page before; null on the first one, and in a walk by cursor.
    pub(crate) prev: Option<String>,
}

impl ListAddress {
    /// The parameters of the request.
    pub(crate) fn query(&self) -> &Query {
        &self.query
    }

    /// Wraps a page of a list that can be walked by cursor.
    pub(crate) fn records<T, V>(
        &self,
        mut page: Page<T>,
        params: &ListParams,
        view: impl FnMut(T) -> V,
    ) -> List<V> {
        let (limit, next) = (page.limit, page.next_cursor.take());
        let at = |cursor: &str| self.page_url(limit, "cursor", cursor);
        let next = next.map(|cursor| at(&cursor));
        let mut list = self.list(page, params.page, view);
        if let Some(current) = &params.cursor {
            list.links = ListLinks {
                current: at(current),
                first: at(""),
                last: None,
                next,
                prev: None,
            };
        } else if next.is_some() {
            list.links.next = next;
        }
        list
    }

    /// Wraps a page, with `view` for each of its records.
    pub(crate) fn list<T, V>(
        &self,
        page: Page<T>,
        params: PageParams,
        view: impl FnMut(T) -> V,
    ) -> List<V> {
        let Page {
            limit,
            offset,
            total,
            ..
        } = page;
        let pages = total.count.div_ceil(u64::from(limit.max(1)));
        let meta = ListMeta {
            page: PageMeta {
                limit,
                offset,
                current: u64::from(offset / limit.max(1)) + 1,
                total: pages,
            },
            results: ResultsMeta {
                total: total.count,
                total_method: params.total_method.map(|_| match total.method {
                    TotalMethod::Exact => "exact",
                    TotalMethod::Observed => "observed",
                    TotalMethod::LowerBound => "lower_bound",
                }),
            },
            plan: None,
        };
        let at = |offset: u64| self.page_url(limit, "offset", &offset.to_string());
        let next_offset = u64::from(offset) + u64::from(limit);
        let links = ListLinks {
            current: at(u64::from(offset)),
            first: at(0),
            last: (pages > 1).then(|| at((pages - 1) * u64::from(limit))),
            next: page.has_more.then(|| at(next_offset)),
            prev: (offset > 0).then(|| at(u64::from(offset.saturating_sub(limit)))),
        };
        List {
            data: page.items.into_iter().map(view).collect(),
            meta,
            links,
        }
    }

    /// The same, with how the list was found.
    pub(crate) fn explained_list<T, V>(
        &self,
        page: Page<T>,
        params: &ListParams,
        plan: Option<Plan>,
        view: impl FnMut(T) -> V,
    ) -> List<V> {
        let mut list = self.records(page, params, view);
        list.meta.plan = plan.map(PlanMeta::from);
        list
    }

    /// The address of the page that begins where `start`, `offset` or `cursor`, says.
    fn page_url(&self, limit: u32, start: &str, value: &str) -> String {
        let mut url = format!("{}?", self.path);
        for (name, value) in &self.query.0 {
            if ["page[limit]", "page[offset]", "page[cursor]"].contains(&name.as_str()) {
                continue;
            }
            // The brackets of page parameters stay, as clients look for them.
            let name = utf8_percent_encode(name, ENCODED)
                .to_string()
                .replace("%5B", "[")
                .replace("%5D", "]");
            url += &[
                &*name,
                "=",
                &utf8_percent_encode(value, ENCODED).to_string(),
                "&",
            ]
            .concat();
        }
        url + &format!("page[limit]={limit}&page[{start}]={value}")
    }
}
