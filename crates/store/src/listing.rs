//! Pages of filtered and sorted rows, of any table of records.

use customary_model::filter::Predicate;
use customary_model::page::{LOWER_BOUND, Page, PageRequest, Sort, TotalMethod};
use customary_model::position::Position;
use customary_model::store::Revision;

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::filter::{Clauses, Column, Order, any_text};
use crate::keyset::{self, Behind};
use crate::{counters, dialect, stores};

/// So many rows are sorted in next to no time.
const FEW: u64 = 1_000;

/// How many entries of an index are read and sorted in the time that it takes to look at a row.
const COST_OF_A_ROW: u64 = 4;

/// Where the rows of a list are, and how they are read.
pub(crate) struct Listing<'a, T> {
    /// The table.
    pub(crate) table: &'static str,
    /// The condition that picks the rows of the list, with the first parameters; the first is the store.
    pub(crate) scope: &'static str,
    /// Those parameters.
    pub(crate) params: &'a [Param<'a>],
    /// How the table stores the attributes that filter and sort.
    pub(crate) columns: &'static [Column],
    /// What is read of each row.
    pub(crate) select: &'a str,
    /// How many rows the list has without a filter.
    pub(crate) total: Total<'a>,
    /// The id of a record, as the table has it.
    pub(crate) id: fn(&T) -> Param<'_>,
    /// Reads a record.
    pub(crate) decode: fn(&Row<'_>) -> Result<T, StoreError>,
}

/// How the rows of a list without a filter are counted.
#[derive(Clone, Copy)]
pub(crate) enum Total<'a> {
    /// By the counter of this name.
    Counter(&'a str),
    /// One by one: there are few.
    Counted,
}

impl<'a, T> Listing<'a, T> {
    /// Reads a page.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
    pub(crate) async fn page(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        predicate: Option<&'a Predicate>,
        sort: &Sort,
        page: PageRequest,
    ) -> Result<Page<T>, StoreError> {
        let mut clauses = self.clauses(predicate, None);
        let complement = predicate.and_then(Predicate::complement);
        let counted = match (complement, page.total_method) {
            (Some(complement), TotalMethod::Exact) => {
                let mut others = Clauses::new(self.columns, self.params);
                others.and(&complement);
                let all = self.count_of(tx, seen, None, TotalMethod::Exact).await?;
                let others = self.count_of(tx, seen, Some(&others), TotalMethod::Exact);
                all.saturating_sub(others.await?)
            }
            (_, method) => {
                let clauses = predicate.map(|_| &clauses);
                self.count_of(tx, seen, clauses, method).await?
            }
        };
        if let Some(without_index) = dialect::without_index(tx)
            && self
                .is_led_by_order(tx, seen, predicate, sort, &page, counted)
                .await?
        {
            clauses = self.clauses(predicate, Some(without_index));
        }
        let skipped = page.skipped();
        let sql = self.sql(&mut clauses, sort, page.limit, skipped, page.after.as_ref());
        let offset = [Param::from(skipped)];
        let params = clauses.params(if skipped == 0 { &[] } else { &offset });
        let items = tx.list(&sql, &params, self.decode).await?;
        let needs_end = page.needs_end;
        let mut page = page.page(items, || counted);
        if let Some(last) = page.items.last().filter(|_| needs_end && page.has_more) {
            page.end = self.position(tx, sort, (self.id)(last)).await?;
        }
        Ok(page)
    }

