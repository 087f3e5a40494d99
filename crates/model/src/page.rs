//! Pages of a list (`contract/conventions.md` §6).

use crate::catalog::{Catalog, Subject, UnslottedField, Usage};
use crate::position::Position;

/// The most records a page can have.
pub const MAX_LIMIT: u32 = 100;

/// The furthest record a page can start at.
pub const MAX_OFFSET: u32 = 10_000;

/// Which part of a list a request asks for; what it leaves open, the store's settings decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageParams {
    /// How many records, 1 to [`MAX_LIMIT`].
    pub limit: Option<u32>,
    /// How many records come before them, at most [`MAX_OFFSET`].
    pub offset: Option<u32>,
    /// How the records of the whole list are counted.
    pub total_method: Option<TotalMethod>,
    /// Whether any of these was asked for, be it by an empty value.
    pub is_requested: bool,
}

impl PageParams {
    /// The page, where `page_length` is the limit that the store sets.
    #[must_use]
    pub fn request(self, page_length: u32) -> PageRequest {
        PageRequest {
            limit: self.limit.unwrap_or(page_length),
            offset: self.offset.unwrap_or(0),
            after: None,
            needs_end: false,
            total_method: self.total_method.unwrap_or(TotalMethod::Exact),
        }
    }

    /// The page of a list that is shown whole unless a page of it is asked for.
    #[must_use]
    pub fn optional_request(self, page_length: u32) -> Option<PageRequest> {
        self.is_requested.then(|| self.request(page_length))
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest {
    /// How many records, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// How many records come before them: at most [`MAX_OFFSET`], or as many as a walk has given so far.
    pub offset: u32,
    /// Where a walk goes on. What comes before is not counted, so [`PageRequest::offset`] skips nothing.
    pub after: Option<Position>,
    /// Whether a cursor is to continue behind the page: in a walk, and where no offset reaches.
    pub needs_end: bool,
    /// How the records of the whole list are counted.
    pub total_method: TotalMethod,
}

/// How the total of a list is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalMethod {
    /// Every record is counted.
    Exact,
    /// What this page shows: the records up to its end, and one more if there are more.
    Observed,
    /// Counted up to [`LOWER_BOUND`].
    LowerBound,
}

/// Where [`TotalMethod::LowerBound`] stops to count.
pub const LOWER_BOUND: u64 = 10_000;

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The records.
    pub items: Vec<T>,
    /// How many were asked for.
    pub limit: u32,
    /// How many come before them.
    pub offset: u32,
    /// How many there are.
    pub total: Total,
    /// Whether there are more behind them.
    pub has_more: bool,
    /// Where a walk goes on behind them, if it was asked for and there are more.
    pub end: Option<Position>,
    /// The cursor that says so.
    pub next_cursor: Option<String>,
}

/// The number of records of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The number.
    pub count: u64,
    /// What it is worth.
    pub method: TotalMethod,
}

impl<T> Page<T> {
    /// A part of a list that is in memory whole; all of it when no part is asked for, in which
    /// case the limit is `page_length` or the number of items, whichever is more.
    #[must_use]
    pub fn of_all(items: Vec<T>, request: Option<PageRequest>, page_length: u32) -> Self {
        let count = items.len();
        let limit = u32::try_from(count).unwrap_or(u32::MAX).max(page_length);
        let request = request.unwrap_or(PageRequest {
            limit,
            offset: 0,
            after: None,
            needs_end: false,
            total_method: TotalMethod::Exact,
        });
        // One more than the page has, if there is one.
        let items = items
            .into_iter()
            .skip(request.offset as usize)
            .take(request.limit as usize + 1)
            .collect();
        request.page(items, || count as u64)
    }
}

impl PageRequest {
    /// The page, from its records and one more if there are more behind them. `count` counts the
    /// list, and is only called when it has to be counted.
    pub fn page<T>(&self, mut items: Vec<T>, count: impl FnOnce() -> u64) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let total = self.total(items.len(), has_more, count);
        Page {
            items,
            limit: self.limit,
            offset: self.offset,
            total,
            has_more,
            end: None,
            next_cursor: None,
        }
    }

    /// How many records of the list are skipped to come to the page.
    #[must_use]
    pub fn skipped(&self) -> u32 {
        if self.after.is_some() { 0 } else { self.offset }
    }

    /// The total of a list of which this page shows `returned` records, with `more` behind them.
    /// `count` counts the list, and is only called when it has to be counted.
    fn total(&self, returned: usize, more: bool, count: impl FnOnce() -> u64) -> Total {
        match self.total_method {
            TotalMethod::Exact => Total {
                count: count(),
                method: TotalMethod::Exact,
            },
            TotalMethod::Observed => Total {
                count: self.observed(returned, more),
                method: TotalMethod::Observed,
            },
            TotalMethod::LowerBound => Total::bounded(count()),
        }
    }

    /// The total under [`TotalMethod::Observed`].
    fn observed(&self, returned: usize, more: bool) -> u64 {
        u64::from(self.offset) + returned as u64 + u64::from(more)
    }
}

