//! From a typed predicate to SQL: the only place that puts a statement together.
//!
//! Every piece of text here is our own; every value is bound.

use std::fmt::Write as _;

use customary_model::catalog::{SlottedField, Subject, UnslottedField};
use customary_model::email::fold;
use customary_model::field::{FieldKey, FieldType};
use customary_model::filter::{Comparison, Operand, Pattern, Predicate, Test};
use customary_model::page::Sort;
use customary_model::resource::Attribute;
use customary_model::slot::{
    MAX_TEXT_BYTES, SEPARATOR, Slot, SlotValue, is_held_whole, reference_key, text_key,
};

use crate::db::Param;
use crate::keyset::Behind;

/// How many characters of a long text its index holds.
const INDEXED_CHARS: usize = 64;

/// How many characters a slot has at least that holds a text not whole: a quarter of the bytes from which on
/// a text is cut.
const SHORTEST_CUT_SLOT: usize = MAX_TEXT_BYTES / 4 - 1;

/// From here on, neighbouring integers are the same float: 2 to the power of 53.
const EXACT_IN_FLOATS: u64 = 1 << 53;

/// How a table stores an attribute of its resource.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The attribute.
    pub(crate) attribute: &'static str,
    /// The column that holds the value.
    pub(crate) exact: &'static str,
    /// The column that holds it folded, where `like` looks.
    pub(crate) folded: &'static str,
    /// For a text that may be long: what its index holds, which is the beginning of…
    pub(crate) indexed: Option<Indexed>,
}

impl Column {
    /// The expressions that a list is sorted by: for a text without regard to case first.
    pub(crate) fn sorted_by(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if let Some(Indexed::Folded(expression)) = self.indexed {
            names.push(expression);
        }
        names.extend([self.folded, self.exact]);
        names.dedup();
        names
    }
}

/// The expression that an index holds.
#[derive(Clone, Copy)]
pub(crate) enum Indexed {
    /// The beginning of the exact value.
    Exact(&'static str),
    /// The beginning of the folded value.
    Folded(&'static str),
}

/// The condition and order of a statement while it is put together.
pub(crate) struct Clauses<'a> {
    columns: &'static [Column],
    /// What stands before a slot that is tested and is not to lead to the rows.
    without_index: &'static str,
    /// Whether an order leads to them.
    is_led_by_order: bool,
    /// Whether a test of another field does, which must hold too.
    is_led_by_test: bool,
    params: Vec<Bound<'a>>,
    sql: String,
}

/// A bound value: the caller's, the predicate's, or one made here.
enum Bound<'a> {
    Given(Param<'a>),
    Made(String),
}

impl<'a> Clauses<'a> {
    /// Starts behind the parameters that the statement has anyway.
    pub(crate) fn new(columns: &'static [Column], params: &[Param<'a>]) -> Self {
        Self {
            columns,
            without_index: "",
            is_led_by_order: false,
            is_led_by_test: false,
            params: params.iter().copied().map(Bound::Given).collect(),
            sql: String::new(),
        }
    }

    /// Keeps the database from finding rows by what does not lead to them: any test when an order does, and the
    /// test of a boolean beside others. `without_index` does that, see [`crate::dialect::without_index`].
    pub(crate) fn led(mut self, is_by_order: bool, without_index: Option<&'static str>) -> Self {
        self.is_led_by_order = is_by_order;
        self.without_index = without_index.unwrap_or_default();
        self
    }

    fn slot(&self, field: &SlottedField) -> String {
        // Often half of all records have the same boolean.
        let is_boolean = field.field_type == FieldType::Boolean;
        let is_led = self.is_led_by_order || (self.is_led_by_test && is_boolean);
        let before = if is_led { self.without_index } else { "" };
        format!("{before}{}", field.slot)
    }

