//! A filter whose names and operands have been matched with the attributes of a resource.

use std::ops::RangeInclusive;

use uuid::Uuid;

use super::{Clause, Condition, Filter, FilterError, Operator, Pattern};
use crate::email::fold;
use crate::id::{first_uuid_from, parse_uuid};
use crate::resource::{Attribute, AttributeKind, Resource};
use crate::time::{DateValue, Timestamp};

const SECONDS_PER_DAY: i64 = 86_400;

/// The years 1 to 9999, which both databases can compare with.
const CALENDAR: RangeInclusive<Timestamp> = Timestamp::from_micros(-62_135_596_800_000_000)
    ..=Timestamp::from_micros(253_402_300_799_999_999);

/// A comparison with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Comparison {
    /// The operator of the filter language.
    #[must_use]
    pub fn operator(self) -> Operator {
        match self {
            Self::Eq => Operator::Eq,
            Self::Gt => Operator::Gt,
            Self::Ge => Operator::Ge,
            Self::Lt => Operator::Lt,
            Self::Le => Operator::Le,
        }
    }
}

/// What records have to satisfy. Every attribute exists and every operand has its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Every part holds; without parts, always.
    All(Vec<Predicate>),
    /// At least one part holds; without parts, never.
    Any(Vec<Predicate>),
    /// A test of one attribute. Null satisfies none of them.
    Is(&'static Attribute, Test),
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It compares so with the operand.
    Compare(Comparison, Operand),
    /// It equals one of the operands.
    OneOf(Vec<Operand>),
    /// Folded, it matches the pattern, whose text is folded.
    Like(Pattern),
}

/// A value to compare with. The text for an attribute that ignores case is folded.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text.
    Text(String),
    /// An id.
    Id(Uuid),
    /// A point in time.
    Time(Timestamp),
}

impl Filter {
    /// Matches the filter with the attributes of a resource.
    ///
    /// # Errors
    /// An attribute is unknown or does not know the operator, or an operand has the wrong type.
    pub fn resolve(&self, resource: &Resource) -> Result<Predicate, FilterError> {
        let resolve_each = |parts: &[Self]| {
            parts
                .iter()
                .map(|part| part.resolve(resource))
                .collect::<Result<Vec<_>, _>>()
        };
        match self {
            Self::All(parts) => resolve_each(parts).map(Predicate::All),
            Self::Any(parts) => resolve_each(parts).map(Predicate::Any),
            Self::Clause(clause) => clause.resolve(resource),
        }
    }
}

impl Clause {
    fn resolve(&self, resource: &Resource) -> Result<Predicate, FilterError> {
        let name = &self.attribute;
        let attribute = resource.attribute(name).ok_or_else(|| {
            let known: Vec<&str> = resource
                .attributes
                .iter()
                .map(|attribute| attribute.name)
                .collect();
            FilterError(format!(
                "\"{name}\" cannot be filtered by: use {}",
                known.join(", ")
            ))
        })?;
        let operator = self.condition.operator();
        if !attribute.operators.contains(&operator) {
            let known: Vec<&str> = attribute
                .operators
                .iter()
                .map(|operator| operator.as_str())
                .collect();
            let message = format!(
                "\"{name}\" does not know {}: use {}",
                operator.as_str(),
                known.join(", ")
            );
            return Err(FilterError(message));
        }
        match &self.condition {
            Condition::Compare(comparison, operand) => compare(attribute, *comparison, operand),
            Condition::In(operands) => {
                let operands: Result<Vec<_>, _> = operands
                    .iter()
                    .map(|text| operand(attribute, text))
                    .collect();
                // An id that is no UUID matches nothing.
                Ok(Predicate::Is(
                    attribute,
                    Test::OneOf(operands?.into_iter().flatten().collect()),
                ))
            }
            Condition::Like(pattern) => {
                let pattern = Pattern {
                    text: fold(&pattern.text),
                    ..pattern.clone()
                };
                Ok(Predicate::Is(attribute, Test::Like(pattern)))
            }
            Condition::IsNull => Err(FilterError(format!("\"{name}\" is never null"))),
        }
    }
}

fn compare(
    attribute: &'static Attribute,
    comparison: Comparison,
    text: &str,
) -> Result<Predicate, FilterError> {
    let is = |comparison, operand| Predicate::Is(attribute, Test::Compare(comparison, operand));
    if attribute.kind == AttributeKind::Id && parse_uuid(text).is_err() {
        return Ok(compare_with_text(attribute, comparison, text));
    }
    if let (AttributeKind::Time, Comparison::Eq, Ok(DateValue::Day(start))) =
        (attribute.kind, comparison, text.parse())
    {
        let end = start.plus_seconds(SECONDS_PER_DAY);
        let day = vec![
            is(Comparison::Ge, Operand::Time(start)),
            is(Comparison::Lt, Operand::Time(end)),
        ];
        return Ok(Predicate::All(day));
    }
    Ok(match operand(attribute, text)? {
        Some(operand) => is(comparison, operand),
        None => Predicate::Any(Vec::new()),
    })
}

