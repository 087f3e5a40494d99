//! Customers' passwords: hashed with Argon2id, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, phc::PasswordHash};
use customary_model::attributes::Patch;
use customary_model::secret::Secret;
use tokio::sync::Semaphore;

use crate::error::Error;

/// Hashes passwords. One hash takes tens of milliseconds and 19 MiB, so that at most half the
/// processors hash at a time and the rest serves other requests.
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            permits: Arc::new(Semaphore::new((processors / 2).max(1))),
        }
    }
}

impl Passwords {
    /// The hash to store, with its salt and parameters.
    pub(crate) async fn hash(&self, password: Secret) -> Result<Secret, Error> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(internal)?;
        let hash = tokio::task::spawn_blocking(move || {
            let hash: Result<PasswordHash, _> =
                Argon2::default().hash_password(password.reveal().as_bytes());
            drop(permit);
            hash.map(|hash| Secret::new(hash.to_string()))
        });
        hash.await.map_err(internal)?.map_err(internal)
    }

    /// What an update says about the hash, from what it says about the password.
    pub(crate) async fn hash_patch(&self, password: Patch<Secret>) -> Result<Patch<Secret>, Error> {
        Ok(match password {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(password) => Patch::Set(self.hash(password).await?),
        })
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a password could not be hashed: {error}"))
}
