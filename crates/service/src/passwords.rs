//! Customers' passwords: hashed with Argon2id, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
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
        let hash = self.in_turn(move || hash(&password)).await?;
        hash.map(|hash| Secret::new(hash.to_string()))
            .map_err(internal)
    }

    /// Whether the password is the one that was hashed. Without a hash it is not, and finding that
    /// out takes as long: nobody learns from the time who has a password.
    pub(crate) async fn verify(
        &self,
        password: Secret,
        password_hash: Option<Secret>,
    ) -> Result<bool, Error> {
        let is_right = self.in_turn(move || match password_hash {
            Some(stored) => {
                let stored = PasswordHash::new(stored.reveal()).map_err(internal)?;
                let password = password.reveal().as_bytes();
                Ok(Argon2::default().verify_password(password, &stored).is_ok())
            }
            None => hash(&password).map(|_| false).map_err(internal),
        });
        is_right.await?
    }

    /// Does expensive work on a thread of its own when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let value = work();
            drop(permit);
            value
        });
        done.await.map_err(internal)
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

fn hash(password: &Secret) -> Result<PasswordHash, argon2::password_hash::Error> {
    Argon2::default().hash_password(password.reveal().as_bytes())
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!(
        "a password could not be hashed or compared: {error}"
    ))
}
