//! The six kinds of field: a closed set, so that adding one makes the compiler list every place.

use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use super::date::{self, Moment};
use super::{number, ordered, relationship, rule, text};
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

    /// The types of the validation rules that a field of this type knows, in the order in which
    /// messages list them (`contract/flows.md` §6).
    #[must_use]
    pub fn rules(self) -> &'static [&'static str] {
        match self {
            Self::String => &[
                "enum",
                "email",
                "slug",
                "uuid",
                "pattern",
                "min_length",
                "max_length",
            ],
            Self::Integer | Self::Float | Self::Date => &["enum", "between", "min", "max"],
            Self::Boolean => &[],
            Self::Relationship => &["one-to-one", "one-to-many"],
        }
    }

    /// Those of them that the platform documents too (`contract/flows.md` §6).
    #[must_use]
    pub fn documented_rules(self) -> &'static [&'static str] {
        match self {
            Self::String => &["enum", "email", "slug", "uuid"],
            Self::Integer | Self::Float => &["enum", "between"],
            Self::Date => &["enum"],
            Self::Boolean | Self::Relationship => self.rules(),
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
    Integer(ordered::Rules<i64>),
    /// See [`FieldType::Boolean`].
    Boolean,
    /// See [`FieldType::Float`].
    Float(ordered::Rules<f64>),
    /// See [`FieldType::Date`].
    Date(ordered::Rules<Moment>),
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
                let read = number::of(json::integer);
                ordered::Rules::compile(&rules, field_type, "an integer", read).map(Self::Integer)
            }
            FieldType::Float => {
                let read = number::of(json::float);
                ordered::Rules::compile(&rules, field_type, "a number", read).map(Self::Float)
            }
            FieldType::Boolean => rule::refuse_all(&rules, field_type).map(|()| Self::Boolean),
            FieldType::Date => {
                ordered::Rules::compile(&rules, field_type, "a date", Moment::of).map(Self::Date)
            }
            FieldType::Relationship => relationship::Rules::compile(&rules).map(Self::Relationship),
        }
    }

    /// Checks a value that a client sent and brings it into the form in which it is stored and
    /// returned. `null` is for the caller to judge; a relationship is not written as a value.
    ///
    /// # Errors
    /// What is wrong with the value: its type, or each rule that it breaks.
    pub fn accept(&self, value: &Json<'_>) -> Result<Value, Vec<Issue>> {
        let (accepted, broken) = self.judge(value).map_err(|wrong_type| vec![wrong_type])?;
        if broken.is_empty() {
            Ok(accepted)
        } else {
            Err(broken)
        }
    }

    /// The value as it would be stored, and an issue for each rule that it breaks; an error when
    /// it has the wrong type, which no rule can be asked about.
    fn judge(&self, value: &Json<'_>) -> Result<(Value, Vec<Issue>), Issue> {
        match (self, value) {
            (_, Json::Null) | (Self::Relationship(_), _) => Ok((Value::Null, Vec::new())),
            (Self::String(rules), value) => {
                let text = text::of(value).ok_or(Issue::NotA("a string"))?;
                Ok((Value::from(text), rules.broken(text)))
            }
            (Self::Integer(rules), Json::Number(text)) => {
                let integer =
                    json::integer(text).ok_or(Issue::NotA("an integer of at most 64 bits"))?;
                Ok((Value::from(integer), rules.broken(&integer)))
            }
            (Self::Integer(_), _) => Err(Issue::NotA("an integer")),
            (Self::Float(rules), Json::Number(text)) => {
                let float = json::float(text).ok_or(Issue::NotA("a number of at most 64 bits"))?;
                Ok((number::float_value(float), rules.broken(&float)))
            }
            (Self::Float(_), _) => Err(Issue::NotA("a number")),
            (Self::Boolean, Json::Boolean(value)) => Ok((Value::Bool(*value), Vec::new())),
            (Self::Boolean, _) => Err(Issue::NotA("a boolean")),
            (Self::Date(rules), Json::Text(text)) => {
                let date = Moment::parse(text).ok_or_else(date::not_a_date)?;
                Ok((Value::from(text.as_str()), rules.broken(&date)))
            }
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

    fn accept(field_type: FieldType, rules: &Value, value: &str) -> Result<Value, Vec<Issue>> {
        let kind = FieldKind::compile(field_type, &raw(rules)).unwrap();
        kind.accept(&Json::of(&RawValue::from_string(value.to_owned()).unwrap()))
    }

    /// What is said of a value that breaks rules; nothing of one that passes.
    fn said(field_type: FieldType, rules: &Value, value: &str) -> Vec<String> {
        let issues = accept(field_type, rules, value).err().unwrap_or_default();
        issues.iter().map(ToString::to_string).collect()
    }

    /// What is said of rules that are refused.
    fn said_of_rules(field_type: FieldType, rules: &Value) -> Vec<String> {
        let problems = FieldKind::compile(field_type, &raw(rules)).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
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
    fn dates_are_compared_as_instants_by_every_rule() {
        use FieldType::Date;
        let between = json!([{"type": "between", "options": {"from": "2020-01-01", "to": "2030-12-31 12:00:00"}}]);
        for passes in [
            "\"2020-01-01\"",
            "\"2020-01-01T01:00:00+01:00\"",
            "\"2030-12-31\"",
            "\"2030-12-31 12:00:00\"",
        ] {
            assert!(accept(Date, &between, passes).is_ok(), "{passes}");
        }
        for broken in [
            "\"2019-12-31 23:59:59\"",
            "\"2020-01-01T00:00:00+01:00\"",
            "\"2030-12-31T12:00:00.001Z\"",
        ] {
            assert_eq!(
                said(Date, &between, broken),
                ["must be between 2020-01-01 and 2030-12-31 12:00:00"]
            );
        }
        let limits = json!([{"type": "max", "options": "2030-12-31"}, {"type": "min", "options": "2020-01-01T00:00:00Z"}]);
        assert!(accept(Date, &limits, "\"2030-12-31 00:00:00\"").is_ok());
        // A day is its first moment.
        assert_eq!(
            said(Date, &limits, "\"2030-12-31 00:00:01\""),
            ["must be at most 2030-12-31"]
        );
        assert_eq!(
            said(Date, &limits, "\"2019-12-31\""),
            ["must be at least 2020-01-01T00:00:00Z"]
        );
    }

    #[test]
    fn limits_hold_up_to_the_edges_of_64_bits() {
        use FieldType::{Float, Integer};
        let (least, most) = (i64::MIN.to_string(), i64::MAX.to_string());
        let limits =
            json!([{"type": "min", "options": i64::MIN + 1}, {"type": "max", "options": most}]);
        assert!(accept(Integer, &limits, &most).is_ok());
        assert_eq!(
            said(Integer, &limits, &least),
            ["must be at least -9223372036854775807"]
        );
        let limits = json!([{"type": "min", "options": -0.5}, {"type": "max", "options": 1e300}]);
        for (value, passes) in [
            ("-0.5", true),
            ("-0.500000000000001", false),
            ("0", true),
            ("1e300", true),
            ("1.0000000000000002e300", false),
            ("1.7976931348623157e308", false),
            ("5e-324", true),
        ] {
            assert_eq!(accept(Float, &limits, value).is_ok(), passes, "{value}");
        }
        assert_eq!(
            said(
                Integer,
                &json!([{"type": "min", "options": 0}, {"type": "max", "options": 5}]),
                "6"
            ),
            ["must be at most 5"]
        );
    }

    #[test]
    fn every_limit_holds_besides_any_choice_and_each_broken_rule_is_named() {
        let rules = json!([
            {"type": "enum", "options": [100]},
            {"type": "between", "options": {"from": 1, "to": 5}},
            {"type": "min", "options": 2},
            {"type": "max", "options": 50},
            {"type": "max", "options": 200},
        ]);
        assert!(accept(FieldType::Integer, &rules, "2").is_ok());
        assert_eq!(
            said(FieldType::Integer, &rules, "1"),
            ["must be at least 2"]
        );
        assert_eq!(
            said(FieldType::Integer, &rules, "100"),
            ["must be at most 50"]
        );
        assert_eq!(
            said(FieldType::Integer, &rules, "201"),
            [
                "must be one of 100, or between 1 and 5",
                "must be at most 50",
                "must be at most 200"
            ]
        );
    }

    #[test]
    fn lengths_are_counted_in_unicode_scalar_values() {
        use FieldType::String;
        let lengths =
            json!([{"type": "min_length", "options": 2}, {"type": "max_length", "options": "3"}]);
        for (value, said_of_it) in [
            // A letter with a combining accent is two, and so is a flag; a letter of its own is one.
            ("e\u{301}", vec![]),
            ("🇩🇪", vec![]),
            ("é", vec!["must have at least 2 characters"]),
            ("𝄞𝄞𝄞", vec![]),
            ("abcd", vec!["must have at most 3 characters"]),
            ("", vec!["must have at least 2 characters"]),
        ] {
            assert_eq!(
                said(String, &lengths, &json!(value).to_string()),
                said_of_it,
                "{value}"
            );
        }
        // A number is as long as its text.
        assert_eq!(
            said(String, &lengths, "12.5"),
            ["must have at most 3 characters"]
        );
        let none =
            json!([{"type": "min_length", "options": 0}, {"type": "max_length", "options": 0}]);
        assert!(accept(String, &none, "\"\"").is_ok());
        assert_eq!(
            said(String, &none, "\"a\""),
            ["must have at most 0 characters"]
        );
        let one = json!([{"type": "max_length", "options": 1}]);
        assert_eq!(
            said(String, &one, "\"ab\""),
            ["must have at most 1 character"]
        );
        let most = json!([{"type": "max_length", "options": 65535}]);
        assert!(accept(String, &most, &json!("ä".repeat(65_535)).to_string()).is_ok());
        assert!(accept(String, &most, &json!("ä".repeat(65_536)).to_string()).is_err());
    }

    #[test]
    fn a_pattern_is_found_anywhere_unless_it_is_anchored() {
        use FieldType::String;
        let sku = json!([{"type": "pattern", "options": "^[A-Z]{3}-\\d+$"}]);
        assert!(accept(String, &sku, "\"ABC-12\"").is_ok());
        for broken in ["\"xABC-12\"", "\"ABC-12\\n\"", "\"abc-12\"", "\"\"", "12"] {
            assert_eq!(
                said(String, &sku, broken),
                [r"must match the pattern ^[A-Z]{3}-\d+$"]
            );
        }
        let inside = json!([{"type": "pattern", "options": "b+"}]);
        assert!(accept(String, &inside, "\"abba\"").is_ok());
        let letters = json!([{"type": "pattern", "options": "(?i)^\\p{Lu}+$"}]);
        assert!(accept(String, &letters, "\"ÄÖß\"").is_ok());
        // A number is its text, and several patterns all have to be found.
        let both =
            json!([{"type": "pattern", "options": "^1"}, {"type": "pattern", "options": "2$"}]);
        assert!(accept(String, &both, "132").is_ok());
        assert_eq!(said(String, &both, "231").len(), 2);
    }

    #[test]
    fn no_pattern_takes_long() {
        use FieldType::String;
        // A matcher that tries again and again would not be done before the sun is.
        let text = json!("a".repeat(65_534) + "!").to_string();
        for pattern in [
            "^(a+)+$",
            "^(a|a)*$",
            "^(a|aa)+$",
            "(x+x+)+y",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
        ] {
            let rules = json!([{"type": "pattern", "options": pattern}]);
            assert_eq!(
                said(String, &rules, &text),
                [format!("must match the pattern {pattern}")]
            );
        }
        let any = json!([{"type": "pattern", "options": "a"}]);
        let long = |characters| json!("ä".repeat(characters) + "a").to_string();
        assert!(accept(String, &any, &long(65_534)).is_ok());
        assert_eq!(
            said(String, &any, &long(65_535)),
            ["must have at most 65535 characters: no pattern is tried on a longer text"]
        );
    }

    #[test]
    fn patterns_that_cannot_be_used_are_refused_with_the_reason() {
        let said = |pattern: &str| {
            let rules = json!([{"type": "pattern", "options": pattern}]);
            let said = said_of_rules(FieldType::String, &rules);
            let words = said[0].strip_prefix(
                "data.validation_rules[0]: \"validation_rules[0]\" of the type \"pattern\" ",
            );
            words.unwrap().to_owned()
        };
        let too_large = "takes more than 262144 bytes when it is compiled: leave lengths to min_length and max_length, \
            and write [0-9A-Za-z_] for \\w and [0-9] for \\d";
        for (pattern, words) in [
            ("(a".to_owned(), "is no regular expression: unclosed group"),
            (
                "a{2,1}".to_owned(),
                "is no regular expression: invalid repetition count range, the start must be <= the end",
            ),
            (
                r"(a)\1".to_owned(),
                "is no regular expression: backreferences are not supported",
            ),
            (
                "(?=a)".to_owned(),
                "is no regular expression: look-around, including look-ahead and look-behind, is not supported",
            ),
            (
                "(?x)\n(\n".to_owned(),
                "is no regular expression: unclosed group",
            ),
            (r"\w{1000}".to_owned(), too_large),
            ("((a{100}){100}){100}".to_owned(), too_large),
            (
                "(".repeat(51) + &")".repeat(51),
                "is no regular expression: exceed the maximum number of nested parentheses/brackets (50)",
            ),
            (
                std::string::String::new(),
                "needs options: a regular expression of 1 to 1024 characters",
            ),
            (
                "ä".repeat(1025),
                "needs options: a regular expression of 1 to 1024 characters",
            ),
        ] {
            assert_eq!(said(&pattern), words, "{pattern}");
        }
        let longest = json!([{"type": "pattern", "options": "ä".repeat(1024)}]);
        assert!(accept(FieldType::String, &longest, "\"a\"").is_err());
    }

    #[test]
    fn every_broken_rule_of_a_text_is_named() {
        let rules = json!([
            {"type": "enum", "options": ["a-b"]},
            {"type": "slug"},
            {"type": "min_length", "options": 3},
            {"type": "pattern", "options": "^[a-z-]*$"},
            {"type": "email"},
        ]);
        assert_eq!(
            said(FieldType::String, &rules, "\"A!\""),
            [
                "must be one of a-b",
                "must have at least 3 characters",
                "must be a slug: letters, digits, - and _",
                "must match the pattern ^[a-z-]*$",
                "must be a valid email address",
            ]
        );
    }

    #[test]
    fn limits_that_no_value_can_keep_are_refused() {
        use FieldType::{Date, Float, Integer};
        let lengths =
            json!([{"type": "min_length", "options": 5}, {"type": "max_length", "options": 3}]);
        assert_eq!(
            said_of_rules(FieldType::String, &lengths),
            [
                "data.validation_rules: \"validation_rules\" has a min_length of 5, which is greater than its max_length of 3: no value can keep both"
            ]
        );
        for (field_type, least, most) in [
            (Integer, json!(5), json!(3)),
            (Float, json!("0.2"), json!(0.1)),
            (Date, json!("2020-01-02"), json!("2020-01-01 23:59:59")),
        ] {
            let text = |value: &Value| value.as_str().map_or(value.to_string(), ToOwned::to_owned);
            let said = said_of_rules(
                field_type,
                &json!([{"type": "max", "options": most}, {"type": "min", "options": least}]),
            );
            let expected = format!(
                "data.validation_rules: \"validation_rules\" has a min of {}, which is greater than its max of {}: no value can keep both",
                text(&least),
                text(&most)
            );
            assert_eq!(said, [expected]);
        }
        let equal = json!([{"type": "min", "options": 5}, {"type": "max", "options": "5"}]);
        assert!(accept(Integer, &equal, "5").is_ok());
    }

    #[test]
    fn a_refused_rule_is_named_with_what_it_needs() {
        use FieldType::{Boolean, Date, Float, Integer, String};
        let rules = json!([
            {"type": "min"},
            {"type": "max", "options": 1.5},
            {"type": "pattern", "options": "a"},
        ]);
        assert_eq!(
            said_of_rules(Integer, &rules),
            [
                "data.validation_rules[0]: \"validation_rules[0]\" of the type \"min\" needs options: an integer",
                "data.validation_rules[1]: \"validation_rules[1]\" of the type \"max\" needs options: an integer",
                "data.validation_rules[2]: \"validation_rules[2]\" has the type \"pattern\", which integer fields do not know: they know enum, between, min, max",
            ]
        );
        for (field_type, option) in [
            (Float, json!("x")),
            (Float, json!([1])),
            (Date, json!(2020)),
            (Date, json!("8.24.2018")),
            (Date, json!({"from": "2020-01-01"})),
        ] {
            let rules = json!([{"type": "min", "options": option}]);
            assert_eq!(said_of_rules(field_type, &rules).len(), 1, "{option}");
        }
        for option in [json!(-1), json!(65536), json!(1.5), json!(null), json!([3])] {
            let rules = json!([{"type": "max_length", "options": option}]);
            assert_eq!(
                said_of_rules(String, &rules),
                [
                    "data.validation_rules[0]: \"validation_rules[0]\" of the type \"max_length\" needs options: a whole number from 0 to 65535"
                ]
            );
        }
        assert!(
            said_of_rules(Boolean, &json!([{"type": "min", "options": 1}]))[0]
                .ends_with("which boolean fields do not know: they know none")
        );
    }

    #[test]
    fn every_field_knows_the_rules_that_messages_list() {
        for field_type in FieldType::ALL {
            for name in field_type.rules() {
                // Each has something else to say about a rule without options, or nothing.
                let compiled = FieldKind::compile(field_type, &raw(&json!([{"type": name}])));
                let said = compiled.err().into_iter().flatten();
                for problem in said {
                    assert!(!problem.to_string().contains("do not know"), "{problem}");
                }
            }
        }
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
