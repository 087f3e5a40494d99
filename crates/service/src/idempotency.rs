//! Writes that are done once however often they are asked for: a client that got no answer may ask
//! again with the same key, and gets the answer that it missed.
//!
//! The key is taken in the transaction of the write, so the database decides between requests that come
//! together, on whatever nodes, and a write that fails takes none. What is kept of a request are hashes:
//! who asked with which key, and what they asked for. The second is keyed by the first's secret part,
//! so that nobody learns from it what was in a body.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use customary_model::secret::Secret;
use customary_model::time::Timestamp;
use customary_store as store;
use customary_store::Tx;
use customary_store::idempotency_keys::Done;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;

pub use customary_store::idempotency_keys::Answer;

/// How long a key is known, in seconds.
pub const LIFETIME_SECONDS: i64 = 24 * 3600;

/// The longest key, in characters.
pub const MAX_KEY_CHARS: usize = 255;

/// How many keys one transaction forgets.
const PURGE_BATCH: u32 = 1_000;

/// Whether a write is to be done once, however often it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Once(Option<Arc<Asked>>);

#[derive(Debug)]
struct Asked {
    key: Secret,
    fingerprint: String,
    was_done: AtomicBool,
}

impl Once {
    /// A write that the client named with a key. `request` is all that makes it this write and no other.
    ///
    /// # Errors
    /// The key is not 1 to 255 visible ASCII characters.
    pub fn new(key: &str, request: &[&[u8]]) -> Result<Self, Error> {
        let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > MAX_KEY_CHARS || !is_visible {
            return Err(Error::BadRequest(format!(
                "the header Idempotency-Key must have 1 to {MAX_KEY_CHARS} visible ASCII characters, such as a UUID"
            )));
        }
        // Each part with its length before it, so that no two requests read the same.
        let mut message = Vec::new();
        for part in request {
            message.extend(part.len().to_be_bytes());
            message.extend(*part);
        }
        let secret = EncodingKey::from_secret(key.as_bytes());
        let fingerprint = crypto::sign(&message, &secret, Algorithm::HS256)
            .map_err(|error| Error::Internal(format!("a request could not be hashed: {error}")))?;
        Ok(Self(Some(Arc::new(Asked {
            key: Secret::new(key),
            fingerprint,
            was_done: AtomicBool::new(false),
        }))))
    }

    /// Whether the client asked for it.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the write turned out to have been done before.
    #[must_use]
    pub fn was_done(&self) -> bool {
        let asked = self.0.as_ref();
        asked.is_some_and(|asked| asked.was_done.load(Ordering::Relaxed))
    }

    /// Looks whether the write was done already: before its input is judged by rules that may have
    /// changed since, and before anything costly.
    ///
    /// # Errors
    /// As for [`Once::take`].
    pub(crate) async fn look(&self, app: &App, caller: &Caller) -> Result<(), Error> {
        let Some(asked) = &self.0 else { return Ok(()) };
        let (store, id) = (caller.store, asked.id(caller));
        let expired = expired(app.clock().now());
        let found = app
            .db()
            .read_one(async move |tx| store::idempotency_keys::find(tx, store, &id, expired).await);
        match found.await? {
            Some(done) => Err(asked.repeated(done)),
            None => Ok(()),
        }
    }

    /// Takes the key, first of all in the transaction that does the write; `record_id` is the record that
    /// it makes or changes. Waits for a request with the same key that is under way.
    ///
    /// # Errors
    /// The write was done already: [`Error::Answered`] with its answer, or [`Error::Repeated`] without.
    /// [`Error::KeyReused`] when another write was done with the key.
    pub(crate) async fn take(
        &self,
        tx: &mut Tx<'_>,
        caller: &Caller,
        record_id: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(asked) = &self.0 else { return Ok(()) };
        let (id, expired) = (asked.id(caller), expired(now));
        let done = Done {
            fingerprint: asked.fingerprint.clone(),
            record_id: record_id.to_owned(),
            answer: None,
        };
        if store::idempotency_keys::claim(tx, caller.store, &id, &done, now, expired).await? {
            // In a transaction that was given up since, it may have been taken by another.
            asked.was_done.store(false, Ordering::Relaxed);
            return Ok(());
        }
        let found = store::idempotency_keys::find(tx, caller.store, &id, expired).await?;
        let done = found.ok_or_else(|| Error::Unavailable("a key was just forgotten".to_owned()));
        Err(asked.repeated(done?))
    }

