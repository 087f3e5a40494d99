//! Customers' passwords: hashed with Argon2id, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use customary_model::attributes::Patch;
use customary_model::secret::Secret;
use tokio::sync::Semaphore;

use crate::error::Error;

/// How many wait for their turn before the next one is told to come again.
const MAX_WAITING: usize = 256;

/// Hashes and compares passwords. One hash takes tens of milliseconds and 19 MiB, so that only some of the
/// processors do that at a time and the rest serves other requests. Those who sign in and those who set
/// a password do not wait for each other: anybody can try to sign in.
pub(crate) struct Passwords {
    comparing: Lane,
    setting: Lane,
}

/// Work that waits for its turn.
struct Lane {
    places: Semaphore,
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            comparing: Lane::new(processors / 2),
            setting: Lane::new(processors / 4),
        }
    }
}

impl Passwords {
    /// The hash to store, with its salt and parameters.
    pub(crate) async fn hash(&self, password: Secret) -> Result<Secret, Error> {
        let hash = self.setting.run(move || hash(&password)).await?;
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
        let is_right = self.comparing.run(move || match password_hash {
            Some(stored) => {
                let stored = PasswordHash::new(stored.reveal()).map_err(internal)?;
                let password = password.reveal().as_bytes();
                Ok(Argon2::default().verify_password(password, &stored).is_ok())
            }
            None => hash(&password).map(|_| false).map_err(internal),
        });
        is_right.await?
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

impl Lane {
    fn new(threads: usize) -> Self {
        Self {
            places: Semaphore::new(MAX_WAITING),
            permits: Arc::new(Semaphore::new(threads.max(1))),
        }
    }

    /// Does expensive work on a thread of its own when it is its turn.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait already.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self
            .places
            .try_acquire()
            .map_err(|_| Error::Unavailable("too many passwords wait for their turn".to_owned()))?;
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let value = work();
            drop(permit);
            value
        });
        done.await.map_err(internal)
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn when_too_many_wait_the_next_one_is_told_to_come_again() {
        let lane = Arc::new(Lane::new(1));
        let (go, gate) = mpsc::channel::<()>();
        let (arrived, mut here) = tokio::sync::mpsc::channel(1);
        let first = tokio::spawn({
            let lane = Arc::clone(&lane);
            async move {
                lane.run(move || {
                    arrived.blocking_send(()).unwrap();
                    gate.recv().unwrap();
                })
                .await
            }
        });
        here.recv().await.unwrap();
        let mut waiting: Vec<_> = (1..MAX_WAITING)
            .map(|_| Box::pin(lane.run(|| ())))
            .collect();
        for place in &mut waiting {
            assert!(poll_once(place.as_mut()).is_pending());
        }
        assert!(matches!(lane.run(|| ()).await, Err(Error::Unavailable(_))));
        go.send(()).unwrap();
        first.await.unwrap().unwrap();
        for place in waiting {
            place.await.unwrap();
        }
    }

    fn poll_once<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> std::task::Poll<T> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
