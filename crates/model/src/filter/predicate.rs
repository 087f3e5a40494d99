//! A filter whose names and operands have been matched with the attributes of a resource.

use std::ops::RangeInclusive;

use uuid::Uuid;

use super::{Clause, Condition, Filter, FilterError, Operator, Pattern};
use crate::catalog::{Catalog, SlottedField, Subject, UnslottedField, Usage};
use crate::email::fold;
use crate::entry::EntryId;
use crate::field::FieldType;
use crate::id::{first_uuid_from, parse_uuid};
use crate::resource::AttributeKind;
use crate::slot::{MAX_TEXT_BYTES, date_number, is_held_whole};
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
    /// The comparison that equal values do not satisfy.
    #[must_use]
    pub fn strict(self) -> Self {
        match self {
            Self::Ge => Self::Gt,
            Self::Le => Self::Lt,
            Self::Eq | Self::Gt | Self::Lt => self,
        }
    }

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

/// What records have to satisfy. Every name is known and every operand has its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Every part holds; without parts, always.
    All(Vec<Predicate>),
    /// At least one part holds; without parts, never.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// A test of one value. Null satisfies none of them but [`Test::IsNull`].
    Is(Subject, Test),
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
    /// There is none.
    IsNull,
}

/// A value to compare with. The text for an attribute that ignores case is folded.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text.
    Text(String),
    /// An id.
    Id(Uuid),
    /// A point in time, for a base attribute.
    Time(Timestamp),
    /// A whole number.
    Integer(i64),
    /// Any other number as slots hold them: a float, a date or a boolean.
    Number(f64),
}

impl Predicate {
    /// What exactly the other records satisfy, where that is easier to count: an index has what there is.
    #[must_use]
    pub fn complement(&self) -> Option<Self> {
        match self {
            Self::Not(part) => Some(Self::clone(part)),
            Self::Is(subject @ Subject::Field(_), Test::IsNull) => {
                let anything = Pattern {
                    text: String::new(),
                    open_start: true,
                    open_end: true,
                };
                Some(Self::Is(subject.clone(), Test::Like(anything)))
            }
            Self::All(_) | Self::Any(_) | Self::Is(..) => None,
        }
    }

    /// Whether an index leads to the records that satisfy it, so that not all have to be looked through.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        match self {
            Self::All(parts) => parts.is_empty() || parts.iter().any(Self::is_indexed),
            Self::Any(parts) => parts.iter().all(Self::is_indexed),
            Self::Not(_) => false,
            Self::Is(subject, test) => {
                subject.has_index()
                    && match test {
                        Test::Compare(..) | Test::OneOf(_) => true,
                        Test::Like(pattern) => !pattern.open_start,
                        // An index has what there is.
                        Test::IsNull => false,
                    }
            }
        }
    }

    /// Whether all records that satisfy it have one value of an index, which has them in the order of their
    /// creation.
    #[must_use]
    pub fn is_of_one_value(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(Self::is_of_one_value),
            Self::Is(Subject::Field(_), Test::Compare(Comparison::Eq, _)) => true,
            Self::Is(..) | Self::Any(_) | Self::Not(_) => false,
        }
    }

    /// Whether it is one test and no combination of several.
    #[must_use]
    pub fn is_one_test(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                matches!(&parts[..], [part] if part.is_one_test())
            }
            Self::Not(_) => false,
            Self::Is(..) => true,
        }
    }

    /// Whether it tests a field.
    #[must_use]
    pub fn is_about_fields(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_about_fields),
            Self::Not(part) => part.is_about_fields(),
            Self::Is(subject, _) => subject.is_field(),
        }
    }

    /// The fields that it tests without a slot, each as often as it does.
    #[must_use]
    pub fn unslotted(&self) -> Vec<&UnslottedField> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::unslotted).collect(),
            Self::Not(part) => part.unslotted(),
            Self::Is(Subject::Unslotted(field), _) => vec![field],
            Self::Is(Subject::Attribute(_) | Subject::Field(_), _) => Vec::new(),
        }
    }
}

impl Filter {
    /// Matches the filter with the attributes and fields of a list.
    ///
    /// # Errors
    /// A name is unknown or does not know the operator, or an operand has the wrong type.
    pub fn resolve(&self, catalog: Catalog<'_>) -> Result<Predicate, FilterError> {
        let resolve_each = |parts: &[Self]| {
            parts
                .iter()
                .map(|part| part.resolve(catalog))
                .collect::<Result<Vec<_>, _>>()
        };
        match self {
            Self::All(parts) => resolve_each(parts).map(Predicate::All),
            Self::Any(parts) => resolve_each(parts).map(Predicate::Any),
            Self::Not(part) => Ok(Predicate::Not(Box::new(part.resolve(catalog)?))),
            Self::Clause(clause) => clause.resolve(catalog),
        }
    }
}

