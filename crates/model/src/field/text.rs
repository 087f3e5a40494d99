//! `string` fields: text, one of a list, an e-mail address, a slug, a UUID.

use serde_json::Value;

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

    pub(super) fn accept(&self, value: &Json<'_>) -> Result<Value, Issue> {
        let text = match value {
            Json::Text(text) => text.as_str(),
            Json::Number(text) => text,
            Json::Boolean(true) => "true",
            Json::Boolean(false) => "false",
            Json::Null | Json::Array(_) | Json::Object(_) => return Err(Issue::NotA("a string")),
        };
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == text) {
            return Err(Issue::NotOneOf(self.choices.clone()));
        }
        for format in &self.formats {
            match format {
                Format::Email if !is_email(text) => return Err(Issue::NotAnEmail),
                Format::Slug if !is_word(text) => {
                    return Err(Issue::other("must be a slug: letters, digits, - and _"));
                }
                Format::Uuid if parse_uuid(text).is_err() => return Err(Issue::NotA("a UUID")),
                Format::Email | Format::Slug | Format::Uuid => {}
            }
        }
        Ok(Value::from(text))
    }
}
