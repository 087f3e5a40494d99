//! Where a walk through a list stands: behind the last record that it was given.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The place of a record in the order of its list: what the list compares, value by value, down to the id.
/// It stays when the record goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub Vec<Option<SortValue>>);

/// A value that a list is sorted by. The names are short because they travel in links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SortValue {
    /// A text.
    #[serde(rename = "t")]
    Text(String),
    /// A number.
    #[serde(rename = "n")]
    Number(f64),
    /// A point in time, in microseconds since 1970.
    #[serde(rename = "at")]
    Micros(i64),
    /// A UUID.
    #[serde(rename = "id")]
    Id(Uuid),
}