    /// The text so far.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters so far.
    pub(crate) fn params(&self) -> Vec<Param<'_>> {
        let bound = self.params.iter().map(|bound| match bound {
            Bound::Given(param) => *param,
            Bound::Made(text) => Param::Text(text),
        });
        bound.collect()
    }

    /// Adds ` AND …` for a predicate.
    pub(crate) fn and(&mut self, predicate: &'a Predicate) {
        self.sql.push_str(" AND ");
        self.predicate(predicate);
    }

    /// The text of another condition in the same statement: ` AND …` for this predicate alone.
    pub(crate) fn beside(&mut self, predicate: &'a Predicate) -> String {
        let own = std::mem::take(&mut self.sql);
        self.and(predicate);
        std::mem::replace(&mut self.sql, own)
    }

    fn predicate(&mut self, predicate: &'a Predicate) {
        match predicate {
            Predicate::All(parts) => {
                let before = self.is_led_by_test;
                self.is_led_by_test |= parts.iter().any(leads);
                self.joined(parts, " AND ", "TRUE");
                self.is_led_by_test = before;
            }
            Predicate::Any(parts) => self.joined(parts, " OR ", "FALSE"),
            Predicate::Not(part) => {
                self.sql.push('(');
                self.predicate(part);
                // What has no value does not satisfy a test, and so satisfies its opposite.
                self.sql.push_str(") IS NOT TRUE");
            }
            Predicate::Is(subject, test) => self.test(subject, test),
        }
    }

    fn joined(&mut self, parts: &'a [Predicate], separator: &str, empty: &str) {
        if parts.is_empty() {
            self.sql.push_str(empty);
            return;
        }
        self.sql.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.sql.push_str(separator);
            }
            self.predicate(part);
        }
        self.sql.push(')');
    }

    fn test(&mut self, subject: &'a Subject, test: &'a Test) {
        match subject {
            Subject::Attribute(attribute) => self.test_column(self.column(attribute), test),
            Subject::Field(field) => self.test_slot(field, test),
            Subject::Unslotted(field) => self.test_document(field, test),
        }
    }

    fn test_column(&mut self, column: &'static Column, test: &'a Test) {
        match test {
            Test::Compare(comparison, operand) => self.compare(column, *comparison, operand),
            Test::OneOf(operands) => {
                if operands.is_empty() {
                    self.sql.push_str("FALSE");
                    return;
                }
                let names: Vec<String> = operands
                    .iter()
                    .map(|operand| self.bind(param(operand)))
                    .collect();
                self.push(format_args!("{} IN ({})", column.exact, names.join(", ")));
            }
            Test::IsNull => self.push(format_args!("{} IS NULL", column.exact)),
            Test::Like(pattern) if !pattern.open_start && !pattern.open_end => {
                let name = self.bind(Param::Text(&pattern.text));
                self.beginning(column, &pattern.text);
                self.push(format_args!("{} = {name}", column.folded));
            }
            Test::Like(pattern) if pattern.text.is_empty() => {
                self.push(format_args!("{} IS NOT NULL", column.exact));
            }
            Test::Like(pattern) => {
                if !pattern.open_start {
                    self.begins_with(column, &pattern.text);
                }
                let name = self.make(like(pattern));
                self.push(format_args!("{} LIKE {name} ESCAPE '\\'", column.folded));
            }
        }
    }

    /// A test of a field's slot. What a slot does not hold whole is looked up in the document.
    fn test_slot(&mut self, field: &'a SlottedField, test: &'a Test) {
        let slot = self.slot(field);
        match test {
            Test::IsNull => self.push(format_args!("{slot} IS NULL")),
            Test::Compare(comparison, operand) => self.compare_slot(field, *comparison, operand),
            Test::OneOf(operands) => {
                let (whole, partial): (Vec<_>, Vec<_>) = operands
                    .iter()
                    .partition(|operand| slot_operand(operand).is_some());
                let whole = whole.into_iter().filter_map(slot_operand);
                let names: Vec<String> = whole.map(|value| self.hold(value)).collect();
                let list = if names.is_empty() {
                    "FALSE".to_owned()
                } else {
                    format!("{slot} IN ({})", names.join(", "))
                };
                self.push(format_args!("({list}"));
                for operand in partial {
                    self.sql.push_str(" OR ");
                    self.compare_slot(field, Comparison::Eq, operand);
                }
                self.sql.push(')');
            }
            Test::Like(pattern) if pattern.text.is_empty() && pattern.open_end => {
                self.push(format_args!("{slot} IS NOT NULL"));
            }
            Test::Like(pattern) => self.match_slot(field, pattern),
        }
    }

    fn compare_slot(
        &mut self,
        field: &'a SlottedField,
        comparison: Comparison,
        operand: &'a Operand,
    ) {
        let (slot, operator) = (self.slot(field), symbol(comparison));
        if let Some(value) = slot_operand(operand) {
            let name = self.hold(value);
            self.push(format_args!("{slot} {operator} {name}"));
            return;
        }
        let (held, exactly) = match operand {
            // Only for equality: the model refuses to order by a text that is longer than its slot.
            Operand::Text(text) => {
                let (value, name) = (value(field.key), self.bind(Param::Text(text)));
                let exactly = format!("{value} = {name}");
                (SlotValue::Text(text_key(text)), exactly)
            }
            Operand::Integer(number) => {
                let (value, name) = (value(field.key), self.bind(Param::Integer(*number)));
                let exactly = format!("CAST({value} AS NUMERIC) {operator} CAST({name} AS BIGINT)");
                (SlotValue::Number(float(*number)), exactly)
            }
            // A number is held whole; ids and times belong to base attributes.
            Operand::Number(_) | Operand::Id(_) | Operand::Time(_) => {
                self.sql.push_str("FALSE");
                return;
            }
        };
        let name = self.hold(held);
        let same = format!("{slot} = {name} AND {exactly}");
        match comparison {
            Comparison::Eq => self.push(format_args!("({same})")),
            Comparison::Gt | Comparison::Ge => {
                self.push(format_args!("({slot} > {name} OR {same})"));
            }
            Comparison::Lt | Comparison::Le => {
                self.push(format_args!("({slot} < {name} OR {same})"));
            }
        }
    }

    /// Binds a value as slots hold it.
    fn hold(&mut self, value: SlotValue) -> String {
        match value {
            SlotValue::Text(text) => self.make(text),
            SlotValue::Number(number) => self.bind(Param::Number(number)),
        }
    }

    /// `like` on a field. Its slot begins with the folded text, which ends where the separator stands.
    fn match_slot(&mut self, field: &'a SlottedField, pattern: &'a Pattern) {
        let slot = self.slot(field);
        let is_short = is_held_whole(&pattern.text);
        if is_short && !pattern.open_start {
            // What begins so, or is so, lies in one range.
            let start = if pattern.open_end {
                pattern.text.clone()
            } else {
                format!("{}{SEPARATOR}", pattern.text)
            };
            let end = after_all_that_begin_with(&start);
            let name = self.make(start);
            self.push(format_args!("{slot} >= {name}"));
            if let Some(end) = end {
                let name = self.make(end);
                self.push(format_args!(" AND {slot} < {name}"));
            }
            return;
        }
        let (folded, whole) = (folded(field.key), self.make(like(pattern)));
        let long = format!("{folded} LIKE {whole} ESCAPE '\\'");
        if is_short {
            let separator = String::from(SEPARATOR);
            let behind = if pattern.open_end { "" } else { &separator };
            let name = self.make(format!("{}{behind}%", like(pattern)));
            self.push(format_args!(
                "(length({slot}) < {SHORTEST_CUT_SLOT} AND {slot} LIKE {name} ESCAPE '\\' \
                 OR length({slot}) >= {SHORTEST_CUT_SLOT} AND {long})"
            ));
        } else {
            self.push(format_args!("{long}"));
        }
    }

    /// A test of a field in the document, for every record.
    fn test_document(&mut self, field: &'a UnslottedField, test: &'a Test) {
        match test {
            Test::IsNull => {
                let value = value(field.key);
                self.push(format_args!("{value} IS NULL"));
            }
            Test::Compare(Comparison::Eq, operand) => {
                self.equal_in_document(field, std::slice::from_ref(operand));
            }
            Test::Compare(comparison, operand) => {
                self.order_in_document(field, *comparison, operand);
            }
            Test::OneOf(operands) => self.equal_in_document(field, operands),
            Test::Like(pattern) => {
                let (folded, name) = (folded(field.key), self.make(like(pattern)));
                self.push(format_args!("{folded} LIKE {name} ESCAPE '\\'"));
            }
        }
    }

    fn equal_in_document(&mut self, field: &'a UnslottedField, operands: &'a [Operand]) {
        if field.field_type == FieldType::Relationship {
            let ids = derived(field.key);
            // Unlike LIKE, this tells small letters from capitals on either engine.
            let tests = operands.iter().filter_map(|operand| match operand {
                Operand::Text(id) => {
                    let id = self.make(reference_key(id));
                    Some(format!("replace({ids}, {id}, '') <> {ids}"))
                }
                _ => None,
            });
            let tests: Vec<String> = tests.collect();
            self.push(format_args!("{}", any(&tests)));
            return;
        }
        let value = comparable(field);
        let names: Vec<String> = operands
            .iter()
            .map(|operand| self.comparand(operand))
            .collect();
        self.push(format_args!("{value} IN ({})", names.join(", ")));
    }

    fn order_in_document(
        &mut self,
        field: &'a UnslottedField,
        comparison: Comparison,
        operand: &'a Operand,
    ) {
        let (value, operator) = (comparable(field), symbol(comparison));
        let name = self.comparand(operand);
        let Operand::Text(text) = operand else {
            self.push(format_args!("{value} {operator} {name}"));
            return;
        };
        let (folded, name_folded) = (folded(field.key), self.make(fold(text)));
        let strictly = symbol(comparison.strict());
        self.push(format_args!(
            "({folded} COLLATE \"C\" {strictly} {name_folded} \
             OR {folded} = {name_folded} AND {value} COLLATE \"C\" {operator} {name})"
        ));
    }

    fn comparand(&mut self, operand: &'a Operand) -> String {
        let name = self.bind(param(operand));
        match operand {
            Operand::Integer(_) => format!("CAST({name} AS BIGINT)"),
            Operand::Number(_) => format!("CAST({name} AS DOUBLE PRECISION)"),
            Operand::Text(_) | Operand::Id(_) | Operand::Time(_) => name,
        }
    }

    fn compare(&mut self, column: &'static Column, comparison: Comparison, operand: &'a Operand) {
        let name = self.bind(param(operand));
        if let (Comparison::Eq, Operand::Text(text)) = (comparison, operand) {
            self.beginning(column, text);
        }
        let operator = symbol(comparison);
        self.push(format_args!("{} {operator} {name}", column.exact));
    }

    /// Lets an index that holds only the beginning of a text find it.
    fn beginning(&mut self, column: &'static Column, text: &str) {
        let (expression, text) = match column.indexed {
            None => return,
            Some(Indexed::Exact(expression)) => (expression, text.to_owned()),
            Some(Indexed::Folded(expression)) => (expression, fold(text)),
        };
        let name = self.make(text.chars().take(INDEXED_CHARS).collect());
        self.push(format_args!("{expression} = {name} AND "));
    }

    /// Lets an index find the texts that begin so: they lie in one range of it.
    fn begins_with(&mut self, column: &'static Column, prefix: &str) {
        let expression = match column.indexed {
            None => column.folded,
            Some(Indexed::Folded(expression)) => expression,
            Some(Indexed::Exact(_)) => return,
        };
        let start: String = prefix.chars().take(INDEXED_CHARS).collect();
        let end = after_all_that_begin_with(&start);
        let name = self.make(start);
        self.push(format_args!("{expression} >= {name} AND "));
        if let Some(end) = end {
            let name = self.make(end);
            self.push(format_args!("{expression} < {name} AND "));
        }
    }

    fn column(&self, attribute: &Attribute) -> &'static Column {
        let found = find(self.columns, attribute);
        found.expect("a table has a column for every attribute of its resource")
    }

    /// Adds a parameter, and returns its name.
    pub(crate) fn bind(&mut self, param: Param<'a>) -> String {
        self.params.push(Bound::Given(param));
        format!("${}", self.params.len())
    }

    fn make(&mut self, text: String) -> String {
        self.params.push(Bound::Made(text));
        format!("${}", self.params.len())
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        let written = self.sql.write_fmt(text);
        written.expect("writing to a string cannot fail");
    }
}

