//! `date` fields: a day, or a point in time, kept as it was written.

use std::cmp::Ordering;
use std::fmt;

use crate::json::Json;
use crate::problem::Issue;
use crate::time::{DateValue, Timestamp};

/// A date that is compared as a point in time and shown as it was written. A day is its first
/// moment in UTC, so that a limit of `2030-12-31` ends where that day begins.
#[derive(Debug, Clone)]
pub struct Moment {
    instant: Timestamp,
    text: String,
}

impl Moment {
    /// Reads a date; `None` for a text that is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let date: DateValue = text.parse().ok()?;
        Some(Self {
            instant: date.instant(),
            text: text.to_owned(),
        })
    }

    /// Reads a date in a rule.
    pub(super) fn of(value: &Json<'_>) -> Option<Self> {
        match value {
            Json::Text(text) => Self::parse(text),
            _ => None,
        }
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.instant.partial_cmp(&other.instant)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

pub(super) fn not_a_date() -> Issue {
    Issue::NotA("a date: YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339")
}