    pub(crate) fn clauses(
        &self,
        predicate: Option<&'a Predicate>,
        without_index: Option<&'static str>,
    ) -> Clauses<'a> {
        let clauses = Clauses::new(self.columns, self.params);
        let mut clauses = clauses.led_by_order(without_index.unwrap_or_default());
        if let Some(predicate) = predicate {
            clauses.and(predicate);
        }
        clauses
    }

    /// Whether a page is found sooner by going through its order, past what does not match, than by sorting all
    /// that match, of which there are so many as were `counted`.
    async fn is_led_by_order(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        predicate: Option<&Predicate>,
        sort: &Sort,
        page: &PageRequest,
        counted: u64,
    ) -> Result<bool, StoreError> {
        let Some(predicate) = predicate else {
            return Ok(false);
        };
        let first = &sort.keys[0].subject;
        let is_in_order = predicate.is_of_one_value() && first.name() == "created_at";
        let is_known = page.total_method != TotalMethod::Observed && counted > FEW;
        if !is_known || is_in_order || !first.has_index() {
            return Ok(false);
        }
        let all = self.count_of(tx, seen, None, TotalMethod::Exact).await?;
        let wanted = u64::from(page.skipped()) + u64::from(page.limit);
        let passed = wanted.saturating_mul(all) / counted;
        Ok(passed.saturating_mul(COST_OF_A_ROW) < counted)
    }

    /// How many rows of the list satisfy the clauses.
    async fn count_of(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        clauses: Option<&Clauses<'_>>,
        method: TotalMethod,
    ) -> Result<u64, StoreError> {
        let count = self.count(clauses.map(Clauses::sql).unwrap_or_default(), method);
        let is_counted = clauses.is_some() || matches!(self.total, Total::Counted);
        let state = if is_counted && method != TotalMethod::Observed {
            dialect::state(tx).await?
        } else {
            None
        };
        // A statement is given exactly the parameters that it names, and one that asks a counter names the
        // store alone.
        match clauses {
            Some(clauses) if count.contains("$2") => {
                stores::count(tx, state, seen, &count, &clauses.params(&[])).await
            }
            None if count.contains("$2") => {
                stores::count(tx, state, seen, &count, self.params).await
            }
            _ => stores::count(tx, state, seen, &count, &self.params[..1]).await,
        }
    }

    /// Where the record with this id stands in the list.
    async fn position(
        &self,
        tx: &mut Tx<'_>,
        sort: &Sort,
        id: Param<'_>,
    ) -> Result<Option<Position>, StoreError> {
        let Self { table, scope, .. } = self;
        let terms = keyset::terms(sort, self.columns);
        let values: Vec<&str> = terms.iter().map(|term| term.expression.as_str()).collect();
        let params: Vec<Param<'_>> = self.params.iter().copied().chain([id]).collect();
        let sql = Sql::built(format!(
            "SELECT {} FROM {table} WHERE {scope} AND id = ${}",
            values.join(", "),
            params.len()
        ));
        tx.find(&sql, &params, keyset::decode).await
    }

    /// A page is found by ids alone, in the order of an index; the documents are read for its rows only. The
    /// join is spelled so that SQLite goes from the page to the rows and not the other way round, through
    /// all of them. The limit stands in the text, with one more to see whether there is a next page, because
    /// PostgreSQL plans by it: for a limit that it does not know, it would read the whole table. So does an offset
    /// of nothing: for one that it does not know, it would make a plan anew at every use.
    pub(crate) fn sql<'c>(
        &self,
        clauses: &mut Clauses<'c>,
        sort: &Sort,
        limit: u32,
        skipped: u32,
        after: Option<&'c Position>,
    ) -> Sql {
        let Self {
            table,
            scope,
            select,
            ..
        } = self;
        let order = Order::new(self.columns, sort);
        let mut condition = format!("{scope}{}", clauses.sql());
        let behind = if let Some(position) = after {
            Behind::of(position, sort, self.columns, clauses)
        } else {
            condition.push_str(&any_text(self.columns, sort));
            Behind::nothing()
        };
        let limit = limit.saturating_add(1);
        let offset = match skipped {
            0 => "0".to_owned(),
            _ => clauses.later(0),
        };
        let page = order.page(table, &condition, &behind, limit, &offset);
        Sql::built(format!(
            "SELECT {select} FROM ({page}) AS page CROSS JOIN {table} WHERE {scope} AND id = page_id ORDER BY {}",
            order.across()
        ))
    }

    /// The expression that counts the rows of the list, as far as `method` asks.
    pub(crate) fn count(&self, condition: &str, method: TotalMethod) -> String {
        let Self { table, scope, .. } = self;
        match method {
            TotalMethod::Observed => "0".to_owned(),
            TotalMethod::Exact | TotalMethod::LowerBound if condition.is_empty() => {
                match self.total {
                    Total::Counter(name) => counters::value(name),
                    Total::Counted => format!("(SELECT COUNT(*) FROM {table} WHERE {scope})"),
                }
            }
            TotalMethod::Exact => {
                format!("(SELECT COUNT(*) FROM {table} WHERE {scope}{condition})")
            }
            TotalMethod::LowerBound => {
                let limit = LOWER_BOUND + 1;
                let rows = format!("SELECT 1 FROM {table} WHERE {scope}{condition} LIMIT {limit}");
                format!("(SELECT COUNT(*) FROM ({rows}) AS bounded)")
            }
        }
    }
}