/// The order of a list, as the parts of its statements.
pub(crate) struct Order {
    /// `ORDER BY` for rows that all have a value for the first key.
    within: String,
    /// The same, for rows that have no value for the first key.
    without_first: String,
    /// The same, across both.
    across: String,
    /// The columns that it reads.
    columns: Vec<String>,
    /// The slot of the first key: what has no value for it comes last.
    slot: Option<Slot>,
}

impl Order {
    pub(crate) fn new(columns: &'static [Column], sort: &Sort) -> Self {
        let direction = |is_descending| if is_descending { "DESC" } else { "ASC" };
        let first = &sort.keys[0];
        let slot = match &first.subject {
            Subject::Field(field) => Some(field.slot),
            Subject::Attribute(_) | Subject::Unslotted(_) => None,
        };
        let mut within: Vec<String> = Vec::new();
        let mut read = vec!["id".to_owned(), "created_at".to_owned()];
        for (index, key) in sort.keys.iter().enumerate() {
            let direction = direction(key.is_descending);
            match &key.subject {
                Subject::Attribute(attribute) => {
                    if let Some(column) = find(columns, attribute) {
                        read.extend([column.folded.to_owned(), column.exact.to_owned()]);
                        let names = column.sorted_by().into_iter();
                        within.extend(names.map(|name| format!("{name} {direction}")));
                    }
                }
                Subject::Field(field) => {
                    let slot = field.slot;
                    read.push(slot.to_string());
                    within.push(if index == 0 {
                        format!("{slot} {direction}")
                    } else {
                        format!("{slot} IS NULL, {slot} {direction}")
                    });
                }
                Subject::Unslotted(field) => {
                    let name = sorted_by_document(field);
                    within.push(format!("{name} IS NULL, {name} {direction}"));
                    read.extend(["custom".to_owned(), "derived".to_owned()]);
                }
            }
        }
        let direction = direction(first.is_descending);
        if !matches!(first.subject, Subject::Attribute(_)) {
            within.push(format!("created_at {direction}"));
        }
        within.push(format!("id {direction}"));
        within.dedup();
        read.sort_unstable();
        read.dedup();
        let without_first = within[1..].join(", ");
        let within = within.join(", ");
        Self {
            across: slot.map_or(within.clone(), |slot| format!("{slot} IS NULL, {within}")),
            within,
            without_first,
            columns: read,
            slot,
        }
    }

