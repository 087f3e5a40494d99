//! Reading the attributes of a request body one by one, noting every problem on the way.

use crate::json::{self, Json, Object};
use crate::problem::{Issue, Problem};

/// What a partial update says about one attribute. Absent, `null` and a value are three things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The key is absent: leave the value as it is.
    #[default]
    Keep,
    /// The key is `null`: remove the value.
    Clear,
    /// The key has a value.
    Set(T),
}

impl<T> Patch<T> {
    /// The new value of an attribute that had the value `current`.
    #[must_use]
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn set(self) -> Option<T> {
        self.over(None)
    }

    /// The same statement about something made from the value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }
}

/// Whether an attribute must be there: on create it must, on update it may stay away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Absence is a problem.
    Required,
    /// Absence means "unchanged".
    Optional,
}

/// A reader over the attributes of one body. An attribute that has a problem reads as
/// [`Patch::Keep`], so that reading goes on; [`Attributes::finish`] then refuses the whole.
pub struct Attributes<'a> {
    object: &'a Object,
    problems: Vec<Problem>,
}

impl<'a> Attributes<'a> {
    /// Begins to read.
    #[must_use]
    pub fn of(object: &'a Object) -> Self {
        Self {
            object,
            problems: Vec::new(),
        }
    }

    /// The value under `name` as it was sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.object.get(name)
    }

    /// The object that is read.
    #[must_use]
    pub fn object(&self) -> &'a Object {
        self.object
    }

    /// Notes a problem with the attribute `name`.
    pub fn report(&mut self, name: &str, issue: Issue) {
        self.problems.push(Problem::attribute(name, issue));
    }

    /// Notes problems found elsewhere, such as those of the custom fields.
    pub fn report_all(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
    }

    /// Reads a string.
    pub fn text(&mut self, name: &str, max_chars: usize) -> Patch<String> {
        match self.get(name) {
            None => Patch::Keep,
            Some(Json::Null) => Patch::Clear,
            Some(Json::Text(text)) if text.chars().count() > max_chars => {
                self.report(name, Issue::TooLong { max_chars });
                Patch::Keep
            }
            Some(Json::Text(text)) => Patch::Set(text),
            Some(_) => {
                self.report(name, Issue::NotA("a string"));
                Patch::Keep
            }
        }
    }

    /// Reads a string that may not be blank, and not `null` either. `None` when it is absent
    /// (a problem only if `presence` says so) or has a problem.
    pub fn filled_text(
        &mut self,
        name: &str,
        max_chars: usize,
        presence: Presence,
    ) -> Option<String> {
        match self.text(name, max_chars) {
            Patch::Set(text) if !text.trim().is_empty() => Some(text),
            Patch::Keep if presence == Presence::Optional || self.has_problem(name) => None,
            Patch::Keep | Patch::Clear | Patch::Set(_) => {
                self.report(name, Issue::Required);
                None
            }
        }
    }

    /// Reads a boolean; `None` when it is absent or has a problem.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.get(name) {
            None => None,
            Some(Json::Boolean(value)) => Some(value),
            Some(_) => {
                self.report(name, Issue::NotA("a boolean"));
                None
            }
        }
    }

    /// Reads an integer of 64 bits.
    pub fn integer(&mut self, name: &str) -> Patch<i64> {
        match self.get(name) {
            None => Patch::Keep,
            Some(Json::Null) => Patch::Clear,
            Some(Json::Number(text)) if json::integer(text).is_some() => {
                json::integer(text).map_or(Patch::Keep, Patch::Set)
            }
            Some(_) => {
                self.report(name, Issue::NotA("an integer of at most 64 bits"));
                Patch::Keep
            }
        }
    }

    /// Checks the `type` of the body.
    pub fn type_tag(&mut self, expected: &'static str, presence: Presence) {
        match self.get("type") {
            None if presence == Presence::Optional => {}
            None => self.report("type", Issue::Required),
            Some(Json::Text(text)) if text == expected => {}
            Some(_) => self.report("type", Issue::NotOneOf(vec![expected.to_owned()])),
        }
    }

    /// Ends the reading: the value, if nothing was wrong.
    ///
    /// `make` returns `None` only when a required attribute is missing, which was then reported.
    ///
    /// # Errors
    /// Every problem that was noted.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Vec<Problem>> {
        match make() {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(self.problems),
        }
    }

    /// Whether a problem with the attribute `name` was noted.
    #[must_use]
    pub fn has_problem(&self, name: &str) -> bool {
        self.problems.iter().any(|problem| problem.name() == name)
    }
}
