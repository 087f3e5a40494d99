//! What every request shares: the database, the clock, and what is remembered between requests.

use std::sync::Arc;

use customary_model::id::StoreId;
use customary_model::snapshot::StoreSnapshot;
use customary_model::time::Clock;
use customary_store::{self as store, Db};
use quick_cache::sync::Cache;

use crate::caller::Caller;
use crate::error::Error;
use crate::passwords::Passwords;
use crate::tokens::Tokens;

/// How many stores' snapshots are kept.
const SNAPSHOTS: usize = 1_000;

/// How often a request is done again because its store keeps changing under it.
const MAX_ATTEMPTS: usize = 10;

/// The server without its network. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Clock,
    snapshots: Cache<StoreId, Arc<StoreSnapshot>>,
    tokens: Tokens,
    passwords: Passwords,
}

impl App {
    /// An application over a migrated database.
    #[must_use]
    pub fn new(db: Db, clock: Clock) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            snapshots: Cache::new(SNAPSHOTS),
            tokens: Tokens::default(),
            passwords: Passwords::default(),
        }))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Does `work` on a snapshot of the caller's store, again on a newer one when the store turns
    /// out to have changed. That keeps several nodes right without messages between them: each
    /// statement on records compares the store's revision with the snapshot's, and a refusal
    /// that no statement has confirmed is confirmed here.
    ///
    /// # Errors
    /// What `work` returns; [`Error::Unauthenticated`] when the caller's key is gone.
    pub(crate) async fn on_snapshot<T, F>(
        &self,
        caller: &Caller,
        work: impl Fn(Arc<StoreSnapshot>) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut snapshot = self.snapshot(caller.store).await?;
        for _ in 0..MAX_ATTEMPTS {
            let outcome = if snapshot.has_key(caller.key) {
                work(Arc::clone(&snapshot)).await
            } else {
                Err(Error::Unauthenticated)
            };
            match outcome {
                Err(Error::Stale) => {}
                Err(error) if error.rests_on_snapshot() => {
                    if self.is_current(&snapshot).await? {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
            snapshot = self.load(caller.store).await?;
        }
        Err(Error::Unavailable("the store kept changing".to_owned()))
    }

    /// Does `work` that reads nothing but the snapshot, on one that is current.
    ///
    /// # Errors
    /// As for [`App::on_snapshot`].
    pub(crate) async fn on_current_snapshot<T>(
        &self,
        caller: &Caller,
        work: impl Fn(&StoreSnapshot) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let known = self.snapshot(caller.store).await?;
        let snapshot = if self.is_current(&known).await? {
            known
        } else {
            self.load(caller.store).await?
        };
        if snapshot.has_key(caller.key) {
            work(&snapshot)
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// Forgets what is remembered of a store that this process has just changed.
    pub(crate) fn forget(&self, store: StoreId) {
        self.0.snapshots.remove(&store);
    }

    async fn snapshot(&self, store: StoreId) -> Result<Arc<StoreSnapshot>, Error> {
        match self.0.snapshots.get(&store) {
            Some(snapshot) => Ok(snapshot),
            None => self.load(store).await,
        }
    }

    async fn load(&self, store: StoreId) -> Result<Arc<StoreSnapshot>, Error> {
        let (snapshot, signing_keys) = self
            .0
            .db
            .read(async move |tx| {
                let snapshot = store::snapshots::find(tx, store).await?;
                Ok::<_, Error>((snapshot, store::signing_keys::list(tx).await?))
            })
            .await?;
        self.0.tokens.replace_keys(signing_keys);
        let snapshot = Arc::new(snapshot.ok_or(Error::Unauthenticated)?);
        self.0.snapshots.insert(store, Arc::clone(&snapshot));
        Ok(snapshot)
    }

    async fn is_current(&self, snapshot: &StoreSnapshot) -> Result<bool, Error> {
        let (store, revision) = (snapshot.store_id, snapshot.revision);
        let current = self
            .0
            .db
            .read(async move |tx| store::stores::find_revision(tx, store).await)
            .await?;
        Ok(current == Some(revision))
    }
}
