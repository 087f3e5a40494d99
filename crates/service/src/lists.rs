//! What lists of records are asked for.

use std::borrow::Cow;
use std::time::Duration;

use customary_model::catalog::{Catalog, UnslottedField};
use customary_model::filter::{Filter, Predicate, Syntax};
use customary_model::page::{PageParams, Sort};
use customary_model::snapshot::StoreSnapshot;

use crate::error::Error;

/// What a list of records is asked for.
#[derive(Debug, Clone, Default)]
pub struct ListParams {
    /// The `filter` parameters; all of them have to hold.
    pub filters: Vec<String>,
    /// Whether only the original filter syntax is understood.
    pub original_syntax: bool,
    /// The `sort` parameter.
    pub sort: Option<String>,
    /// The `page` parameters.
    pub page: PageParams,
    /// Where a walk goes on; empty where it starts.
    pub cursor: Option<String>,
    /// The names in `include`.
    pub includes: Vec<String>,
    /// Whether to tell how the list is found.
    pub explain: bool,
}

/// How a list is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whether an index leads to the records, or all of the list are looked through.
    pub is_indexed: bool,
    /// The fields that no index serves, with what to do about it.
    pub hints: Vec<String>,
}

/// That all records have to be looked through, and what to do about it.
#[derive(Debug)]
pub(crate) struct Scan {
    hints: Vec<String>,
    /// Whether the platform would not do it.
    pub(crate) is_ours: bool,
}

impl Scan {
    /// What has to be looked for so; `None` when nothing has.
    pub(crate) fn of(predicate: Option<&Predicate>, sort: &Sort) -> Option<Self> {
        let hints = hints(predicate, sort);
        let is_ours = predicate.is_some_and(Predicate::is_about_fields)
            || sort.keys.iter().any(|key| key.subject.is_field());
        (!hints.is_empty()).then_some(Self { hints, is_ours })
    }

    pub(crate) fn too_slow(&self, limit: Duration) -> Error {
        Error::LimitReached(format!(
            "the list was given up after {} ms, because all records have to be looked through: {}",
            limit.as_millis(),
            self.hints.join("; ")
        ))
    }
}

impl Plan {
    pub(crate) fn of(predicate: Option<&Predicate>, sort: &Sort) -> Self {
        Self {
            is_indexed: is_indexed(predicate, sort),
            hints: hints(predicate, sort),
        }
    }
}

fn is_indexed(predicate: Option<&Predicate>, sort: &Sort) -> bool {
    predicate.map_or_else(|| sort.keys[0].subject.has_index(), Predicate::is_indexed)
}

/// What to do about each field that a filter or an order goes by without an index, or about them altogether.
fn hints(predicate: Option<&Predicate>, sort: &Sort) -> Vec<String> {
    let tested = predicate.map(Predicate::unslotted).unwrap_or_default();
    let fields = tested.into_iter().chain(sort.unslotted());
    let mut hints: Vec<String> = fields.map(UnslottedField::hint).collect();
    hints.sort_unstable();
    hints.dedup();
    if hints.is_empty() && !is_indexed(predicate, sort) {
        hints.push(match predicate {
            Some(_) => {
                "no index serves this filter: put a condition beside it that narrows the list"
                    .to_owned()
            }
            None => format!(
                "no index has the order by \"{}\": narrow the list by a filter",
                sort.keys[0].subject.name()
            ),
        });
    }
    hints
}

/// What the platform documents of a list, besides pages and includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Documented {
    /// Filters, and an order.
    FilterAndSort,
    /// Filters. Whatever else is asked for is ignored.
    Filter,
    /// Nothing. Whatever is asked for is ignored.
    Nothing,
}

impl ListParams {
    /// What of it the store offers. What it does not, it ignores as the platform does.
    pub(crate) fn offered(
        &self,
        snapshot: &StoreSnapshot,
        documented: Documented,
    ) -> Cow<'_, Self> {
        if !snapshot.is_strict {
            return Cow::Borrowed(self);
        }
        let mut offered = self.clone();
        offered.cursor = None;
        offered.explain = false;
        if documented != Documented::FilterAndSort {
            offered.sort = None;
        }
        if documented == Documented::Nothing {
            offered.filters.clear();
        }
        Cow::Owned(offered)
    }

    /// The filter, still without knowing what it is about.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn filter(&self, snapshot: &StoreSnapshot) -> Result<Option<Filter>, Error> {
        let syntax = if self.original_syntax {
            Syntax::Original
        } else if snapshot.is_strict {
            Syntax::Documented
        } else {
            Syntax::Full
        };
        Filter::parse_all(self.filters.iter().map(String::as_str), syntax)
            .map_err(|error| Error::BadFilter(error.to_string()))
    }

    /// How a list with this filter and order is found, if that was asked.
    pub(crate) fn plan(&self, predicate: Option<&Predicate>, sort: &Sort) -> Option<Plan> {
        self.explain.then(|| Plan::of(predicate, sort))
    }

    /// What the filter and the order mean for records with these attributes and fields.
    ///
    /// # Errors
    /// They name something else, or compare it with what it cannot be.
    pub(crate) fn resolve(
        &self,
        filter: Option<&Filter>,
        default_sort: &str,
        catalog: Catalog<'_>,
    ) -> Result<(Option<Predicate>, Sort), Error> {
        let predicate = filter.map(|filter| filter.resolve(catalog)).transpose();
        let predicate = predicate.map_err(|error| Error::BadFilter(error.to_string()))?;
        let sort = self.sort.as_deref().filter(|sort| !sort.is_empty());
        let sort = Sort::parse(sort.unwrap_or(default_sort), catalog).map_err(Error::BadRequest)?;
        Ok((predicate, sort))
    }
}
