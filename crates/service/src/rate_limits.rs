//! How many requests a second a store may make of this process (`contract/conventions.md` §10).

use std::num::NonZeroU32;
use std::sync::Arc;

use customary_model::id::{ApplicationKeyId, StoreId};
use customary_model::snapshot::StoreSnapshot;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::caller::Caller;
use crate::error::Error;

/// How many token buckets are remembered.
const BUCKETS: usize = 10_000;

/// The token buckets of all stores. What a key has reserved is a bucket of its own; the rest is shared by
/// all keys of the store, those with an empty bucket of their own included.
pub(crate) struct RateLimits {
    limit: NonZeroU32,
    buckets: Cache<Bucket, Arc<DefaultDirectRateLimiter>>,
}

/// Whose bucket it is, and how much it holds: another limit is another bucket.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Bucket {
    store: StoreId,
    key: Option<ApplicationKeyId>,
    per_second: NonZeroU32,
}

impl RateLimits {
    pub(crate) fn new(limit: NonZeroU32) -> Self {
        Self {
            limit,
            buckets: Cache::new(BUCKETS),
        }
    }

    /// How many requests a second a store may make.
    pub(crate) fn limit(&self) -> u32 {
        self.limit.get()
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when the store has made as many as it may.
    pub(crate) fn count(&self, caller: &Caller, snapshot: &StoreSnapshot) -> Result<(), Error> {
        let own = snapshot.reserved_rate_limit(caller.key);
        let shared = self
            .limit
            .get()
            .saturating_sub(snapshot.total_reserved_rate_limit());
        if self.take(caller.store, Some(caller.key), own) || self.take(caller.store, None, shared) {
            Ok(())
        } else {
            Err(Error::TooManyRequests)
        }
    }

    fn take(&self, store: StoreId, key: Option<ApplicationKeyId>, per_second: u32) -> bool {
        let Some(per_second) = NonZeroU32::new(per_second) else {
            return false;
        };
        let bucket = Bucket {
            store,
            key,
            per_second,
        };
        let full = || Arc::new(RateLimiter::direct(Quota::per_second(per_second)));
        let limiter = self
            .buckets
            .get_or_insert_with(&bucket, || Ok::<_, ()>(full()));
        limiter.is_ok_and(|limiter| limiter.check().is_ok())
    }
}
