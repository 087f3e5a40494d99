//! `string` fields: text of some length, one of a list, in a format.

use super::FieldType;
use super::limits::Limits;
use super::number;
use super::pattern::Pattern;
use super::rule::{Rule, compile_each};
use crate::email::is_email;
use crate::id::parse_uuid;
use crate::json::{self, Json};
use crate::problem::{Issue, Problem};
use crate::slug::is_word;

/// The rules of a `string` field: one of the choices, if there are any, every limit of its length,
/// and every format.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    choices: Vec<String>,
    /// In characters: Unicode scalar values, so that a combining mark counts as one.
    lengths: Limits<usize>,
    formats: Vec<Format>,
}

#[derive(Debug, Clone)]
enum Format {
    Email,
    Slug,
    Uuid,
    Pattern(Pattern),
}

impl Rules {
    pub(super) fn compile(rules: &[Rule]) -> Result<Self, Vec<Problem>> {
        let mut compiled = Self::default();
        compile_each(rules, |rule| {
            match rule.name.as_str() {
                "enum" => {
                    compiled
                        .choices
                        .extend(rule.options("a string", |option| match option {
                            Json::Text(text) => Some(text.clone()),
                            _ => None,
                        })?);
                }
                "email" => compiled.formats.push(Format::Email),
                "slug" => compiled.formats.push(Format::Slug),
                "uuid" => compiled.formats.push(Format::Uuid),
                "pattern" => compiled
                    .formats
                    .push(Format::Pattern(Pattern::compile(rule)?)),
                "min_length" => compiled.lengths.at_least.push(length(rule)?),
                "max_length" => compiled.lengths.at_most.push(length(rule)?),
                _ => return Err(rule.misfit(FieldType::String)),
            }
            Ok(())
        })?;
        compiled.lengths.check_order("min_length", "max_length")?;
        Ok(compiled)
    }

    /// The list that a value has to be on; empty when there is none.
    #[must_use]
    pub fn choices(&self) -> &[String] {
        &self.choices
    }

    /// What is wrong with a value: one issue for each rule that it breaks.
    pub(super) fn broken(&self, text: &str) -> Vec<Issue> {
        let is_choice = self.choices.is_empty() || self.choices.iter().any(|choice| choice == text);
        let choice = (!is_choice).then(|| Issue::NotOneOf(self.choices.clone()));
        let length = text.chars().count();
        let lengths = self.lengths.broken(&length).map(|(words, limit)| {
            let unit = if *limit == 1 {
                "character"
            } else {
                "characters"
            };
            Issue::Other(format!("must have {words} {limit} {unit}"))
        });
        let formats = self.formats.iter().filter_map(|format| format.broken(text));
        choice.into_iter().chain(lengths).chain(formats).collect()
    }
}

impl Format {
    fn broken(&self, text: &str) -> Option<Issue> {
        match self {
            Self::Email => (!is_email(text)).then_some(Issue::NotAnEmail),
            Self::Slug => {
                (!is_word(text)).then(|| Issue::other("must be a slug: letters, digits, - and _"))
            }
            Self::Uuid => parse_uuid(text).is_err().then_some(Issue::NotA("a UUID")),
            Self::Pattern(pattern) => pattern.broken(text),
        }
    }
}

/// The length in a rule, in characters.
fn length(rule: &Rule) -> Result<usize, Problem> {
    let read = number::of(|text| u16::try_from(json::integer(text)?).ok());
    let expected = format!("a whole number from 0 to {}", u16::MAX);
    rule.option(&expected, read).map(usize::from)
}

/// The text that a value stands for: a number or boolean is its own JSON text
/// (`contract/flows.md` §7).
pub(super) fn of<'a>(value: &'a Json<'_>) -> Option<&'a str> {
    match value {
        Json::Text(text) => Some(text),
        Json::Number(text) => Some(text),
        Json::Boolean(true) => Some("true"),
        Json::Boolean(false) => Some("false"),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
