//! `integer` and `float` fields: any number, a list of numbers, ranges.

use std::fmt::Display;

use serde_json::Value;

use super::rule::{Rule, compile_each};
use crate::json::Json;
use crate::problem::{Issue, Problem, some_of};

/// The rules of a number: it satisfies at least one of them, if there are any.
#[derive(Debug, Clone)]
pub struct Rules<T>(Vec<Accepts<T>>);

#[derive(Debug, Clone)]
enum Accepts<T> {
    OneOf(Vec<T>),
    Between(T, T),
}

impl<T: PartialOrd + Display + Copy> Rules<T> {
    /// `parse` reads a number of this kind from JSON's text of it, or from a string that a client
    /// put it into (`contract/flows.md` §6).
    pub(super) fn compile(
        rules: &[Rule],
        expected: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Self, Vec<Problem>> {
        let read = |value: &Json<'_>| match value {
            Json::Number(text) => parse(text),
            Json::Text(text) => parse(text),
            _ => None,
        };
        let mut compiled = Vec::new();
        compile_each(rules, |rule| {
            compiled.push(match rule.name.as_str() {
                "enum" => Accepts::OneOf(rule.options(expected, read)?),
                "between" => {
                    let (from, to) = rule.bounds(expected, read)?;
                    Accepts::Between(from, to)
                }
                other => {
                    let words =
                        format!("has the type \"{other}\"; a number knows only between and enum");
                    return Err(rule.problem(Issue::other(words)));
                }
            });
            Ok(())
        })?;
        Ok(Self(compiled))
    }

    pub(super) fn check(&self, value: T) -> Result<(), Issue> {
        let passes = self.0.iter().any(|rule| match rule {
            Accepts::OneOf(options) => options.contains(&value),
            Accepts::Between(from, to) => *from <= value && value <= *to,
        });
        if passes || self.0.is_empty() {
            return Ok(());
        }
        let allowed: Vec<String> = self.0.iter().map(Accepts::words).collect();
        Err(Issue::other(format!("must be {}", allowed.join(", or "))))
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

/// A float as it is stored and shown: `3`, not `3.0` (`contract/flows.md` §7). Every whole number
/// that 64 bits hold is an integer, because that is how PostgreSQL gives it back.
pub(super) fn float_value(float: f64) -> Value {
    const PAST_I64: f64 = 9_223_372_036_854_775_808.0;
    const PAST_U64: f64 = 18_446_744_073_709_551_616.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range"
    )]
    match float {
        _ if float.fract() != 0.0 => Value::from(float),
        _ if (-PAST_I64..PAST_I64).contains(&float) => Value::from(float as i64),
        _ if (PAST_I64..PAST_U64).contains(&float) => Value::from(float as u64),
        _ => Value::from(float),
    }
}
