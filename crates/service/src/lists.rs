//! What lists of records are asked for.

use customary_model::catalog::Catalog;
use customary_model::filter::{Filter, Predicate, Syntax};
use customary_model::page::{PageParams, Sort};

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
    /// The names in `include`.
    pub includes: Vec<String>,
}

impl ListParams {
    /// The filter, still without knowing what it is about.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn filter(&self) -> Result<Option<Filter>, Error> {
        let syntax = if self.original_syntax {
            Syntax::Original
        } else {
            Syntax::Full
        };
        Filter::parse_all(self.filters.iter().map(String::as_str), syntax)
            .map_err(|error| Error::BadFilter(error.to_string()))
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
