//! A store: the tenant every row belongs to.

use crate::id::StoreId;
use crate::time::Timestamp;

/// The longest name of a store or application key, in characters.
pub const MAX_NAME_CHARS: usize = 255;

/// A number that grows with every change of a store's flows, fields, settings and keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub i64);

/// A store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// Its name, unique on the server.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}
