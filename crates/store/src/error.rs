//! What a database did instead of what it was asked.

use customary_model::slug::FieldSlug;
use customary_model::store::Revision;
use thiserror::Error;

/// Why a unit of work failed. "No row" is not among these: it is an answer.
///
/// The texts of drivers are for the log; nothing above the service shows them to a client.
#[derive(Debug, Clone, Error)]
pub enum StoreError {
    /// A unique constraint refused the row: a concurrent write was first.
    #[error("a unique constraint refused the row: {0}")]
    Conflict(String),
    /// Other records have what the record is to have in these unique fields.
    #[error("other records have the same value in {0:?}")]
    Taken(Vec<FieldSlug>),
    /// The store has changed since the snapshot that the work was based on.
    #[error("the snapshot is older than revision {}", .0.0)]
    Stale(Revision),
    /// The statements took longer than they may.
    #[error("the statements took too long")]
    TimedOut,
    /// The database did not get to it in time: try again later.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A stored value is not what this program writes.
    #[error("column {column} of {statement:?} holds a value that cannot be read")]
    Corrupt {
        /// The beginning of the statement that read it.
        statement: String,
        /// The position of the column in its result.
        column: usize,
    },
    /// Anything else.
    #[error("{0}")]
    Driver(String),
}

/// Why a database cannot be opened, in a sentence for the operator.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct OpenError(pub(crate) String);

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
