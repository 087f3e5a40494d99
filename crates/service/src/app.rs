//! What every request shares: the database, the clock, and what is remembered between requests.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use customary_model::id::StoreId;
use customary_model::snapshot::StoreSnapshot;
use customary_model::time::Clock;
use customary_store::{self as store, Db, Tx};
use quick_cache::sync::Cache;
use tokio::sync::{Notify, Semaphore};

use crate::caller::Caller;
use crate::error::Error;
use crate::lists::Scan;
use crate::passwords::Passwords;
use crate::rate_limits::RateLimits;
use crate::signatures::Signatures;
use crate::tokens::Tokens;

/// How many stores' snapshots are kept.
const SNAPSHOTS: usize = 1_000;

/// The platform's limit of a store, in requests per second (`contract/auth.md` §6).
const NOMINAL_RATE_LIMIT: u32 = 100;

/// How often a request is done again because its store keeps changing under it.
const MAX_ATTEMPTS: usize = 10;

/// The server without its network. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Clock,
    snapshots: Cache<StoreId, Arc<StoreSnapshot>>,
    signatures: Signatures,
    tokens: Tokens,
    passwords: Passwords,
    rate_limits: Option<RateLimits>,
    scan_timeout: Duration,
    scans: Semaphore,
    is_strict: bool,
    fields: usize,
    work_to_do: Notify,
}

/// What the server allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Whether it offers nothing that the platform does not document, whatever the settings of a store say.
    pub is_strict: bool,
    /// How many fields a flow may have.
    pub fields: usize,
    /// How many requests a second each store may make of it; without one they are not counted.
    pub rate: Option<NonZeroU32>,
    /// How long a filter that no index serves may look through documents.
    pub scan_timeout: Duration,
}

impl Default for Limits {
    /// All that there is, 100 fields, no limit of requests, and two seconds for a scan.
    fn default() -> Self {
        Self {
            is_strict: false,
            fields: 100,
            rate: None,
            scan_timeout: Duration::from_secs(2),
        }
    }
}