    /// Keeps the answer to a write for whoever asks again. That it cannot be kept is no reason to
    /// withhold it: who asks again is then shown the record as it is.
    pub async fn keep(&self, app: &App, caller: &Caller, answer: &Answer) {
        let Some(asked) = &self.0 else { return };
        let answer = answer.clone();
        let (store, id, fingerprint) = (caller.store, asked.id(caller), asked.fingerprint.clone());
        let kept = app.db().write(async move |tx| {
            store::idempotency_keys::note_answer(tx, store, &id, &fingerprint, &answer).await
        });
        if let Err(error) = kept.await {
            warn!("an answer could not be kept for a repeated request: {error}");
        }
    }
}

impl Asked {
    /// Under what the key is kept. Whoever asks is part of it: nobody is answered what another was.
    fn id(&self, caller: &Caller) -> String {
        let customer = caller.customer.map(|customer| customer.to_string());
        let text = format!(
            "{} {} {} {}",
            caller.key,
            caller.grant,
            customer.as_deref().unwrap_or("-"),
            self.key.reveal()
        );
        hex::encode(Sha256::digest(text.as_bytes()))
    }

    fn repeated(&self, done: Done) -> Error {
        if done.fingerprint != self.fingerprint {
            return Error::KeyReused;
        }
        self.was_done.store(true, Ordering::Relaxed);
        match done.answer {
            Some(answer) => Error::Answered(Box::new(answer)),
            None => Error::Repeated(done.record_id),
        }
    }
}

/// Keys taken at this time or before are not known at the time `now`.
fn expired(now: Timestamp) -> Timestamp {
    now.plus_seconds(-LIFETIME_SECONDS)
}

/// Forgets the keys of all stores that are too old to count, a bounded part in each transaction;
/// returns how many they were. They count no more even while they are there, so it can be called at any
/// time, on any number of nodes.
///
/// # Errors
/// The database's own trouble.
pub async fn purge(app: &App) -> Result<u64, Error> {
    let stores = app
        .db()
        .read(async |tx| store::stores::list(tx).await)
        .await?;
    let (expired, mut total) = (expired(app.clock().now()), 0);
    for store in stores.into_iter().map(|store| store.id) {
        loop {
            let deleted = app.db().write(async move |tx| {
                store::idempotency_keys::delete_expired(tx, store, expired, PURGE_BATCH).await
            });
            let deleted = deleted.await?;
            total += deleted;
            if deleted < u64::from(PURGE_BATCH) {
                break;
            }
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use customary_model::application_key::Grant;
    use customary_model::id::{ApplicationKeyId, StoreId};
    use customary_model::store::Store;
    use store::Db;
    use store::db::DatabaseUrl;

    use super::*;

    #[tokio::test]
    async fn a_write_that_is_tried_again_and_is_the_first_after_all_is_no_repetition() {
        let now = Timestamp::from_micros(0);
        let db = Db::open(&DatabaseUrl::Memory).await.unwrap();
        store::migrate::migrate(&db, now).await.unwrap();
        let caller = Caller {
            store: StoreId::generate(),
            key: ApplicationKeyId::generate(),
            grant: Grant::ClientCredentials,
            signing_key: 1,
            customer: None,
        };
        let created = db.write(async move |tx| {
            let store = Store {
                id: caller.store,
                name: "Owls".to_owned(),
                created_at: now,
            };
            store::stores::insert(tx, &store).await
        });
        created.await.unwrap();

        let one = Once::new("a-key", &[]).unwrap();
        let other = Once::new("a-key", &[]).unwrap();
        let given_up: Result<(), Error> = db
            .write({
                let (one, other) = (one.clone(), other.clone());
                async move |tx| {
                    one.take(tx, &caller, "first", now).await?;
                    other.take(tx, &caller, "second", now).await
                }
            })
            .await;
        assert!(matches!(given_up, Err(Error::Repeated(id)) if id == "first"));
        assert!(other.was_done());

        let again = other.clone();
        let taken: Result<(), Error> = db
            .write(async move |tx| again.take(tx, &caller, "second", now).await)
            .await;
        taken.unwrap();
        assert!(!other.was_done());
    }
}
