//! The rules of values that have an order: numbers and dates. A list of values, ranges, and limits.

use std::fmt::Display;

use super::FieldType;
use super::limits::Limits;
use super::rule::{Rule, compile_each};
use crate::json::Json;
use crate::problem::{Issue, Problem, some_of};

/// The rules of an `integer`, `float` or `date` field: a value is one of the accepted ones, if
/// there is a rule that says which, and keeps every limit.
#[derive(Debug, Clone)]
pub struct Rules<T> {
    accepts: Vec<Accepts<T>>,
    limits: Limits<T>,
}

#[derive(Debug, Clone)]
enum Accepts<T> {
    OneOf(Vec<T>),
    Between(T, T),
}

impl<T: PartialOrd + Display> Rules<T> {
    /// `read` reads a value of this kind from a rule; `expected` says what that is.
    pub(super) fn compile(
        rules: &[Rule],
        field_type: FieldType,
        expected: &str,
        read: impl Fn(&Json<'_>) -> Option<T>,
    ) -> Result<Self, Vec<Problem>> {
        let mut accepts = Vec::new();
        let mut limits = Limits::default();
        compile_each(rules, |rule| {
            match rule.name.as_str() {
                "enum" => accepts.push(Accepts::OneOf(rule.options(expected, &read)?)),
                "between" => {
                    let (from, to) = rule.bounds(expected, &read)?;
                    accepts.push(Accepts::Between(from, to));
                }
                "min" => limits.at_least.push(rule.option(expected, &read)?),
                "max" => limits.at_most.push(rule.option(expected, &read)?),
                _ => return Err(rule.misfit(field_type)),
            }
            Ok(())
        })?;
        limits.check_order("min", "max")?;
        Ok(Self { accepts, limits })
    }

    /// What is wrong with a value: one issue for each rule that it breaks.
    pub(super) fn broken(&self, value: &T) -> Vec<Issue> {
        let limits = self.limits.broken(value);
        let limits = limits.map(|(words, limit)| Issue::other(format!("must be {words} {limit}")));
        self.not_accepted(value).into_iter().chain(limits).collect()
    }

    fn not_accepted(&self, value: &T) -> Option<Issue> {
        let passes = self.accepts.iter().any(|rule| match rule {
            Accepts::OneOf(options) => options.contains(value),
            Accepts::Between(from, to) => from <= value && value <= to,
        });
        if passes || self.accepts.is_empty() {
            return None;
        }
        let allowed: Vec<String> = self.accepts.iter().map(Accepts::words).collect();
        Some(Issue::other(format!("must be {}", allowed.join(", or "))))
    }
}

impl<T: Display> Accepts<T> {
    fn words(&self) -> String {
        match self {
            Self::OneOf(options) => {
                let options: Vec<String> = options.iter().map(ToString::to_string).collect();
                format!("one of {}", some_of(&options))
            }
            Self::Between(from, to) => format!("between {from} and {to}"),
        }
    }
}
