//! The list of validation rules of a field, read from JSON before its kind makes sense of it.

use serde_json::value::RawValue;

use super::FieldType;
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};

/// One rule: its type and the object it was read from.
pub struct Rule {
    /// Its type: one of [`FieldType::rules`], or what no field knows.
    pub name: String,
    object: Object,
    index: usize,
}

impl Rule {
    /// A problem with this rule.
    #[must_use]
    pub fn problem(&self, issue: Issue) -> Problem {
        Problem::attribute(&format!("validation_rules[{}]", self.index), issue)
    }

    /// The problem that a field of this type knows no such rule.
    #[must_use]
    pub fn misfit(&self, field_type: FieldType) -> Problem {
        self.not_among(field_type, field_type.rules())
    }

    fn not_among(&self, field_type: FieldType, known: &[&str]) -> Problem {
        let known = match known {
            [] => "none".to_owned(),
            rules => rules.join(", "),
        };
        self.problem(Issue::other(format!(
            "has the type \"{}\", which {field_type} fields do not know: they know {known}",
            self.name
        )))
    }

    /// The `options` of an `enum` rule, each read by `read`.
    ///
    /// # Errors
    /// There are none, or one of them is not `expected`.
    pub fn options<T>(
        &self,
        expected: &str,
        read: impl Fn(&Json<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Problem> {
        let refused = || {
            self.problem(Issue::other(format!(
                "needs options: a list of one or more values, each {expected}"
            )))
        };
        let Some(Json::Array(raw)) = self.object.get("options") else {
            return Err(refused());
        };
        let values: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| refused())?;
        let options: Option<Vec<T>> = values
            .into_iter()
            .map(|value| read(&Json::of(value)))
            .collect();
        options
            .filter(|options| !options.is_empty())
            .ok_or_else(refused)
    }

    /// The `from` and `to` of a `between` rule, in `options` or, as an old client sends them,
    /// beside the type.
    ///
    /// # Errors
    /// One is missing or not `expected`, or they are in the wrong order.
    pub fn bounds<T: PartialOrd>(
        &self,
        expected: &str,
        read: impl Fn(&Json<'_>) -> Option<T>,
    ) -> Result<(T, T), Problem> {
        let options = self.object.object("options");
        let bound = |name| {
            let value = options
                .as_ref()
                .and_then(|options| options.get(name))
                .or_else(|| self.object.get(name));
            value.and_then(|value| read(&value))
        };
        match (bound("from"), bound("to")) {
            (Some(from), Some(to)) if from <= to => Ok((from, to)),
            (Some(_), Some(_)) => Err(self.problem(Issue::other("has a from greater than its to"))),
            _ => Err(self.problem(Issue::other(format!(
                "needs options with from and to, each {expected}"
            )))),
        }
    }

    /// The single value in the `options` of a rule such as `min`, read by `read`.
    ///
    /// # Errors
    /// There is none, or it is not `expected`.
    pub fn option<T>(
        &self,
        expected: &str,
        read: impl Fn(&Json<'_>) -> Option<T>,
    ) -> Result<T, Problem> {
        let option = self.object.get("options").and_then(|value| read(&value));
        option.ok_or_else(|| {
            self.problem(Issue::other(format!(
                "of the type \"{}\" needs options: {expected}",
                self.name
            )))
        })
    }

    /// The non-empty text under `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.object.get(name) {
            Some(Json::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// The problem of each rule that the platform does not document for fields of this type.
#[must_use]
pub fn undocumented(field_type: FieldType, rules: &RawValue) -> Vec<Problem> {
    let documented = field_type.documented_rules();
    let rules = read(rules).unwrap_or_default().into_iter();
    let undocumented = rules.filter(|rule| !documented.contains(&rule.name.as_str()));
    undocumented
        .map(|rule| rule.not_among(field_type, documented))
        .collect()
}

/// The empty list of rules, as JSON.
#[must_use]
pub fn none() -> &'static RawValue {
    // Only a parser makes a raw value, and this text is valid.
    serde_json::from_str("[]").unwrap_or(RawValue::NULL)
}

/// Reads a JSON array of rules.
///
/// # Errors
/// It is no array, or one of its items is not an object with a `type`.
pub fn read(rules: &RawValue) -> Result<Vec<Rule>, Vec<Problem>> {
    let not_a_list = || {
        vec![Problem::attribute(
            "validation_rules",
            Issue::NotA("an array of objects"),
        )]
    };
    let objects: Vec<Object> = serde_json::from_str(rules.get()).map_err(|_| not_a_list())?;
    let mut read = Vec::with_capacity(objects.len());
    for (index, object) in objects.into_iter().enumerate() {
        let Some(Json::Text(name)) = object.get("type") else {
            return Err(vec![Problem::attribute(
                &format!("validation_rules[{index}].type"),
                Issue::Required,
            )]);
        };
        read.push(Rule {
            name,
            object,
            index,
        });
    }
    Ok(read)
}

/// For kinds that know no rules.
///
/// # Errors
/// Every rule there is.
pub fn refuse_all(rules: &[Rule], field_type: FieldType) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = rules.iter().map(|rule| rule.misfit(field_type)).collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Compiles every rule by `compile`, collecting all problems.
///
/// # Errors
/// Every rule that `compile` refused.
pub fn compile_each(
    rules: &[Rule],
    mut compile: impl FnMut(&Rule) -> Result<(), Problem>,
) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = rules
        .iter()
        .filter_map(|rule| compile(rule).err())
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}
