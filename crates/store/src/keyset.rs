//! Where a walk through a list goes on: the position of a record in the order of
//! [`Order`](crate::filter::Order), and the condition that a row comes behind it.

use customary_model::catalog::Subject;
use customary_model::page::Sort;
use customary_model::position::{Position, SortValue};
use customary_model::time::Timestamp;

use crate::db::{Param, Row};
use crate::error::StoreError;
use crate::filter::{Clauses, Column, find, sorted_by_document};

/// Something that a list is sorted by.
pub(crate) struct Term {
    /// What is compared.
    pub(crate) expression: String,
    is_descending: bool,
    /// Whether there are rows without a value. They come last in both directions.
    is_optional: bool,
}

/// The rows behind a position, as conditions that begin with ` AND `, or are empty for all rows.
pub(crate) struct Behind {
    /// Of the rows that have a value for the first key; `None` when they all come before.
    pub(crate) valued: Option<String>,
    /// Of those that have none, which come last.
    pub(crate) others: String,
}

/// An order term by term, with its ties, down to the id.
pub(crate) fn terms(sort: &Sort, columns: &'static [Column]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut add = |expression: String, is_descending, is_optional| {
        // What is equal by an expression stays so when it comes again.
        if !terms.iter().any(|term| term.expression == expression) {
            terms.push(Term {
                expression,
                is_descending,
                is_optional,
            });
        }
    };
    for key in &sort.keys {
        match &key.subject {
            Subject::Attribute(attribute) => {
                let column = find(columns, attribute).into_iter();
                for expression in column.flat_map(Column::sorted_by) {
                    add(expression.to_owned(), key.is_descending, false);
                }
            }
            Subject::Field(field) => add(field.slot.to_string(), key.is_descending, true),
            Subject::Unslotted(field) => {
                add(sorted_by_document(field), key.is_descending, true);
            }
        }
    }
    let first = &sort.keys[0];
    if !matches!(first.subject, Subject::Attribute(_)) {
        add("created_at".to_owned(), first.is_descending, false);
    }
    add("id".to_owned(), first.is_descending, false);
    terms
}

/// Reads a position from the first columns of a row, so many as it has values.
pub(crate) fn decode(row: &Row<'_>, values: usize) -> Result<Position, StoreError> {
    let values = (0..values).map(|column| row.sort_value(column));
    Ok(Position(values.collect::<Result<_, _>>()?))
}

impl Behind {
    /// All rows: where a list begins.
    pub(crate) fn nothing() -> Self {
        Self {
            valued: Some(String::new()),
            others: String::new(),
        }
    }

    /// The rows behind `position`, whose values are bound here.
    pub(crate) fn of<'a>(
        position: &'a Position,
        sort: &Sort,
        columns: &'static [Column],
        clauses: &mut Clauses<'a>,
    ) -> Self {
        let mut bind = |value: &'a SortValue| clauses.bind(param(value));
        let values = position.0.iter().map(|value| value.as_ref().map(&mut bind));
        let mut row: Vec<_> = terms(sort, columns).into_iter().zip(values).collect();
        if let Subject::Unslotted(_) = sort.keys[0].subject {
            // No index has what there is apart from what there is not.
            return Self {
                valued: Some(format!(" AND {}", behind(&row))),
                others: String::new(),
            };
        }
        let Some((first, Some(value))) = row.first_mut() else {
            return Self {
                valued: None,
                others: format!(" AND {}", behind(row.get(1..).unwrap_or_default())),
            };
        };
        // What has no value is not looked for among what has one.
        first.is_optional = false;
        // Where a range begins in an index has to be said without an OR, and for SQLite outside of a row
        // when the index is on an expression. A row that can say it says it best: it passes over ties.
        let operator = if first.is_descending { "<=" } else { ">=" };
        let range = format!(" AND {} {operator} {value}", first.expression);
        let is_expression = first.expression.ends_with(')');
        let mut condition = format!(" AND {}", behind(&row));
        if is_expression || uniform(&row) < row.len() {
            condition.insert_str(0, &range);
        }
        Self {
            valued: Some(condition),
            others: String::new(),
        }
    }
}

/// The condition that a row comes behind this one, whose values are names of parameters.
fn behind(row: &[(Term, Option<String>)]) -> String {
    let Some((first, value)) = row.first() else {
        return "FALSE".to_owned();
    };
    let expression = &first.expression;
    let operator = if first.is_descending { "<" } else { ">" };
    match (value, uniform(row)) {
        (None, _) => format!("({expression} IS NULL AND {})", behind(&row[1..])),
        (Some(value), 0) => format!(
            "({expression} {operator} {value} OR {expression} IS NULL OR {expression} = {value} AND {})",
            behind(&row[1..])
        ),
        (Some(_), count) => {
            let (same, rest) = row.split_at(count);
            let names = listed(same.iter().map(|(term, _)| term.expression.as_str()));
            let values = listed(same.iter().filter_map(|(_, value)| value.as_deref()));
            if rest.is_empty() {
                return format!("{names} {operator} {values}");
            }
            let rest = behind(rest);
            format!("({names} {operator} {values} OR {names} = {values} AND {rest})")
        }
    }
}

/// How many values from the first on can be compared as one: every row has them, in one direction.
fn uniform(row: &[(Term, Option<String>)]) -> usize {
    let is_descending = row.first().is_some_and(|(term, _)| term.is_descending);
    let same = row.iter().take_while(|(term, value)| {
        !term.is_optional && value.is_some() && term.is_descending == is_descending
    });
    same.count()
}

fn listed<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.collect();
    format!("({})", items.join(", "))
}

fn param(value: &SortValue) -> Param<'_> {
    match value {
        SortValue::Text(text) => Param::Text(text),
        SortValue::Number(number) => Param::Number(*number),
        SortValue::Micros(micros) => Param::Time(Timestamp::from_micros(*micros)),
        SortValue::Id(id) => Param::Uuid(*id),
    }
}