    /// `ORDER BY` for any rows.
    pub(crate) fn across(&self) -> &str {
        &self.across
    }

    /// Selects a page through the index that has its order: its ids as `page_id`, or what is to `select` if it is
    /// sorted by no slot. `condition` picks the rows of the list, and `behind` those of them where a walk goes on;
    /// `offset` is the name of a parameter, or nothing.
    pub(crate) fn page(
        &self,
        select: &str,
        table: &str,
        condition: &str,
        behind: &Behind,
        limit: u32,
        offset: &str,
    ) -> String {
        let page = |condition: &str, order: &str| {
            format!(
                "SELECT {select} FROM {table} WHERE {condition} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
            )
        };
        let (within, without_first) = (&self.within, &self.without_first);
        let Some(slot) = self.slot else {
            let behind = behind.valued.as_ref().unwrap_or(&behind.others);
            return page(&format!("{condition}{behind}"), within);
        };
        let others = format!("{condition} AND {slot} IS NULL{}", behind.others);
        let Some(behind) = &behind.valued else {
            return page(&others, without_first);
        };
        // The index has the rows with a value only, in the order of the list. Only when these do not fill
        // the page are the others looked for, which have no order but that of the remaining keys.
        let columns = self.columns.join(", ");
        let enough = format!("{limit} + CAST({offset} AS BIGINT)");
        let rows = format!("SELECT {columns} FROM {table} WHERE");
        format!(
            "WITH valued AS ({rows} {condition} AND {slot} IS NOT NULL{behind} ORDER BY {within} LIMIT {enough})
             SELECT id AS page_id FROM (
                 SELECT * FROM valued UNION ALL SELECT * FROM (
                     {rows} {others} ORDER BY {without_first} LIMIT {enough} - (SELECT COUNT(*) FROM valued)) AS others) AS both_halves
             ORDER BY {} LIMIT {limit} OFFSET {offset}",
            self.across
        )
    }
}

