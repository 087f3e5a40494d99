//! Pages of filtered and sorted rows, of any table of records.

use customary_model::filter::Predicate;
use customary_model::page::{LOWER_BOUND, Page, PageRequest, Sort, TotalMethod};
use customary_model::position::Position;
use customary_model::store::Revision;

use crate::db::{Counted, Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::filter::{Clauses, Column, Order, any_text};
use crate::keyset::{self, Behind, Term};
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

/// What is asked of a list.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) predicate: Option<&'a Predicate>,
    pub(crate) sort: &'a Sort,
    pub(crate) page: &'a PageRequest,
}

impl Wanted<'_> {
    /// Whether an index has what matches in the order of the list, whatever its values are.
    fn is_in_order(&self) -> bool {
        let is_of_one_value = self.predicate.is_none_or(Predicate::is_of_one_value);
        is_of_one_value && self.sort.keys[0].subject.name() == "created_at"
    }

    /// Whether that index leads to the rows of the page and to no others.
    fn is_straight(&self) -> bool {
        let is_one_test = self.predicate.is_none_or(Predicate::is_one_test);
        is_one_test && self.is_in_order() && self.page.skipped() == 0
    }
}

/// A record, and where it stands in the list if that is wanted.
type Placed<T> = (T, Option<Position>);

/// So many columns [`Listing::counted`] has before those of the rows.
const COUNT_COLUMNS: usize = 3;

impl<'a, T> Listing<'a, T> {
    /// Reads a page. On PostgreSQL that is one statement, which needs no transaction to see one state of the database.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
    pub(crate) async fn page(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        predicate: Option<&Predicate>,
        sort: &Sort,
        page: PageRequest,
    ) -> Result<Page<T>, StoreError> {
        let wanted = Wanted {
            predicate,
            sort,
            page: &page,
        };
        let complement = match page.total_method {
            TotalMethod::Exact => predicate.and_then(Predicate::complement),
            TotalMethod::LowerBound | TotalMethod::Observed => None,
        };
        let complement = complement.as_ref();
        let (count, rows) = if dialect::without_index(tx).is_some() {
            let count = self.count_first(tx, seen, wanted, complement).await?;
            let is_led = self.is_led_by_order(tx, seen, wanted, count).await?;
            (count, self.rows(tx, wanted, is_led).await?)
        } else {
            self.count_beside(tx, seen, wanted, complement).await?
        };
        let (items, mut ends): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let mut page = page.page(items, || count);
        ends.truncate(page.items.len());
        page.end = ends.pop().flatten().filter(|_| page.has_more);
        Ok(page)
    }

