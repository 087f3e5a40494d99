//! SQLite: one thread that writes, several that read, and one that keeps the log short. What is found by one
//! statement is read by whoever asks for it.
//!
//! The writer takes what is queued into one transaction, each unit of work in a savepoint of its
//! own, and answers only after the one commit: concurrent writers share the wait for the disk
//! (group commit), and one that fails fails alone.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use async_channel::{Receiver, Sender};
use futures::FutureExt;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter};
use tokio::sync::oneshot;

use super::counts::Counts;
use super::value::{Row, Source};
use super::{Param, READ_TIMEOUT, STATEMENT_CACHE, Session, Sql, Tx};
use crate::error::{OpenError, StoreError};

/// Units of work that may wait for the writer, or for a reader, before callers have to.
const QUEUE_LENGTH: usize = 1024;

/// Units of work in one transaction of the writer.
const MAX_BATCH: usize = 512;

/// How long to wait for another process that holds the file, such as a command line.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Steps of a statement between two looks at the clock: a fraction of a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 4_096;

const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);

/// Pages of the log (4 KiB each) from which on it is cut off when nothing is written.
const TRUNCATE_AT_PAGES: i64 = 16_384;

/// Pages of the log from which on it is begun anew while more is written, which costs the writer a moment.
const RESTART_AT_PAGES: i64 = 65_536;

/// How long the writer waits for readers of the log that it wants to begin anew.
const RESTART_TIMEOUT: Duration = Duration::from_millis(50);

/// Every connection: map as much of the file as SQLite can, 2 GB, which all of them share; and hold 12 MB of what is
/// in the log or lies behind that.
const PRAGMAS: &str = "PRAGMA foreign_keys = ON; PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -12000; \
                       PRAGMA temp_store = MEMORY;";

/// The writer's: an acknowledged write survives a power cut, and checkpoints happen elsewhere. It holds 32 MB of
/// pages that it has changed before it writes some of them twice.
const WRITER_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; \
                              PRAGMA cache_size = -32000;";

/// A unit of work on its way to a thread. Dropped before it ran, it tells its caller so.
type Job = Box<dyn FnOnce(&mut Connection) -> Done + Send>;

/// A unit of work that has run: whether to keep what it did, and how to tell its caller.
struct Done {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

#[derive(Clone)]
pub(super) struct Sqlite {
    writer: Sender<Job>,
    /// Without readers of their own, reads go to the writer.
    readers: Option<Sender<Job>>,
    spare: Spare,
    counts: Arc<Counts>,
    /// Closes when every thread has let go of the file.
    ended: Receiver<()>,
}

impl Sqlite {
    pub(super) fn open_file(path: &Path) -> Result<Self, OpenError> {
        let failed = |error: &dyn fmt::Display| {
            let path = path.display();
            OpenError(format!(
                "cannot open the database file {path}: {error}; check that its folder exists and can be written to, \
                 or name another file with --database sqlite:PATH"
            ))
        };
        let open = |flags: OpenFlags| {
            let connection =
                Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            prepare(connection)
        };
        let connection = open(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(|error| failed(&error))?;
        connection
            .execute_batch(WRITER_PRAGMAS)
            .map_err(|error| failed(&error))?;
        let checkpointer =
            open(OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| failed(&error))?;
        let mut threads = Threads::new();
        let spare = Spare::default();
        let (readers, reader_jobs) = async_channel::bounded(QUEUE_LENGTH);
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            let quick = open(OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| failed(&error))?;
            spare.put(quick);
            let reader = open(OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| failed(&error))?;
            let jobs = reader_jobs.clone();
            let started = threads.spawn("sqlite-read", move || read_loop(reader, &jobs));
            started.map_err(|error| failed(&error))?;
        }
        let (writing, stopped) = mpsc::channel::<()>();
        let is_long = Arc::<AtomicBool>::default();
        let started = threads.spawn("sqlite-checkpoint", {
            let is_long = Arc::clone(&is_long);
            move || checkpoint_loop(&checkpointer, &is_long, &stopped)
        });
        started.map_err(|error| failed(&error))?;
        let (writer, jobs) = async_channel::bounded(QUEUE_LENGTH);
        let started = threads.spawn("sqlite-write", move || {
            write_loop(connection, &jobs, &is_long);
            drop(writing);
        });
        started.map_err(|error| failed(&error))?;
        Ok(Self {
            writer,
            readers: Some(readers),
            spare,
            counts: Arc::default(),
            ended: threads.ended,
        })
    }