impl Clause {
    fn resolve(&self, catalog: Catalog<'_>) -> Result<Predicate, FilterError> {
        let name = &self.attribute;
        let subject = catalog.find(name, Usage::Filter).map_err(FilterError)?;
        let known = match &subject {
            Subject::Attribute(attribute) => attribute.operators,
            Subject::Field(SlottedField { field_type, .. })
            | Subject::Unslotted(UnslottedField { field_type, .. }) => operators(*field_type),
        };
        let operator = self.condition.operator();
        if !known.contains(&operator) {
            let known: Vec<&str> = known.iter().map(|operator| operator.as_str()).collect();
            let message = format!(
                "\"{name}\" does not know {}: use {}",
                operator.as_str(),
                known.join(", ")
            );
            return Err(FilterError(message));
        }
        match &self.condition {
            Condition::Compare(comparison, text) => compare(subject, *comparison, text),
            Condition::In(texts) => {
                let operands: Result<Vec<_>, _> =
                    texts.iter().map(|text| operand(&subject, text)).collect();
                // What can be no id matches nothing.
                let operands = operands?.into_iter().flatten().collect();
                Ok(Predicate::Is(subject, Test::OneOf(operands)))
            }
            Condition::Like(pattern) => {
                let pattern = Pattern {
                    text: fold(&pattern.text),
                    ..pattern.clone()
                };
                Ok(Predicate::Is(subject, Test::Like(pattern)))
            }
            Condition::IsNull => Ok(Predicate::Is(subject, Test::IsNull)),
        }
    }
}

/// The operators that fields of a type know.
fn operators(field_type: FieldType) -> &'static [Operator] {
    use Operator::{Eq, Ge, Gt, In, IsNull, Le, Like, Lt};
    match field_type {
        FieldType::String => &[Eq, Like, In, Gt, Ge, Lt, Le, IsNull],
        FieldType::Integer | FieldType::Float | FieldType::Date => {
            &[Eq, In, Gt, Ge, Lt, Le, IsNull]
        }
        FieldType::Boolean => &[Eq, IsNull],
        FieldType::Relationship => &[Eq, In, IsNull],
    }
}

fn compare(subject: Subject, comparison: Comparison, text: &str) -> Result<Predicate, FilterError> {
    if is_id(&subject) && parse_uuid(text).is_err() {
        return Ok(compare_with_text(&subject, comparison, text));
    }
    if let (true, Comparison::Eq, Ok(DateValue::Day(start))) =
        (is_date(&subject), comparison, text.parse())
    {
        // A day without a time stands for all of it.
        let end = DateValue::Instant(start.plus_seconds(SECONDS_PER_DAY));
        let (start, end) = (
            date_operand(&subject, DateValue::Day(start)),
            date_operand(&subject, end),
        );
        return Ok(Predicate::All(vec![
            Predicate::Is(subject.clone(), Test::Compare(Comparison::Ge, start)),
            Predicate::Is(subject, Test::Compare(Comparison::Lt, end)),
        ]));
    }
    let Some(operand) = operand(&subject, text)? else {
        return Ok(Predicate::Any(Vec::new()));
    };
    if let (Subject::Field(field), Operand::Text(text)) = (&subject, &operand)
        && comparison != Comparison::Eq
        && !is_held_whole(text)
    {
        let slug = &field.slug;
        let words = format!(
            "\"{slug}\" is ordered by its first {MAX_TEXT_BYTES} bytes: compare it with a shorter text"
        );
        return Err(FilterError(words));
    }
    Ok(Predicate::Is(subject, Test::Compare(comparison, operand)))
}

fn is_id(subject: &Subject) -> bool {
    matches!(subject, Subject::Attribute(attribute) if attribute.kind == AttributeKind::Id)
}

fn is_date(subject: &Subject) -> bool {
    match subject {
        Subject::Attribute(attribute) => attribute.kind == AttributeKind::Time,
        Subject::Field(_) | Subject::Unslotted(_) => subject.field_type() == Some(FieldType::Date),
    }
}

