//! Who makes a request.

use customary_model::application_key::Grant;
use customary_model::id::{ApplicationKeyId, CustomerId, StoreId};
use customary_model::snapshot::StoreSnapshot;

use crate::app::App;
use crate::error::Error;
use crate::permission::Action;

/// Who makes a request: a store, a key of it, and the grant and customer that decide what may be
/// done. The only holder of permission; made by [`crate::tokens::authenticate`] for whoever brings a token, and
/// by [`crate::operator::caller`] for whoever holds the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub(crate) store: StoreId,
    pub(crate) key: ApplicationKeyId,
    pub(crate) grant: Grant,
    /// Which of the server's keys signed the token that the caller brought.
    pub(crate) signing_key: i64,
    /// The customer whose token came along, which counts only beside an implicit grant.
    pub(crate) customer: Option<CustomerId>,
}

impl Caller {
    /// The store that the caller acts in.
    #[must_use]
    pub fn store(&self) -> StoreId {
        self.store
    }

    /// Only while both the application key and the key that signed its token exist.
    pub(crate) fn require_live(&self, snapshot: &StoreSnapshot) -> Result<(), Error> {
        if snapshot.accepts(self.key, self.signing_key) {
            Ok(())
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// Only what the table of permissions allows. A refusal says first whether the key still exists
    /// at all.
    pub(crate) async fn require(&self, app: &App, action: Action) -> Result<(), Error> {
        if action.is_open_to(self) {
            return Ok(());
        }
        app.on_current_snapshot(self, |_| Ok(())).await?;
        Err(Error::Forbidden)
    }

    /// Whether the caller sees flows and fields that are disabled.
    pub(crate) fn sees_disabled(&self) -> bool {
        self.grant == Grant::ClientCredentials
    }
}
