//! From a typed predicate to SQL: the only place that puts a statement together.
//!
//! Every piece of text here is our own; every value is bound.

use std::fmt::Write as _;

use customary_model::email::fold;
use customary_model::filter::{Comparison, Operand, Predicate, Test};
use customary_model::page::Sort;
use customary_model::resource::Attribute;

use crate::db::Param;

/// How many characters of a long text its index holds.
const INDEXED_CHARS: usize = 64;

/// How a table stores an attribute of its resource.
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

/// The expression that an index holds.
pub(crate) enum Indexed {
    /// The beginning of the exact value.
    Exact(&'static str),
    /// The beginning of the folded value.
    Folded(&'static str),
}

/// The condition and order of a statement while it is put together.
pub(crate) struct Clauses<'a> {
    columns: &'static [Column],
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
            params: params.iter().copied().map(Bound::Given).collect(),
            sql: String::new(),
        }
    }

    /// The text so far.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters so far, and `more` behind them.
    pub(crate) fn params(&'a self, more: &[Param<'a>]) -> Vec<Param<'a>> {
        let bound = self.params.iter().map(|bound| match bound {
            Bound::Given(param) => *param,
            Bound::Made(text) => Param::Text(text),
        });
        bound.chain(more.iter().copied()).collect()
    }

    /// The name of the `index`th parameter that [`Clauses::params`] adds.
    pub(crate) fn later(&self, index: usize) -> String {
        format!("${}", self.params.len() + 1 + index)
    }

    /// Adds ` AND …` for a predicate.
    pub(crate) fn and(&mut self, predicate: &'a Predicate) {
        self.sql.push_str(" AND ");
        self.predicate(predicate);
    }

    fn predicate(&mut self, predicate: &'a Predicate) {
        match predicate {
            Predicate::All(parts) => self.joined(parts, " AND ", "TRUE"),
            Predicate::Any(parts) => self.joined(parts, " OR ", "FALSE"),
            Predicate::Is(attribute, test) => self.test(attribute, test),
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

    fn test(&mut self, attribute: &Attribute, test: &'a Test) {
        let column = self.column(attribute);
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
                let star = |open| if open { "%" } else { "" };
                let literal = pattern
                    .text
                    .replace('\\', "\\\\")
                    .replace('%', "\\%")
                    .replace('_', "\\_");
                let name = self.make(format!(
                    "{}{literal}{}",
                    star(pattern.open_start),
                    star(pattern.open_end)
                ));
                self.push(format_args!("{} LIKE {name} ESCAPE '\\'", column.folded));
            }
        }
    }

    fn compare(&mut self, column: &'static Column, comparison: Comparison, operand: &'a Operand) {
        let name = self.bind(param(operand));
        if let (Comparison::Eq, Operand::Text(text)) = (comparison, operand) {
            self.beginning(column, text);
        }
        let operator = match comparison {
            Comparison::Eq => "=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
            Comparison::Lt => "<",
            Comparison::Le => "<=",
        };
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
        let found = self
            .columns
            .iter()
            .find(|column| column.attribute == attribute.name);
        found.expect("a table has a column for every attribute of its resource")
    }

    fn bind(&mut self, param: Param<'a>) -> String {
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

/// The `ORDER BY` of a list: the attribute, for a text without regard to case first, then the id.
pub(crate) fn order_by(columns: &'static [Column], sort: Sort) -> String {
    let direction = if sort.is_descending { "DESC" } else { "ASC" };
    let mut keys: Vec<&str> = Vec::new();
    if let Some(column) = columns
        .iter()
        .find(|column| column.attribute == sort.attribute.name)
    {
        if let Some(Indexed::Folded(expression)) = column.indexed {
            keys.push(expression);
        }
        keys.push(column.folded);
        keys.push(column.exact);
    }
    keys.push("id");
    keys.dedup();
    keys.iter()
        .map(|key| format!("{key} {direction}"))
        .collect::<Vec<_>>()
        .join(", ")
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
pub(crate) fn any_text(columns: &'static [Column], sort: Sort) -> String {
    let column = columns
        .iter()
        .find(|column| column.attribute == sort.attribute.name);
    match column.and_then(|column| column.indexed.as_ref()) {
        Some(Indexed::Folded(expression)) => format!(" AND {expression} >= ''"),
        Some(Indexed::Exact(_)) | None => String::new(),
    }
}

fn param(operand: &Operand) -> Param<'_> {
    match operand {
        Operand::Text(text) => Param::Text(text),
        Operand::Id(id) => Param::Uuid(*id),
        Operand::Time(time) => Param::Time(*time),
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