pub(crate) fn find(columns: &'static [Column], attribute: &Attribute) -> Option<&'static Column> {
    columns
        .iter()
        .find(|column| column.attribute == attribute.name)
}

/// A field's value in the document, as text. Keys are ours: a few small letters and digits.
fn value(key: FieldKey) -> String {
    format!("(custom ->> '{key}')")
}

/// What is derived of it.
fn derived(key: FieldKey) -> String {
    format!("(derived ->> '{key}')")
}

/// A text folded, which it may be already.
fn folded(key: FieldKey) -> String {
    format!("COALESCE({}, {})", derived(key), value(key))
}

/// A field's value in the document, as it compares with [`Clauses::comparand`].
fn comparable(field: &UnslottedField) -> String {
    let (value, derived) = (value(field.key), derived(field.key));
    match field.field_type {
        FieldType::String | FieldType::Relationship => value,
        FieldType::Integer => format!("CAST({value} AS NUMERIC)"),
        FieldType::Float => format!("CAST({value} AS DOUBLE PRECISION)"),
        FieldType::Date => format!("CAST({derived} AS DOUBLE PRECISION)"),
        // The engines write a truth value in different ways.
        FieldType::Boolean => format!(
            "CAST(CASE CAST({value} AS TEXT) WHEN 'true' THEN 1 WHEN '1' THEN 1 \
             WHEN 'false' THEN 0 WHEN '0' THEN 0 END AS DOUBLE PRECISION)"
        ),
    }
}

/// What a list is sorted by that is sorted by such a field: what its slot would hold, but for long texts, which
/// a slot cuts. So a walk goes on when the field gets a slot meanwhile, or loses it.
pub(crate) fn sorted_by_document(field: &UnslottedField) -> String {
    match field.field_type {
        FieldType::String | FieldType::Relationship => {
            let (folded, value) = (folded(field.key), value(field.key));
            format!("({folded} || '{SEPARATOR}' || {value}) COLLATE \"C\"")
        }
        FieldType::Integer => format!("CAST({} AS DOUBLE PRECISION)", value(field.key)),
        FieldType::Float | FieldType::Date | FieldType::Boolean => comparable(field),
    }
}

/// `id IN ($first, …, $last)`, or what is never true when there is none.
pub(crate) fn one_of(first: usize, last: usize) -> String {
    if first > last {
        return "FALSE".to_owned();
    }
    let names: Vec<String> = (first..=last).map(|number| format!("${number}")).collect();
    format!("id IN ({})", names.join(", "))
}

/// A condition that every row satisfies, for a list in the order of a text. SQLite chooses an index
/// by the conditions it serves, and with this one it chooses that of the order.
pub(crate) fn any_text(columns: &'static [Column], sort: &Sort) -> String {
    let column = match &sort.keys[0].subject {
        Subject::Attribute(attribute) => find(columns, attribute),
        Subject::Field(_) | Subject::Unslotted(_) => None,
    };
    match column.and_then(|column| column.indexed.as_ref()) {
        Some(Indexed::Folded(expression)) => format!(" AND {expression} >= ''"),
        Some(Indexed::Exact(_)) | None => String::new(),
    }
}

/// Whether one of the tests holds. As a tree, because the depth of an expression is limited.
fn any(tests: &[String]) -> String {
    match tests {
        [] => "FALSE".to_owned(),
        [test] => test.clone(),
        many => {
            let (some, others) = many.split_at(many.len() / 2);
            format!("({} OR {})", any(some), any(others))
        }
    }
}

/// Whether the index of a field finds the rows that satisfy this, which are fewer than for a boolean.
fn leads(predicate: &Predicate) -> bool {
    let Predicate::Is(Subject::Field(field), test) = predicate else {
        return false;
    };
    let is_found = match test {
        Test::Compare(..) | Test::OneOf(_) => true,
        Test::Like(pattern) => {
            let text = &pattern.text;
            !pattern.open_start && !text.is_empty() && is_held_whole(text)
        }
        Test::IsNull => false,
    };
    is_found && field.field_type != FieldType::Boolean
}

fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => "=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
    }
}

