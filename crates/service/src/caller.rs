//! Who makes a request.

use customary_model::application_key::Grant;
use customary_model::id::{ApplicationKeyId, StoreId};

use crate::error::Error;

/// Who makes a request: a store, a key of it, and the grant that decides what may be done. The only
/// holder of permission; made by [`crate::tokens::authenticate`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub(crate) store: StoreId,
    pub(crate) key: ApplicationKeyId,
    pub(crate) grant: Grant,
}

impl Caller {
    /// The store that the caller acts in.
    #[must_use]
    pub fn store(&self) -> StoreId {
        self.store
    }

    /// Only with the secret of a key (`contract/auth.md` §5).
    pub(crate) fn require_client_credentials(&self) -> Result<(), Error> {
        match self.grant {
            Grant::ClientCredentials => Ok(()),
            Grant::Implicit => Err(Error::Forbidden),
        }
    }

    /// Whether the caller sees flows and fields that are disabled.
    pub(crate) fn sees_disabled(&self) -> bool {
        self.grant == Grant::ClientCredentials
    }
}