impl App {
    /// An application over a migrated database.
    #[must_use]
    pub fn new(db: Db, clock: Clock, limits: Limits) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Parts {
            db,
            clock,
            snapshots: Cache::new(SNAPSHOTS),
            signatures: Signatures::default(),
            tokens: Tokens::default(),
            passwords: Passwords::default(),
            rate_limits: limits.rate.map(RateLimits::new),
            scan_timeout: limits.scan_timeout,
            scans: Semaphore::new((processors / 2).max(1)),
            is_strict: limits.is_strict,
            fields: limits.fields,
            work_to_do: Notify::new(),
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

    pub(crate) fn signatures(&self) -> &Signatures {
        &self.0.signatures
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Told when there may be work to do in the background.
    pub(crate) fn work_to_do(&self) -> &Notify {
        &self.0.work_to_do
    }

    /// Reads a list. Only some of those that look through all records do so at a time, so that there is always
    /// a reader for the others, and what the platform would not look for so may not take long.
    ///
    /// # Errors
    /// What `work` returns; [`Error::LimitReached`] when it took too long, with what to do about that.
    pub(crate) async fn read_list<T, F>(&self, scan: Option<Scan>, work: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let Some(scan) = scan else {
            return self.0.db.read_list(work).await;
        };
        let _turn = self.0.scans.acquire().await;
        if !scan.is_ours {
            return self.0.db.read_list(work).await;
        }
        let limit = self.0.scan_timeout;
        match self.0.db.read_within(limit, work).await {
            Err(Error::TimedOut) => Err(scan.too_slow(limit)),
            outcome => outcome,
        }
    }

    /// How many requests a second the keys of a store can reserve together: its limit, also when
    /// nothing is counted.
    pub(crate) fn nominal_rate_limit(&self) -> u32 {
        let limits = self.0.rate_limits.as_ref();
        limits.map_or(NOMINAL_RATE_LIMIT, RateLimits::limit)
    }

    /// Counts a request against the limit of its store, if there is one.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when the store has made as many as it may.
    pub(crate) fn count_request(
        &self,
        caller: &Caller,
        snapshot: &StoreSnapshot,
    ) -> Result<(), Error> {
        match &self.0.rate_limits {
            Some(limits) => limits.count(caller, snapshot),
            None => Ok(()),
        }
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
            let outcome = match caller.require_live(&snapshot) {
                Ok(()) => work(Arc::clone(&snapshot)).await,
                Err(error) => Err(error),
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
            snapshot = self.newer(&snapshot).await?;
        }
        Err(Error::Unavailable("the store kept changing".to_owned()))
    }

    /// Whether the caller's store has nothing but what the platform documents, as far as this node knows.
    ///
    /// # Errors
    /// The database's own trouble.
    pub async fn is_strict(&self, caller: &Caller) -> Result<bool, Error> {
        Ok(self.snapshot(caller.store).await?.is_strict)
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
            self.newer(&known).await?
        };
        caller.require_live(&snapshot)?;
        work(&snapshot)
    }

    /// Changes what snapshots are made of: flows, fields, settings, keys. `work` decides on what its
    /// own transaction reads, and no other such change of the store runs at the same time: what it
    /// checked is true when it commits.
    ///
    /// # Errors
    /// What `work` returns; [`Error::Unauthenticated`] when the caller's key is gone.
    pub(crate) async fn change_store<T, F>(&self, caller: &Caller, work: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Tx<'_>, &StoreSnapshot) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let (caller, is_strict, fields) = (*caller, self.0.is_strict, self.0.fields);
        let value = self.0.db.write(async move |tx| {
            store::stores::lock(tx, caller.store).await?;
            let mut snapshot = store::snapshots::find(tx, caller.store)
                .await?
                .ok_or(Error::Unauthenticated)?;
            snapshot.is_strict |= is_strict;
            snapshot.settings.field_limit = fields;
            caller.require_live(&snapshot)?;
            work(tx, &snapshot).await
        });
        let value = value.await?;
        self.0.snapshots.remove(&caller.store);
        // There may be an index to build or to clear.
        self.0.work_to_do.notify_one();
        Ok(value)
    }

    /// The remembered snapshot. Of several requests that find none, one reads it for all.
    async fn snapshot(&self, store: StoreId) -> Result<Arc<StoreSnapshot>, Error> {
        let snapshots = &self.0.snapshots;
        // Nearly always there: then nothing is prepared for reading it.
        match snapshots.get(&store) {
            Some(known) => Ok(known),
            None => {
                snapshots
                    .get_or_insert_async(&store, self.load(store))
                    .await
            }
        }
    }

    /// A snapshot newer than one that was found outdated.
    async fn newer(&self, outdated: &StoreSnapshot) -> Result<Arc<StoreSnapshot>, Error> {
        let store = outdated.store_id;
        self.0
            .snapshots
            .remove_if(&store, |known| known.revision <= outdated.revision);
        self.snapshot(store).await
    }

    async fn load(&self, store: StoreId) -> Result<Arc<StoreSnapshot>, Error> {
        let snapshot = self
            .0
            .db
            .read(async move |tx| store::snapshots::find(tx, store).await)
            .await?;
        let mut snapshot = snapshot.ok_or(Error::Unauthenticated)?;
        snapshot.is_strict |= self.0.is_strict;
        snapshot.settings.field_limit = self.0.fields;
        Ok(Arc::new(snapshot))
    }

    async fn is_current(&self, snapshot: &StoreSnapshot) -> Result<bool, Error> {
        let (store, revision) = (snapshot.store_id, snapshot.revision);
        let current = self
            .0
            .db
            .read_one(async move |tx| store::stores::find_revision(tx, store).await)
            .await?;
        Ok(current == Some(revision))
    }
}
