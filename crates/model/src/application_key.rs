//! Application keys: the client id and secret that a program exchanges for a token.

use std::fmt;

use crate::id::{ApplicationKeyId, StoreId};
use crate::time::Timestamp;

/// An application key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationKey {
    /// Its id.
    pub id: ApplicationKeyId,
    /// The store it opens.
    pub store_id: StoreId,
    /// Its name for people.
    pub name: String,
    /// The public half of the credentials.
    pub client_id: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a token was obtained, which decides what it may do (`contract/auth.md` §1 and §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// With the secret: everything in the store.
    ClientCredentials,
    /// With the client id alone: what a shop's visitors may see.
    Implicit,
}

impl Grant {
    /// The grant of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::ClientCredentials, Self::Implicit]
            .into_iter()
            .find(|grant| grant.as_str() == name)
    }

    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Implicit => "implicit",
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
