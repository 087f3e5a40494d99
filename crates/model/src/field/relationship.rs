//! `relationship` fields: how many records they refer to, and of what kind.

use super::FieldType;
use super::rule::{Rule, compile_each};
use crate::problem::{Issue, Problem};

/// How many records a relationship may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cardinality {
    /// One at most.
    One,
    /// Any number; also what a field without a rule means.
    #[default]
    Many,
}

/// The rule of a `relationship` field.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// How many records.
    pub cardinality: Cardinality,
    /// What the rule calls the other side. Free text: no flow of that slug need exist.
    pub to: Option<String>,
}

impl Rules {
    pub(super) fn compile(rules: &[Rule]) -> Result<Self, Vec<Problem>> {
        if let [_, second, ..] = rules {
            return Err(vec![second.problem(Issue::other(
                "is one too many: a relationship field has one rule",
            ))]);
        }
        let mut compiled = Self::default();
        compile_each(rules, |rule| {
            compiled.cardinality = match rule.name.as_str() {
                "one-to-one" => Cardinality::One,
                "one-to-many" => Cardinality::Many,
                _ => return Err(rule.misfit(FieldType::Relationship)),
            };
            compiled.to = rule.text("to");
            match compiled.to {
                Some(_) => Ok(()),
                None => Err(rule.problem(Issue::other(
                    "needs to: the slug of the flow or resource it refers to",
                ))),
            }
        })?;
        Ok(compiled)
    }
}