/// Compares an id with a text that is not a whole UUID, in string order.
fn compare_with_text(
    attribute: &'static Attribute,
    comparison: Comparison,
    text: &str,
) -> Predicate {
    let first = first_uuid_from(&text.to_lowercase());
    let is =
        |comparison, first| Predicate::Is(attribute, Test::Compare(comparison, Operand::Id(first)));
    match (comparison, first) {
        (Comparison::Gt | Comparison::Ge, Some(first)) => is(Comparison::Ge, first),
        (Comparison::Lt | Comparison::Le, Some(first)) => is(Comparison::Lt, first),
        (Comparison::Lt | Comparison::Le, None) => Predicate::All(Vec::new()),
        (Comparison::Gt | Comparison::Ge, None) | (Comparison::Eq, _) => Predicate::Any(Vec::new()),
    }
}

/// The operand as the attribute compares it; `None` for an id that no record can have.
fn operand(attribute: &Attribute, text: &str) -> Result<Option<Operand>, FilterError> {
    Ok(match attribute.kind {
        AttributeKind::Id => parse_uuid(text).ok().map(Operand::Id),
        AttributeKind::Text => Some(Operand::Text(text.to_owned())),
        AttributeKind::FoldedText => Some(Operand::Text(fold(text))),
        AttributeKind::Time => Some(Operand::Time(time(text).ok_or_else(|| {
            let name = attribute.name;
            let forms = "YYYY-MM-DD, RFC 3339, or milliseconds since 1970";
            FilterError(format!(
                "\"{name}\" is compared with a date, which \"{text}\" is not: write {forms}"
            ))
        })?)),
    })
}

fn time(text: &str) -> Option<Timestamp> {
    if let Ok(millis) = text.parse::<i64>() {
        let time = millis.checked_mul(1_000).map(Timestamp::from_micros);
        return time.filter(|time| CALENDAR.contains(time));
    }
    text.parse::<DateValue>().ok().map(DateValue::instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Syntax;
    use crate::resource::CUSTOMERS;

    fn resolve(text: &str) -> Result<Predicate, FilterError> {
        Filter::parse(text, Syntax::Full)
            .unwrap()
            .resolve(&CUSTOMERS)
    }

    #[test]
    fn dates_come_as_days_instants_and_milliseconds() {
        let time = |text: &str| match resolve(text).unwrap() {
            Predicate::Is(_, Test::Compare(_, Operand::Time(time))) => time.micros(),
            other => panic!("{other:?}"),
        };
        assert_eq!(time("ge(created_at,2018-04-16)"), 1_523_836_800_000_000);
        assert_eq!(time("ge(created_at,1523836800000)"), 1_523_836_800_000_000);
        assert_eq!(
            time("ge(created_at,2018-04-16T00:00:00.500Z)"),
            1_523_836_800_500_000
        );
        assert!(
            matches!(resolve("eq(created_at,2018-04-16)"), Ok(Predicate::All(parts)) if parts.len() == 2)
        );
        assert!(resolve("ge(created_at,yesterday)").is_err());
        for beyond in [
            "9223372036854775807",
            "-9223372036854775",
            "-300000000000000",
        ] {
            assert!(
                resolve(&format!("ge(created_at,{beyond})")).is_err(),
                "{beyond}"
            );
        }
    }

    #[test]
    fn ids_compare_with_any_text() {
        assert_eq!(resolve("eq(id,abc)"), Ok(Predicate::Any(Vec::new())));
        assert!(matches!(
            resolve("gt(id,0)"),
            Ok(Predicate::Is(
                _,
                Test::Compare(Comparison::Ge, Operand::Id(_))
            ))
        ));
        assert_eq!(resolve("lt(id,z)"), Ok(Predicate::All(Vec::new())));
        assert_eq!(resolve("gt(id,z)"), Ok(Predicate::Any(Vec::new())));
    }

    #[test]
    fn unknown_names_and_operators_are_named() {
        let error = resolve("eq(shoe_size,1)").unwrap_err().to_string();
        assert!(
            error.starts_with("\"shoe_size\" cannot be filtered by"),
            "{error}"
        );
        assert_eq!(
            resolve("gt(email,a)").unwrap_err().to_string(),
            "\"email\" does not know gt: use eq, like"
        );
        assert!(resolve("is_null(external_ref)").is_err());
    }
}
