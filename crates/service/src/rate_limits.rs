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
const BUCKETS: usize = 100_000;

/// The token buckets of all stores. What a key has reserved is a bucket of its own; the rest is shared by
/// all keys of the store, those with an empty bucket of their own included. A little is always left to
/// share: no key can lock the others out.
pub(crate) struct RateLimits {
    limit: NonZeroU32,
    buckets: Cache<(StoreId, Option<ApplicationKeyId>), Arc<Bucket>>,
}

struct Bucket {
    per_second: NonZeroU32,
    limiter: DefaultDirectRateLimiter,
}

impl Bucket {
    fn full(per_second: NonZeroU32) -> Self {
        Self {
            per_second,
            limiter: RateLimiter::direct(Quota::per_second(per_second)),
        }
    }

    /// The bucket in place of one of another size. Changing a limit is no way around it.
    fn empty(per_second: NonZeroU32) -> Self {
        let bucket = Self::full(per_second);
        // As much as it holds, so that nothing of it is left.
        let _ = bucket.limiter.check_n(per_second);
        bucket
    }
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
        let limit = self.limit.get();
        // The operator may have lowered the limit since keys reserved their part.
        let own = snapshot.reserved_rate_limit(caller.key).min(limit);
        let shared = limit.saturating_sub(snapshot.total_reserved_rate_limit());
        let own_is_open = NonZeroU32::new(own)
            .is_some_and(|own| self.take((caller.store, Some(caller.key)), own));
        let shared = NonZeroU32::new(shared).unwrap_or(NonZeroU32::MIN);
        if own_is_open || self.take((caller.store, None), shared) {
            Ok(())
        } else {
            Err(Error::TooManyRequests)
        }
    }

    fn take(&self, id: (StoreId, Option<ApplicationKeyId>), per_second: NonZeroU32) -> bool {
        let bucket = match self.buckets.get(&id) {
            Some(bucket) if bucket.per_second == per_second => bucket,
            other => {
                let bucket = Arc::new(match other {
                    Some(_) => Bucket::empty(per_second),
                    None => Bucket::full(per_second),
                });
                self.buckets.insert(id, Arc::clone(&bucket));
                bucket
            }
        };
        bucket.limiter.check().is_ok()
    }
}
