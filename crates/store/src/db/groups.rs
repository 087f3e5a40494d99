//! Units of work of several callers in one transaction of PostgreSQL (ADR 14): what SQLite's writer does with
//! savepoints, done with statements of many callers under way at a time.
//!
//! A runner takes who is waiting, begins a transaction and gives everybody a seat in it. They send their statements
//! over its one connection, side by side, and say whether theirs are to be kept; the commit is for all of them.
//! When somebody's work fails after it changed something, nothing is kept, and each does theirs again alone.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

use async_channel::{Receiver, Sender};
use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::sync::oneshot;

use super::postgres::batch;
use super::{Session, Tx};
use crate::counters::{self, Additions};
use crate::error::StoreError;

/// Transactions at a time: one works while the other waits for the disk.
const RUNNERS: usize = 2;

/// Callers in one transaction.
const MAX_SEATS: usize = 64;

/// How long a statement waits for what somebody outside the transaction holds, while all in it wait as well.
const SETTINGS: &str = "SET lock_timeout = 50";

/// The way into transactions with others.
#[derive(Clone)]
pub(super) struct Groups {
    waiting: Sender<oneshot::Sender<Seat>>,
    records: Arc<Records>,
}

/// How many units of work there are for a record, by its hash. What two units of one transaction lock does not keep
/// them from one another, so each record has one unit in them at most.
#[derive(Default)]
struct Records {
    hasher: RandomState,
    units: Mutex<HashMap<u64, usize>>,
}

/// A unit of work for a record, from beginning to end.
pub(super) struct Turn {
    records: Arc<Records>,
    record: u64,
    is_only: bool,
}

/// A place in a transaction.
struct Seat {
    client: Arc<ClientWrapper>,
    vote: oneshot::Sender<Vote>,
}

/// What becomes of a unit of work that succeeded, or changed nothing. From one that failed there is none.
struct Vote {
    additions: Additions,
    /// Hears of the end: nothing when the transaction was rolled back.
    committed: oneshot::Sender<Result<(), StoreError>>,
}

impl Groups {
    pub(super) fn start(pool: &Pool) -> Self {
        let (waiting, next) = async_channel::bounded(MAX_SEATS);
        for _ in 0..RUNNERS {
            tokio::spawn(run(pool.clone(), next.clone()));
        }
        let records = Arc::default();
        Self { waiting, records }
    }

    pub(super) fn close(&self) {
        self.waiting.close();
    }

    /// Begins a unit of work for a record.
    pub(super) fn turn(&self, record: impl Hash) -> Turn {
        let record = self.records.hasher.hash_one(record);
        let records = Arc::clone(&self.records);
        let units = records.change(record, |units| *units += 1);
        Turn {
            record,
            is_only: units == 1,
            records,
        }
    }

    /// Runs `work` in a transaction with others. `None` when there was none to be had, or nothing of it was kept.
    pub(super) async fn write<T, E, F>(&self, turn: &Turn, work: &F) -> Option<Result<T, E>>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        if !turn.is_only {
            return None;
        }
        let (seat, seated) = oneshot::channel();
        self.waiting.send(seat).await.ok()?;
        let Seat { client, vote } = seated.await.ok()?;
        let mut tx = Tx::new(Session::Postgres(&client), None);
        let outcome = work(&mut tx).await;
        if outcome.is_err() && tx.is_touched {
            return None;
        }
        let (committed, ended) = oneshot::channel();
        let additions = tx.additions;
        let vote = vote.send(Vote {
            additions,
            committed,
        });
        vote.ok()?;
        Some(ended.await.ok()?.map_err(E::from).and(outcome))
    }
}

impl Records {
    /// Changes how many units a record has, and returns that.
    fn change(&self, record: u64, change: impl FnOnce(&mut usize)) -> usize {
        let mut all = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        let units = all.entry(record).or_default();
        change(units);
        let units = *units;
        if units == 0 {
            all.remove(&record);
        }
        units
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.records.change(self.record, |units| *units -= 1);
    }
}

/// Runs transactions for whoever waits, one after the other.
async fn run(pool: Pool, waiting: Receiver<oneshot::Sender<Seat>>) {
    let mut connection = None;
    while let Ok(first) = waiting.recv().await {
        let mut callers = vec![first];
        while callers.len() < MAX_SEATS
            && let Ok(next) = waiting.try_recv()
        {
            callers.push(next);
        }
        if connection.is_none() {
            connection = connect(&pool).await;
        }
        // Without one, each of them asks for a connection of their own and hears what is the matter.
        if let Some(client) = &connection
            && transaction(client, callers).await.is_err()
        {
            connection = None;
        }
    }
}

async fn connect(pool: &Pool) -> Option<Arc<ClientWrapper>> {
    let client = Object::take(pool.get().await.ok()?);
    batch(&client, SETTINGS).await.ok()?;
    Some(Arc::new(client))
}

/// # Errors
/// The connection is not to be used any more.
async fn transaction(
    client: &Arc<ClientWrapper>,
    callers: Vec<oneshot::Sender<Seat>>,
) -> Result<(), StoreError> {
    let seat = |caller: oneshot::Sender<Seat>| {
        let (vote, voted) = oneshot::channel();
        let client = Arc::clone(client);
        // Who no longer waits has no seat, and no say.
        caller.send(Seat { client, vote }).ok().map(|()| voted)
    };
    let votes = async { futures::future::join_all(callers.into_iter().filter_map(seat)).await };
    // Their statements do not wait for the answer to this.
    let (begun, votes) = futures::join!(batch(client, "BEGIN"), votes);
    let votes: Result<Vec<Vote>, _> = votes.into_iter().collect();
    let Ok(votes) = votes else {
        return batch(client, "ROLLBACK").await;
    };
    let mut tx = Tx::new(Session::Postgres(client), None);
    let mut callers = Vec::with_capacity(votes.len());
    for vote in votes {
        callers.push(vote.committed);
        tx.additions.add_all(vote.additions);
    }
    if begun.and(counters::write(&mut tx).await).is_err() {
        return batch(client, "ROLLBACK").await;
    }
    let committed = batch(client, "COMMIT").await;
    for caller in callers {
        // The caller may have gone away, which is its own affair.
        let _ = caller.send(committed.clone());
    }
    committed
}