    pub(super) fn open_memory() -> Result<Self, OpenError> {
        let failed = |error: &dyn fmt::Display| {
            OpenError(format!("cannot open a database in memory: {error}"))
        };
        let connection = Connection::open_in_memory()
            .and_then(prepare)
            .map_err(|error| failed(&error))?;
        let mut threads = Threads::new();
        let (writer, jobs) = async_channel::bounded(QUEUE_LENGTH);
        let started = threads.spawn("sqlite-write", move || {
            let has_long_log = AtomicBool::new(false);
            write_loop(connection, &jobs, &has_long_log);
        });
        started.map_err(|error| failed(&error))?;
        Ok(Self {
            writer,
            readers: None,
            spare: Spare::default(),
            counts: Arc::default(),
            ended: threads.ended,
        })
    }

    /// On the caller's own thread, where a statement that finds a row by an index takes a fraction of the time
    /// of two threads that tell each other of it (ADR 11).
    pub(super) async fn read_one<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self.spare.take() {
            Some(mut lent) => run_at_once(lent.connection(), None, work),
            None => self.read(READ_TIMEOUT, work).await,
        }
    }

    /// Statements that take longer than `limit` are given up.
    pub(super) async fn read<T, E, F>(&self, limit: Duration, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => submit(readers, Some(limit), Some(&self.counts), work).await,
            None => submit(&self.writer, Some(limit), None, work).await,
        }
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        submit(&self.writer, None, None, work).await
    }

    pub(super) async fn close(self) {
        self.writer.close();
        if let Some(readers) = &self.readers {
            readers.close();
        }
        self.spare.close();
        // Nothing is ever sent: this ends when the last thread drops its end.
        let _ = self.ended.recv().await;
    }
}

/// Sends a unit of work to the thread behind `queue` and waits for its answer.
async fn submit<T, E, F>(
    queue: &Sender<Job>,
    limit: Option<Duration>,
    counts: Option<&Arc<Counts>>,
    work: F,
) -> Result<T, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let counts = counts.cloned();
    let job: Job = Box::new(move |connection| {
        if answer.is_closed() {
            // Nobody waits for it any more, and nobody was told that it was done.
            return Done {
                keep: false,
                answer: Box::new(drop),
            };
        }
        // A panic must not take the thread with it, nor the units of work beside this one.
        let result = catch_unwind(AssertUnwindSafe(|| {
            set_deadline(connection, limit.map(|limit| Instant::now() + limit))?;
            run_at_once(connection, counts.as_deref(), work)
        }));
        let lifted = set_deadline(connection, None).map_err(E::from);
        let result = result.unwrap_or_else(|_| {
            Err(E::from(StoreError::Driver(
                "a unit of work panicked".to_owned(),
            )))
        });
        let result = lifted.and(result);
        Done {
            keep: result.is_ok(),
            answer: Box::new(move |committed| {
                // The caller may have gone away, which is its own affair.
                let _ = answer.send(committed.map_err(E::from).and(result));
            }),
        }
    });
    let lost = |what: &str| StoreError::Busy(format!("the database thread {what}"));
    queue.send(job).await.map_err(|_| lost("has ended"))?;
    answered
        .await
        .unwrap_or_else(|_| Err(lost("gave the work up").into()))
}

fn run_at_once<T, E, F>(
    connection: &mut Connection,
    counts: Option<&Counts>,
    work: F,
) -> Result<T, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
{
    let session = Session::Sqlite(connection);
    let done = work(&mut Tx::new(session, counts)).now_or_never();
    done.expect("a unit of work awaits nothing but its transaction")
}

/// Connections that anybody may use for a moment.
#[derive(Clone, Default)]
struct Spare(Arc<Mutex<Vec<Connection>>>);

/// A connection that goes back when it is no longer used.
struct Lent<'a> {
    connection: Option<Connection>,
    spare: &'a Spare,
}

impl Spare {
    fn take(&self) -> Option<Lent<'_>> {
        let connection = Some(self.connections().pop()?);
        let spare = self;
        Some(Lent { connection, spare })
    }

    fn put(&self, connection: Connection) {
        self.connections().push(connection);
    }

    fn close(&self) {
        self.connections().clear();
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("only dropping takes the connection away")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.spare.put(connection);
        }
    }
}

/// Makes statements stop at a time, or at none.
fn set_deadline(connection: &mut Connection, deadline: Option<Instant>) -> Result<(), StoreError> {
    let is_over = deadline.map(|deadline| move || Instant::now() >= deadline);
    connection
        .progress_handler(STEPS_BETWEEN_LOOKS, is_over)
        .map_err(store_error)
}