impl Total {
    /// A count that may have stopped at [`LOWER_BOUND`].
    #[must_use]
    pub fn bounded(count: u64) -> Self {
        if count > LOWER_BOUND {
            Self {
                count: LOWER_BOUND,
                method: TotalMethod::LowerBound,
            }
        } else {
            Self {
                count,
                method: TotalMethod::Exact,
            }
        }
    }
}

/// The most keys that one order can have.
pub const MAX_SORT_KEYS: usize = 3;

/// The order of a list: by its keys, then by age where the first of them is a field, then by id. What has no
/// value comes last.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// At least one.
    pub keys: Vec<SortKey>,
}

/// A part of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What to sort by.
    pub subject: Subject,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

impl Sort {
    /// The fields that it goes by without a slot.
    pub fn unslotted(&self) -> impl Iterator<Item = &UnslottedField> {
        self.keys.iter().filter_map(|key| match &key.subject {
            Subject::Unslotted(field) => Some(field),
            Subject::Attribute(_) | Subject::Field(_) => None,
        })
    }

    /// Reads `name`, `-name` or `-tier,name`.
    ///
    /// # Errors
    /// The list cannot be sorted by that; the message says what it can be sorted by.
    pub fn parse(text: &str, catalog: Catalog<'_>) -> Result<Self, String> {
        let keys: Result<Vec<SortKey>, String> = text
            .split(',')
            .map(|key| SortKey::parse(key.trim(), catalog))
            .collect();
        let keys = keys?;
        match catalog.max_sort_keys() {
            1 if keys.len() > 1 => return Err("a list is sorted by one key".to_owned()),
            most if keys.len() > most => {
                return Err(format!("a list is sorted by at most {most} keys"));
            }
            _ => {}
        }
        // What is equal by a key stays so when the key comes again.
        let distinct = keys.into_iter().fold(Vec::new(), |mut distinct, key| {
            if !distinct
                .iter()
                .any(|known: &SortKey| known.subject == key.subject)
            {
                distinct.push(key);
            }
            distinct
        });
        Ok(Self { keys: distinct })
    }
}

impl SortKey {
    fn parse(text: &str, catalog: Catalog<'_>) -> Result<Self, String> {
        let (name, is_descending) = text
            .strip_prefix('-')
            .map_or((text, false), |name| (name, true));
        Ok(Self {
            subject: catalog.find(name, Usage::Sort)?,
            is_descending,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(limit: u32, offset: u32, total_method: TotalMethod) -> PageRequest {
        PageRequest {
            limit,
            offset,
            after: None,
            needs_end: false,
            total_method,
        }
    }

    #[test]
    fn a_list_without_a_page_is_whole() {
        let page = Page::of_all((0..30).collect(), None, 25);
        assert_eq!(
            (page.items.len(), page.limit, page.total.count),
            (30, 30, 30)
        );
        assert_eq!(Page::of_all(vec![1], None, 25).limit, 25);
    }

    #[test]
    fn the_observed_total_knows_one_more_than_it_saw() {
        let page = Page::of_all(
            (0..30).collect(),
            Some(request(10, 10, TotalMethod::Observed)),
            25,
        );
        assert_eq!((page.items, page.total.count), ((10..20).collect(), 21));
        let page = Page::of_all(
            (0..30).collect(),
            Some(request(10, 20, TotalMethod::Observed)),
            25,
        );
        assert_eq!(page.total.count, 30);
        let page = Page::of_all(
            (0..30).collect::<Vec<i32>>(),
            Some(request(10, 40, TotalMethod::Exact)),
            25,
        );
        assert_eq!((page.items.len(), page.total.count), (0, 30));
    }

    #[test]
    fn a_lower_bound_says_whether_it_is_one() {
        assert_eq!(Total::bounded(10_000).method, TotalMethod::Exact);
        assert_eq!(
            Total::bounded(10_001),
            Total {
                count: 10_000,
                method: TotalMethod::LowerBound
            }
        );
    }
}
