//! `date` fields: a day, or a point in time, kept as it was written.

use serde_json::Value;

use super::FieldType;
use super::rule::{Rule, compile_each};
use crate::json::Json;
use crate::problem::{Issue, Problem};
use crate::time::{DateValue, Timestamp};

/// The rules of a `date` field: one of the choices, if there are any, compared as instants.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    choices: Vec<Timestamp>,
    words: Vec<String>,
}

impl Rules {
    pub(super) fn compile(rules: &[Rule]) -> Result<Self, Vec<Problem>> {
        let mut compiled = Self::default();
        compile_each(rules, |rule| {
            if rule.name != "enum" {
                return Err(rule.misfit(FieldType::Date));
            }
            let options = rule.options("a date", |option| match option {
                Json::Text(text) => Some((text.parse::<DateValue>().ok()?.instant(), text.clone())),
                _ => None,
            })?;
            for (instant, text) in options {
                compiled.choices.push(instant);
                compiled.words.push(text);
            }
            Ok(())
        })?;
        Ok(compiled)
    }

    pub(super) fn accept(&self, text: &str) -> Result<Value, Issue> {
        let date: DateValue = text.parse().map_err(|_| not_a_date())?;
        if !self.choices.is_empty() && !self.choices.contains(&date.instant()) {
            return Err(Issue::NotOneOf(self.words.clone()));
        }
        Ok(Value::from(text))
    }
}

pub(super) fn not_a_date() -> Issue {
    Issue::NotA("a date: YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339")
}
