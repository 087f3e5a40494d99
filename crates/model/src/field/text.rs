//! `string` fields: text, one of a list, an e-mail address, a slug, a UUID.

use super::FieldType;
use super::rule::{Rule, compile_each};
use crate::email::is_email;
use crate::id::parse_uuid;
use crate::json::Json;
use crate::problem::{Issue, Problem};
use crate::slug::is_word;

/// The rules of a `string` field: one of the choices, if there are any, and every format.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    choices: Vec<String>,
    formats: Vec<Format>,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Email,
    Slug,
    Uuid,
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
                _ => return Err(rule.misfit(FieldType::String)),
            }
            Ok(())
        })?;
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
        let formats = self.formats.iter().filter_map(|format| format.broken(text));
        choice.into_iter().chain(formats).collect()
    }
}

impl Format {
    fn broken(self, text: &str) -> Option<Issue> {
        match self {
            Self::Email => (!is_email(text)).then_some(Issue::NotAnEmail),
            Self::Slug => {
                (!is_word(text)).then(|| Issue::other("must be a slug: letters, digits, - and _"))
            }
            Self::Uuid => parse_uuid(text).is_err().then_some(Issue::NotA("a UUID")),
        }
    }
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