/// Compares an id with a text that is not a whole UUID, in string order.
fn compare_with_text(subject: &Subject, comparison: Comparison, text: &str) -> Predicate {
    let first = first_uuid_from(&text.to_lowercase());
    let is = |comparison, first| {
        Predicate::Is(
            subject.clone(),
            Test::Compare(comparison, Operand::Id(first)),
        )
    };
    match (comparison, first) {
        (Comparison::Gt | Comparison::Ge, Some(first)) => is(Comparison::Ge, first),
        (Comparison::Lt | Comparison::Le, Some(first)) => is(Comparison::Lt, first),
        (Comparison::Lt | Comparison::Le, None) => Predicate::All(Vec::new()),
        (Comparison::Gt | Comparison::Ge, None) | (Comparison::Eq, _) => Predicate::Any(Vec::new()),
    }
}

/// The operand as its subject compares it; `None` for an id that no record can have.
fn operand(subject: &Subject, text: &str) -> Result<Option<Operand>, FilterError> {
    let wrong = |name: &str, what: &str, forms: &str| {
        FilterError(format!(
            "\"{name}\" is compared with {what}, which \"{text}\" is not: write {forms}"
        ))
    };
    match subject {
        Subject::Attribute(attribute) => Ok(match attribute.kind {
            AttributeKind::Id => parse_uuid(text).ok().map(Operand::Id),
            AttributeKind::EntryId => {
                EntryId::parse(text).map(|id| Operand::Text(id.as_str().to_owned()))
            }
            AttributeKind::Text => Some(Operand::Text(text.to_owned())),
            AttributeKind::FoldedText => Some(Operand::Text(fold(text))),
            AttributeKind::Time => {
                let date = date(text).ok_or_else(|| wrong(attribute.name, "a date", DATES))?;
                Some(date_operand(subject, date))
            }
        }),
        Subject::Field(SlottedField {
            slug: name,
            field_type,
            ..
        })
        | Subject::Unslotted(UnslottedField {
            slug: name,
            field_type,
            ..
        }) => {
            let operand = match field_type {
                FieldType::String => Operand::Text(text.to_owned()),
                FieldType::Relationship => {
                    let id = EntryId::parse(text);
                    return Ok(id.map(|id| Operand::Text(id.as_str().to_owned())));
                }
                FieldType::Integer => Operand::Integer(text.parse().map_err(|_| {
                    wrong(name, "an integer of at most 64 bits", "digits, such as -12")
                })?),
                FieldType::Float => {
                    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                    let number =
                        number.ok_or_else(|| wrong(name, "a float", "a number, such as 1.5"))?;
                    Operand::Number(number + 0.0)
                }
                FieldType::Boolean => match text {
                    "true" => Operand::Number(1.0),
                    "false" => Operand::Number(0.0),
                    _ => return Err(wrong(name, "a boolean", "true or false")),
                },
                FieldType::Date => {
                    let date = date(text).ok_or_else(|| wrong(name, "a date", DATES))?;
                    date_operand(subject, date)
                }
            };
            Ok(Some(operand))
        }
    }
}

const DATES: &str = "YYYY-MM-DD, RFC 3339, or milliseconds since 1970";

fn date_operand(subject: &Subject, date: DateValue) -> Operand {
    match subject {
        Subject::Attribute(_) => Operand::Time(date.instant()),
        Subject::Field(_) | Subject::Unslotted(_) => Operand::Number(date_number(date)),
    }
}

fn date(text: &str) -> Option<DateValue> {
    if let Ok(millis) = text.parse::<i64>() {
        let time = millis.checked_mul(1_000).map(Timestamp::from_micros);
        let time = time.filter(|time| CALENDAR.contains(time));
        return time.map(DateValue::Instant);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Syntax;
    use crate::resource::CUSTOMERS;
    use crate::schema::Schema;
    use crate::slot::Slots;

    fn resolve(text: &str) -> Result<Predicate, FilterError> {
        let (schema, slots) = (Schema::default(), Slots::default());
        Filter::parse(text, Syntax::Full)
            .unwrap()
            .resolve(Catalog::new(&CUSTOMERS, &schema, &slots))
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
            error.starts_with("\"shoe_size\" cannot be filtered by: use id, name"),
            "{error}"
        );
        assert_eq!(
            resolve("gt(email,a)").unwrap_err().to_string(),
            "\"email\" does not know gt: use eq, like"
        );
        assert!(resolve("is_null(external_ref)").is_err());
    }
}