fn write_loop(mut connection: Connection, jobs: &Receiver<Job>, is_log_long: &AtomicBool) {
    while let Ok(first) = jobs.recv_blocking() {
        if is_log_long.swap(false, Ordering::Relaxed) {
            restart_log(&connection);
        }
        let mut batch = vec![first];
        while batch.len() < MAX_BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let mut done = Vec::with_capacity(batch.len());
        let committed = write_batch(&mut connection, batch, &mut done);
        if let Err(error) = &committed {
            tracing::error!("a transaction failed and was rolled back: {error}");
        }
        for Done { answer, .. } in done {
            answer(committed.clone());
        }
    }
}

fn write_batch(
    connection: &mut Connection,
    batch: Vec<Job>,
    done: &mut Vec<Done>,
) -> Result<(), StoreError> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcome = write_jobs(connection, batch, done).and_then(|()| run(connection, "COMMIT"));
    if outcome.is_err() && !connection.is_autocommit() {
        // Nothing is left to say if this fails too: the next transaction will find out.
        let _ = run(connection, "ROLLBACK");
    }
    outcome
}

fn write_jobs(
    connection: &mut Connection,
    batch: Vec<Job>,
    done: &mut Vec<Done>,
) -> Result<(), StoreError> {
    for job in batch {
        run(connection, "SAVEPOINT unit")?;
        let finished = job(connection);
        let keep = finished.keep;
        done.push(finished);
        // A full disk makes SQLite roll back everything at once; then nothing of the batch stands.
        if connection.is_autocommit() {
            return Err(StoreError::Driver(
                "the whole transaction was rolled back".to_owned(),
            ));
        }
        if !keep {
            run(connection, "ROLLBACK TO unit")?;
        }
        run(connection, "RELEASE unit")?;
    }
    Ok(())
}

fn read_loop(mut connection: Connection, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv_blocking() {
        let begun = run(&connection, "BEGIN");
        let done = job(&mut connection);
        let ended = run(&connection, "COMMIT");
        (done.answer)(begun.and(ended));
    }
}

/// Copies the log into the file, so that no commit has to wait for it.
///
/// While it is copied more is written, so it would grow for as long as that goes on. The writer is told to end
/// that (`is_log_long`) once most of the work is done.
fn checkpoint_loop(
    connection: &Connection,
    is_log_long: &AtomicBool,
    stopped: &mpsc::Receiver<()>,
) {
    // Cutting the log off needs a moment without readers or a writer. Without one it is left for
    // the next time: waiting would keep every writer waiting too.
    if let Err(error) = connection.busy_timeout(Duration::ZERO) {
        tracing::warn!("checkpoints may keep writers waiting: {error}");
    }
    let mut before = 0;
    while stopped.recv_timeout(CHECKPOINT_INTERVAL) == Err(mpsc::RecvTimeoutError::Timeout) {
        let pages = checkpoint(connection, "PASSIVE");
        if pages > TRUNCATE_AT_PAGES && pages == before {
            checkpoint(connection, "TRUNCATE");
        } else if pages > RESTART_AT_PAGES {
            // What came meanwhile, which is less.
            checkpoint(connection, "PASSIVE");
            is_log_long.store(true, Ordering::Relaxed);
        }
        before = pages;
    }
}

/// Copies the rest of the log, so that the next transaction is written to its beginning. That also costs the disk
/// less than a file that grows.
fn restart_log(connection: &Connection) {
    let set = connection.busy_timeout(RESTART_TIMEOUT);
    checkpoint(connection, "RESTART");
    if let Err(error) = set.and(connection.busy_timeout(BUSY_TIMEOUT)) {
        tracing::warn!("the writer may wait too long, or not long enough: {error}");
    }
}

/// Returns how many pages the log has.
fn checkpoint(connection: &Connection, mode: &str) -> i64 {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let pages = connection.query_row(&sql, [], |row| row.get(1));
    pages.unwrap_or_else(|error| {
        tracing::warn!("the log of the database could not be copied into its file: {error}");
        0
    })
}