    pub(crate) fn clauses<'c>(
        &self,
        predicate: Option<&'c Predicate>,
        is_led_by_order: bool,
        without_index: Option<&'static str>,
    ) -> Clauses<'c>
    where
        'a: 'c,
    {
        let clauses = Clauses::new(self.columns, self.params);
        let mut clauses = clauses.led(is_led_by_order, without_index);
        if let Some(predicate) = predicate {
            clauses.and(predicate);
        }
        clauses
    }

    /// How many records the list has, before its page is read: the page is found in a way that suits that.
    async fn count_first(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        wanted: Wanted<'_>,
        complement: Option<&Predicate>,
    ) -> Result<u64, StoreError> {
        let named = wanted.predicate.filter(|_| complement.is_none());
        let mut clauses = self.clauses(named, false, dialect::without_index(tx));
        let count = self.count_of(&mut clauses, wanted, complement);
        let state = if self.is_remembered(wanted) {
            dialect::state(tx).await?
        } else {
            None
        };
        // A statement is given exactly the parameters that it names, and one that asks a counter names the
        // store alone.
        let mut params = clauses.params();
        if !count.contains("$2") {
            params.truncate(1);
        }
        stores::count(tx, state, seen, &count, &params).await
    }

    /// Whether a page is found sooner by going through its order, past what does not match, than by sorting all
    /// that match, of which there are so many as were `counted`.
    async fn is_led_by_order(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        wanted: Wanted<'_>,
        counted: u64,
    ) -> Result<bool, StoreError> {
        let Wanted { sort, page, .. } = wanted;
        let is_known = page.total_method != TotalMethod::Observed && counted > FEW;
        let is_free = wanted.predicate.is_some() && !wanted.is_in_order();
        if !is_known || !is_free || !sort.keys[0].subject.has_index() {
            return Ok(false);
        }
        let all = Wanted {
            predicate: None,
            ..wanted
        };
        let all = self.count_first(tx, seen, all, None).await?;
        let skipped_and_shown = u64::from(page.skipped()) + u64::from(page.limit);
        let passed = skipped_and_shown.saturating_mul(all) / counted;
        Ok(passed.saturating_mul(COST_OF_A_ROW) < counted)
    }

    /// The rows of a page, and one more if there are more.
    async fn rows(
        &self,
        tx: &mut Tx<'_>,
        wanted: Wanted<'_>,
        is_led_by_order: bool,
    ) -> Result<Vec<Placed<T>>, StoreError> {
        let without_index = dialect::without_index(tx);
        let mut clauses = self.clauses(wanted.predicate, is_led_by_order, without_index);
        let sql = self.sql(&mut clauses, wanted);
        let terms = self.terms(wanted).len();
        let decode = |row: &Row<'_>| self.placed(row, terms);
        tx.list(&sql, &clauses.params(), decode).await
    }

    /// The same with the count, in one statement. It counts only when what is remembered is of another state.
    async fn count_beside(
        &self,
        tx: &mut Tx<'_>,
        seen: Revision,
        wanted: Wanted<'_>,
        complement: Option<&Predicate>,
    ) -> Result<(u64, Vec<Placed<T>>), StoreError> {
        let mut clauses = self.clauses(wanted.predicate, false, None);
        let count = self.count_of(&mut clauses, wanted, complement);
        let key = if self.is_remembered(wanted) {
            tx.count_key("", &count, &clauses.params())
        } else {
            None
        };
        let known = key.as_ref().and_then(|key| tx.remembered(key));
        let state = known.as_ref().map_or("", |known| &known.state);
        let sql = self.counted(&mut clauses, wanted, &count, key.as_ref().map(|_| state));
        let terms = self.terms(wanted).len();
        let mut counted = None;
        let decode = |row: &Row<'_>| {
            if counted.is_none() {
                counted = Some((row.get(0)?, row.get(1)?, row.get::<Option<_>>(2)?));
            }
            self.placed(&row.behind(COUNT_COLUMNS), terms)
        };
        let rows = tx.list(&sql, &clauses.params(), decode).await?;
        let Some((revision, state, count)) = counted else {
            // Nothing on the page, so nothing told the count.
            let count = self.count_first(tx, seen, wanted, complement).await?;
            return Ok((count, rows));
        };
        stores::check_revision(Revision(revision), seen)?;
        // What is known was not counted again.
        let count = count.or(known.map(|known| known.count)).unwrap_or_default();
        if let Some(key) = key {
            let counted = Counted {
                state,
                revision,
                count,
            };
            tx.remember(key, counted);
        }
        Ok((count.unsigned_abs(), rows))
    }

    /// Whether the count takes so long that it is worth remembering.
    fn is_remembered(&self, wanted: Wanted<'_>) -> bool {
        let is_counted = wanted.predicate.is_some() || matches!(self.total, Total::Counted);
        is_counted && wanted.page.total_method != TotalMethod::Observed
    }

    /// The statement of [`Listing::sql`] with the revision of the store, the state of the database and the `count` in
    /// front of each row. With a `state`, it counts only in another one.
    pub(crate) fn counted<'c>(
        &self,
        clauses: &mut Clauses<'c>,
        wanted: Wanted<'c>,
        count: &str,
        state: Option<&'c str>,
    ) -> Sql {
        let (state, count) = match state {
            Some(known) => {
                let (state, known) = (dialect::STATE, clauses.bind(known.into()));
                let count = format!("CASE WHEN {state} = {known} THEN NULL ELSE {count} END");
                (state, count)
            }
            None => ("''", count.to_owned()),
        };
        // As queries of their own they are computed once, and not for each row.
        let columns = format!(
            "(SELECT revision FROM stores WHERE id = $1), (SELECT {state}), (SELECT CAST({count} AS BIGINT)), "
        );
        self.statement(clauses, wanted, columns)
    }

    /// The statement that reads the rows of a page, and one more if there are more.
    pub(crate) fn sql<'c>(&self, clauses: &mut Clauses<'c>, wanted: Wanted<'c>) -> Sql {
        self.statement(clauses, wanted, String::new())
    }

    /// A page is found by ids alone, in the order of an index; the documents are read for its rows only. The
    /// join is spelled so that SQLite goes from the page to the rows and not the other way round, through
    /// all of them. Where an index leads straight to the rows of the page, they are read on the way.
    ///
    /// The limit stands in the text, with one more to see whether there is a next page, because
    /// PostgreSQL plans by it: for a limit that it does not know, it would read the whole table. So does an offset
    /// of nothing: for one that it does not know, it would make a plan anew at every use.
    fn statement<'c>(
        &self,
        clauses: &mut Clauses<'c>,
        wanted: Wanted<'c>,
        mut columns: String,
    ) -> Sql {
        let Self {
            table,
            scope,
            select,
            ..
        } = self;
        let Wanted { sort, page, .. } = wanted;
        for term in self.terms(wanted) {
            columns.extend([&term.expression, ", "]);
        }
        columns.push_str(select);
        let mut condition = format!("{scope}{}", clauses.sql());
        let behind = if let Some(position) = &page.after {
            Behind::of(position, sort, self.columns, clauses)
        } else {
            condition.push_str(&any_text(self.columns, sort));
            Behind::nothing()
        };
        let limit = page.limit.saturating_add(1);
        let offset = match page.skipped() {
            0 => "0".to_owned(),
            skipped => clauses.bind(skipped.into()),
        };
        let order = Order::new(self.columns, sort);
        let page = |select: &str| order.page(select, table, &condition, &behind, limit, &offset);
        Sql::built(if wanted.is_straight() {
            page(&columns)
        } else {
            format!(
                "SELECT {columns} FROM ({}) AS page CROSS JOIN {table} WHERE {scope} AND id = page_id ORDER BY {}",
                page("id AS page_id"),
                order.across()
            )
        })
    }

    /// What the position of a record is made of, if it is wanted.
    fn terms(&self, wanted: Wanted<'_>) -> Vec<Term> {
        if wanted.page.needs_end {
            keyset::terms(wanted.sort, self.columns)
        } else {
            Vec::new()
        }
    }

    fn placed(&self, row: &Row<'_>, terms: usize) -> Result<Placed<T>, StoreError> {
        let position = (terms > 0)
            .then(|| keyset::decode(row, terms))
            .transpose()?;
        Ok(((self.decode)(&row.behind(terms))?, position))
    }

    /// The expression that counts the rows of the list, as far as the page asks: those that `clauses` pick, or all
    /// but those of the `complement`.
    pub(crate) fn count_of<'c>(
        &self,
        clauses: &mut Clauses<'c>,
        wanted: Wanted<'_>,
        complement: Option<&'c Predicate>,
    ) -> String {
        let Some(complement) = complement else {
            return self.count(clauses.sql(), wanted.page.total_method);
        };
        let others = clauses.beside(complement);
        let all = self.count("", TotalMethod::Exact);
        format!("{all} - {}", self.count(&others, TotalMethod::Exact))
    }

    /// The expression that counts the rows of a condition, as far as `method` asks.
    fn count(&self, condition: &str, method: TotalMethod) -> String {
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