/// The operand of `LIKE` for a pattern.
fn like(pattern: &Pattern) -> String {
    let star = |open| if open { "%" } else { "" };
    let literal = pattern.text.replace('\\', "\\\\");
    let literal = literal.replace('%', "\\%").replace('_', "\\_");
    let (start, end) = (star(pattern.open_start), star(pattern.open_end));
    format!("{start}{literal}{end}")
}

/// The operand as slots hold it, if they hold it whole: then equal slots are equal values.
fn slot_operand(operand: &Operand) -> Option<SlotValue> {
    match operand {
        Operand::Text(text) => is_held_whole(text).then(|| SlotValue::Text(text_key(text))),
        Operand::Integer(number) => {
            (number.unsigned_abs() < EXACT_IN_FLOATS).then(|| SlotValue::Number(float(*number)))
        }
        Operand::Number(number) => Some(SlotValue::Number(*number)),
        Operand::Id(_) | Operand::Time(_) => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is lost is looked up in the document"
)]
fn float(number: i64) -> f64 {
    number as f64
}

fn param(operand: &Operand) -> Param<'_> {
    match operand {
        Operand::Text(text) => Param::Text(text),
        Operand::Id(id) => Param::Uuid(*id),
        Operand::Time(time) => Param::Time(*time),
        Operand::Integer(number) => Param::Integer(*number),
        Operand::Number(number) => Param::Number(*number),
    }
}

/// The smallest text greater than every text that begins with `prefix`, in code point order.
fn after_all_that_begin_with(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_a_prefix_ends_behind_it() {
        assert_eq!(after_all_that_begin_with("ron").as_deref(), Some("roo"));
        assert_eq!(
            after_all_that_begin_with("a\u{d7ff}").as_deref(),
            Some("a\u{e000}")
        );
        assert_eq!(
            after_all_that_begin_with("a\u{10ffff}").as_deref(),
            Some("b")
        );
        assert_eq!(after_all_that_begin_with("\u{10ffff}"), None);
    }
}
