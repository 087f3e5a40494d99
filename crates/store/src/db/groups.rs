//! Units of work of several callers in one transaction of PostgreSQL (ADR 14): what SQLite's writer does with
//! savepoints, done with statements of many callers under way at a time.
//!
//! A runner takes who is waiting, begins a transaction and gives everybody a seat in it. They send their statements
//! over its one connection, side by side, and say whether theirs are to be kept; the commit is for all of them.
//! When somebody's work fails after it changed something, nothing is kept, and each does theirs again alone.
//!
//! Customers that they add to a store are rows of one statement. It goes when everybody has either ended or waits
//! for it.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

use async_channel::{Receiver, Sender};
use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::sync::{mpsc, oneshot};

use super::postgres::batch;
use super::{Session, Tx};
use crate::counters::{self, Additions};
use crate::customers::{self, NewCustomer};
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

/// A place in a transaction. Whoever has it ends with a vote, or spoils the transaction by leaving without.
pub(super) struct Seat {
    client: Arc<ClientWrapper>,
    steps: mpsc::Sender<Step>,
    vote: Option<Vote>,
}

/// What the runner hears of those who are seated.
enum Step {
    Insert(Insert),
    Ended(Option<Vote>),
}

/// A customer to be added with those of others.
struct Insert {
    customer: NewCustomer,
    /// Hears whether it was added.
    added: oneshot::Sender<Result<bool, StoreError>>,
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
        let seat = seated.await.ok()?;
        let mut tx = Tx::new(Session::Postgres(&seat.client), None);
        tx.seat = Some(&seat);
        let outcome = work(&mut tx).await;
        if outcome.is_err() && tx.is_touched {
            return None;
        }
        let additions = tx.additions;
        let ended = seat.vote(additions);
        Some(ended.await.ok()?.map_err(E::from).and(outcome))
    }
}

impl Seat {
    /// Adds a customer with those of the others; returns whether it was added, as [`Tx::insert_with_others`] does.
    pub(super) async fn insert(&self, customer: NewCustomer) -> Result<bool, StoreError> {
        let (added, answer) = oneshot::channel();
        let given_up = || StoreError::Busy("a shared transaction was given up".to_owned());
        let insert = Insert { customer, added };
        let sent = self.steps.send(Step::Insert(insert)).await;
        sent.map_err(|_| given_up())?;
        answer.await.map_err(|_| given_up())?
    }

    /// Ends, and asks for what was done to be kept.
    fn vote(mut self, additions: Additions) -> oneshot::Receiver<Result<(), StoreError>> {
        let (committed, ended) = oneshot::channel();
        self.vote = Some(Vote {
            additions,
            committed,
        });
        ended
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // There is always room, and a runner that is gone need not hear it.
        let _ = self.steps.try_send(Step::Ended(self.vote.take()));
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
        // Whoever is about to come is let in, too.
        tokio::task::yield_now().await;
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
    // Their statements do not wait for the answer to this, which is sent before they have their seats.
    let (begun, votes) = futures::join!(batch(client, "BEGIN"), hold(client, callers));
    let Some(votes) = votes else {
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

/// Gives everybody a seat, and waits until all have ended. Adds their customers meanwhile. `None` when somebody left
/// without a vote.
async fn hold(
    client: &Arc<ClientWrapper>,
    callers: Vec<oneshot::Sender<Seat>>,
) -> Option<Vec<Vote>> {
    let seated = callers.len();
    // Of each, one customer is under way at most, and the end.
    let (steps, mut told) = mpsc::channel(2 * seated);
    for caller in callers {
        let seat = Seat {
            client: Arc::clone(client),
            steps: steps.clone(),
            vote: None,
        };
        // Who no longer waits has changed nothing.
        if let Err(seat) = caller.send(seat) {
            drop(seat.vote(Additions::default()));
        }
    }
    drop(steps);
    let (mut votes, mut inserts) = (Vec::with_capacity(seated), Vec::new());
    while votes.len() < seated {
        match told.recv().await? {
            Step::Insert(insert) => inserts.push(insert),
            Step::Ended(vote) => votes.push(vote),
        }
        if !inserts.is_empty() && votes.len() + inserts.len() == seated {
            insert(client, std::mem::take(&mut inserts)).await;
        }
    }
    votes.into_iter().collect()
}

/// Adds customers, of whatever stores, with a statement for each store, and tells everybody about theirs.
async fn insert(client: &ClientWrapper, inserts: Vec<Insert>) {
    let mut stores: HashMap<_, Vec<Insert>> = HashMap::new();
    for insert in inserts {
        let store = (insert.customer.store, insert.customer.seen);
        stores.entry(store).or_default().push(insert);
    }
    for inserts in stores.into_values() {
        let (new, waiting): (Vec<_>, Vec<_>) = inserts
            .into_iter()
            .map(|insert| (insert.customer, insert.added))
            .unzip();
        let mut tx = Tx::new(Session::Postgres(client), None);
        let added = customers::insert_together(&mut tx, &new).await;
        for (customer, waiting) in new.iter().zip(waiting) {
            let added = added.as_ref().map_err(Clone::clone);
            let _ = waiting.send(added.map(|added| added.contains(&customer.customer.id)));
        }
    }
}
