//! The six kinds of field: a closed set, so that adding one makes the compiler list every place.

use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{date, number, relationship, rule, text};
use crate::json::{self, Json};
use crate::problem::{Issue, Problem};
use crate::time::DateValue;

/// The type of a field, as its definition names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Float,
    /// A day, or a point in time.
    Date,
    /// References to other records.
    Relationship,
}

impl FieldType {
    /// All of them, in the order in which messages list them.
    pub const ALL: [Self; 6] = [
        Self::String,
        Self::Integer,
        Self::Boolean,
        Self::Float,
        Self::Date,
        Self::Relationship,
    ];

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|field_type| field_type.as_str() == name)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Float => "float",
            Self::Date => "date",
            Self::Relationship => "relationship",
        }
    }

    /// The value that a record gets from a default, converted to this type
    /// (`contract/flows.md` §7). `None` when there is nothing to apply: `null`, `""` on anything
    /// but a string, and any default of a relationship.
    ///
    /// # Errors
    /// The default cannot be converted.
    pub fn default_value(self, default: &RawValue) -> Result<Option<Value>, Issue> {
        let default = Json::of(default);
        let refused = || Issue::other(format!("cannot be converted to the field_type {self}"));
        let text = match &default {
            Json::Null => return Ok(None),
            Json::Array(_) | Json::Object(_) => return Err(refused()),
            Json::Text(text) => text.as_str(),
            Json::Number(text) => text,
            Json::Boolean(true) => "true",
            Json::Boolean(false) => "false",
        };
        let is_text = matches!(default, Json::Text(_));
        let value = match self {
            Self::Relationship => return Ok(None),
            Self::String => Some(Value::from(text)),
            _ if is_text && text.is_empty() => return Ok(None),
            Self::Integer => json::integer(text).map(Value::from),
            Self::Float => json::float(text).map(number::float_value),
            Self::Boolean => match text {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Date => text
                .parse::<DateValue>()
                .ok()
                .filter(|_| is_text)
                .map(|_| Value::from(text)),
        };
        value.map(Some).ok_or_else(refused)
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A field's type together with its rules, compiled once for use on every write.
#[derive(Debug, Clone)]
pub enum FieldKind {
    /// See [`FieldType::String`].
    String(text::Rules),
    /// See [`FieldType::Integer`].
    Integer(number::Rules<i64>),
    /// See [`FieldType::Boolean`].
    Boolean,
    /// See [`FieldType::Float`].
    Float(number::Rules<f64>),
    /// See [`FieldType::Date`].
    Date(date::Rules),
    /// See [`FieldType::Relationship`].
    Relationship(relationship::Rules),
}

impl FieldKind {
    /// Compiles the rules of a field.
    ///
    /// # Errors
    /// Every rule that is malformed, or does not fit the type (`contract/flows.md` §6).
    pub fn compile(field_type: FieldType, rules: &RawValue) -> Result<Self, Vec<Problem>> {
        let rules = rule::read(rules)?;
        match field_type {
            FieldType::String => text::Rules::compile(&rules).map(Self::String),
            FieldType::Integer => {
                number::Rules::compile(&rules, "an integer", json::integer).map(Self::Integer)
            }
            FieldType::Float => {
                number::Rules::compile(&rules, "a number", json::float).map(Self::Float)
            }
            FieldType::Boolean => rule::refuse_all(&rules, field_type).map(|()| Self::Boolean),
            FieldType::Date => date::Rules::compile(&rules).map(Self::Date),
            FieldType::Relationship => relationship::Rules::compile(&rules).map(Self::Relationship),
        }
    }

    /// Checks a value that a client sent and brings it into the form in which it is stored and
    /// returned. `null` is for the caller to judge; a relationship is not written as a value.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn accept(&self, value: &Json<'_>) -> Result<Value, Issue> {
        match (self, value) {
            (_, Json::Null) | (Self::Relationship(_), _) => Ok(Value::Null),
            (Self::String(rules), value) => rules.accept(value),
            (Self::Integer(rules), Json::Number(text)) => {
                let integer =
                    json::integer(text).ok_or(Issue::NotA("an integer of at most 64 bits"))?;
                rules.check(integer).map(|()| Value::from(integer))
            }
            (Self::Integer(_), _) => Err(Issue::NotA("an integer")),
            (Self::Float(rules), Json::Number(text)) => {
                let float = json::float(text).ok_or(Issue::NotA("a number of at most 64 bits"))?;
                rules.check(float).map(|()| number::float_value(float))
            }
            (Self::Float(_), _) => Err(Issue::NotA("a number")),
            (Self::Boolean, Json::Boolean(value)) => Ok(Value::Bool(*value)),
            (Self::Boolean, _) => Err(Issue::NotA("a boolean")),
            (Self::Date(rules), Json::Text(text)) => rules.accept(text),
            (Self::Date(_), _) => Err(date::not_a_date()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(json: &Value) -> Box<RawValue> {
        serde_json::value::to_raw_value(json).unwrap()
    }

    fn accept(field_type: FieldType, rules: &Value, value: &str) -> Result<Value, Issue> {
        let kind = FieldKind::compile(field_type, &raw(rules)).unwrap();
        kind.accept(&Json::of(&RawValue::from_string(value.to_owned()).unwrap()))
    }

    #[test]
    fn values_are_checked_and_coerced_by_type() {
        let none = json!([]);
        assert_eq!(
            accept(FieldType::String, &none, "9780099419785"),
            Ok(json!("9780099419785"))
        );
        assert_eq!(accept(FieldType::String, &none, "true"), Ok(json!("true")));
        assert_eq!(accept(FieldType::Integer, &none, "2.0"), Ok(json!(2)));
        assert_eq!(
            accept(FieldType::Float, &none, "3.0").unwrap().to_string(),
            "3"
        );
        assert_eq!(
            accept(FieldType::Float, &none, "3.1").unwrap().to_string(),
            "3.1"
        );
        assert_eq!(
            accept(FieldType::Date, &none, "\"2017-12-26 10:00:00\""),
            Ok(json!("2017-12-26 10:00:00"))
        );
        for (field_type, value) in [
            (FieldType::String, "[]"),
            (FieldType::String, "{}"),
            (FieldType::Integer, "\"5\""),
            (FieldType::Integer, "12345678901234567890123"),
            (FieldType::Integer, "1.5"),
            (FieldType::Boolean, "\"true\""),
            (FieldType::Boolean, "1"),
            (FieldType::Float, "\"1.5\""),
            (FieldType::Date, "\"8.24.2018\""),
            (FieldType::Date, "20181224"),
        ] {
            assert!(
                accept(field_type, &none, value).is_err(),
                "{field_type} {value}"
            );
        }
    }

    #[test]
    fn rules_combine_as_any_choice_and_every_format() {
        let rules = json!([
            {"type": "enum", "options": [100]},
            {"type": "between", "options": {"from": 1, "to": "5"}},
            {"type": "between", "from": 10, "to": 20},
        ]);
        for (value, passes) in [
            ("1", true),
            ("5", true),
            ("6", false),
            ("20", true),
            ("100", true),
            ("101", false),
        ] {
            assert_eq!(
                accept(FieldType::Integer, &rules, value).is_ok(),
                passes,
                "{value}"
            );
        }
        let rules = json!([{"type": "enum", "options": ["a b", "ab"]}, {"type": "slug"}]);
        assert!(accept(FieldType::String, &rules, "\"ab\"").is_ok());
        assert!(accept(FieldType::String, &rules, "\"a b\"").is_err());
        assert!(accept(FieldType::String, &rules, "\"abc\"").is_err());
        assert!(accept(FieldType::String, &rules, "\"\"").is_err());
    }

    #[test]
    fn dates_of_an_enum_are_compared_as_instants() {
        let rules = json!([{"type": "enum", "options": ["2017-12-25", "2017-12-26 10:00:00"]}]);
        assert!(accept(FieldType::Date, &rules, "\"2017-12-25T00:00:00Z\"").is_ok());
        assert!(accept(FieldType::Date, &rules, "\"2017-12-26\"").is_err());
    }

    #[test]
    fn malformed_rules_are_refused() {
        use FieldType::{Boolean, Date, Float, Integer, Relationship, String};
        for (field_type, rules) in [
            (
                String,
                json!([{"type": "between", "options": {"from": 1, "to": 5}}]),
            ),
            (String, json!([{"type": "enum"}])),
            (String, json!([{"type": "enum", "options": []}])),
            (String, json!([{"type": "enum", "options": [1]}])),
            (String, json!([{"type": "nonsense"}])),
            (String, json!([{}])),
            (String, json!(["email"])),
            (
                Integer,
                json!([{"type": "between", "options": {"from": 5, "to": 1}}]),
            ),
            (
                Integer,
                json!([{"type": "between", "options": {"from": 5}}]),
            ),
            (
                Integer,
                json!([{"type": "between", "options": {"from": "x", "to": 9}}]),
            ),
            (Integer, json!([{"type": "email"}])),
            (Float, json!([{"type": "enum", "options": ["x"]}])),
            (Boolean, json!([{"type": "enum", "options": [true]}])),
            (Date, json!([{"type": "enum", "options": ["8.24.2018"]}])),
            (Relationship, json!([{"type": "one-to-many"}])),
            (
                Relationship,
                json!([{"type": "one-to-one", "to": "a"}, {"type": "one-to-many", "to": "b"}]),
            ),
            (Relationship, json!([{"type": "enum", "options": ["a"]}])),
        ] {
            assert!(
                FieldKind::compile(field_type, &raw(&rules)).is_err(),
                "{field_type} {rules}"
            );
        }
        assert!(FieldKind::compile(Relationship, &raw(&json!([]))).is_ok());
    }

    #[test]
    fn defaults_are_converted_when_they_are_applied() {
        use FieldType::{Boolean, Date, Float, Integer, Relationship, String};
        for (field_type, default, value) in [
            (String, json!(0), Some(json!("0"))),
            (String, json!(""), Some(json!(""))),
            (String, json!(true), Some(json!("true"))),
            (Integer, json!("1"), Some(json!(1))),
            (Integer, json!(""), None),
            (Integer, json!(null), None),
            (Float, json!("1.5"), Some(json!(1.5))),
            (Boolean, json!(1), Some(json!(true))),
            (Boolean, json!("false"), Some(json!(false))),
            (Date, json!("2017-12-25"), Some(json!("2017-12-25"))),
            (Date, json!(""), None),
            (Relationship, json!("anything"), None),
        ] {
            assert_eq!(
                field_type.default_value(&raw(&default)),
                Ok(value),
                "{field_type} {default}"
            );
        }
        for (field_type, default) in [
            (Integer, json!("abc")),
            (Integer, json!(1.5)),
            (Boolean, json!(2)),
            (Date, json!(0)),
            (String, json!([])),
            (Float, json!({})),
        ] {
            assert!(
                field_type.default_value(&raw(&default)).is_err(),
                "{field_type} {default}"
            );
        }
    }
}