pub(super) fn find<T>(
    connection: &Connection,
    sql: &Sql,
    params: &[Param<'_>],
    decode: fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection
        .prepare_cached(sql.sqlite())
        .map_err(store_error)?;
    let mut rows = statement
        .query(params_from_iter(params))
        .map_err(store_error)?;
    let row = rows.next().map_err(store_error)?;
    row.map(|row| decode(&Row::new(Source::Sqlite(row), sql.sqlite())))
        .transpose()
}

pub(super) fn list<T>(
    connection: &Connection,
    sql: &Sql,
    params: &[Param<'_>],
    mut decode: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection
        .prepare_cached(sql.sqlite())
        .map_err(store_error)?;
    let mut rows = statement
        .query(params_from_iter(params))
        .map_err(store_error)?;
    let mut list = Vec::new();
    while let Some(row) = rows.next().map_err(store_error)? {
        list.push(decode(&Row::new(Source::Sqlite(row), sql.sqlite()))?);
    }
    Ok(list)
}

pub(super) fn execute(
    connection: &Connection,
    sql: &Sql,
    params: &[Param<'_>],
) -> Result<u64, StoreError> {
    let mut statement = connection
        .prepare_cached(sql.sqlite())
        .map_err(store_error)?;
    let changed = statement
        .execute(params_from_iter(params))
        .map_err(store_error)?;
    Ok(changed as u64)
}

pub(super) fn batch(connection: &Connection, script: &str) -> Result<(), StoreError> {
    connection.execute_batch(script).map_err(store_error)
}

fn run(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(statement).map_err(store_error)?;
    statement.execute([]).map(drop).map_err(store_error)
}

fn prepare(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(PRAGMAS)?;
    // PostgreSQL's name for the order of code points, for expressions that no column lends its own.
    connection.create_collation("C", |a: &str, b: &str| a.cmp(b))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Otherwise every new value makes SQLite think a statement over whose table has partial indexes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// The threads of one database, and how to know that all of them have ended.
struct Threads {
    running: Sender<()>,
    ended: Receiver<()>,
}

impl Threads {
    fn new() -> Self {
        let (running, ended) = async_channel::bounded(1);
        Self { running, ended }
    }

    fn spawn(
        &mut self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), std::io::Error> {
        let running = self.running.clone();
        let thread = thread::Builder::new().name(name.to_owned());
        let started = thread.spawn(move || {
            work();
            drop(running);
        });
        started.map(drop)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the end of the error, and easy to name in `map_err`"
)]
fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) if is_unique(&error) => {
            StoreError::Conflict(error.to_string())
        }
        Some(ErrorCode::OperationInterrupted) => StoreError::TimedOut,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy(error.to_string())
        }
        _ => StoreError::Driver(error.to_string()),
    }
}

fn is_unique(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
        || code == Some(rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
}

#[cfg(test)]
mod tests {
    use customary_testkit::{Engine, new_url, tokio};

    use super::*;
    use crate::db::DatabaseUrl;

    #[tokio::test]
    async fn a_long_log_is_begun_anew_unless_somebody_reads_from_it() {
        let (url, _folder) = new_url(Engine::Sqlite).await;
        let Ok(DatabaseUrl::SqliteFile(path)) = url.parse() else {
            panic!("{url} names no file");
        };
        let open = || {
            let connection = prepare(Connection::open(&path).unwrap()).unwrap();
            connection.execute_batch(WRITER_PRAGMAS).unwrap();
            connection
        };
        let reader = open();
        reader.execute_batch("CREATE TABLE texts (text)").unwrap();
        // Returns how long the log is after a megabyte more.
        let write = |is_log_long| {
            let (writer, jobs) = async_channel::bounded(1);
            let job: Job = Box::new(|connection| {
                let sql = "INSERT INTO texts VALUES (zeroblob(1000000))";
                connection.execute_batch(sql).unwrap();
                Done {
                    keep: true,
                    answer: Box::new(|committed| committed.unwrap()),
                }
            });
            assert!(writer.try_send(job).is_ok());
            writer.close();
            write_loop(open(), &jobs, &AtomicBool::new(is_log_long));
            let log = format!("{}-wal", path.display());
            std::fs::metadata(log).unwrap().len()
        };
        assert!(write(false) > 1_000_000);
        let length = write(false);
        assert!(length > 2_000_000);
        assert_eq!(write(true), length);
        let count = "SELECT count(*) FROM texts";
        let count = || {
            reader
                .query_row(count, [], |row| row.get::<_, i64>(0))
                .unwrap()
        };
        run(&reader, "BEGIN").unwrap();
        assert_eq!(count(), 3);
        write(true);
        assert!(write(true) > length);
        assert_eq!(count(), 3);
        run(&reader, "COMMIT").unwrap();
        assert_eq!(count(), 5);
    }
}
