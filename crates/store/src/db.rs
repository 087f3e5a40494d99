//! The seam between the two engines: open, read, write, and the transaction handed to a unit of
//! work. Above it there is one body and one SQL text for both.

mod counts;
mod groups;
mod postgres;
mod sql;
mod sqlite;
mod value;

use std::fmt;
use std::hash::Hash;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::counters::{self, Additions};
use crate::customers::NewCustomer;
use crate::error::{OpenError, StoreError};

pub(crate) use counts::Counted;
use counts::Counts;
pub use sql::{Sql, numbered};
pub use value::{FromColumn, JsonText, Param, Row};

/// Prepared statements kept per connection.
const STATEMENT_CACHE: usize = 256;

/// After how long a statement is given up. Nothing that a request needs takes so long.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Which database to open.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A file, created when it does not exist.
    SqliteFile(PathBuf),
    /// A database that lives as long as this process.
    Memory,
    /// A PostgreSQL server.
    Postgres(Box<PostgresUrl>),
}

/// The address of a PostgreSQL database. Prints without its password.
#[derive(Clone)]
pub struct PostgresUrl(tokio_postgres::Config);

impl FromStr for DatabaseUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        if text == "sqlite::memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(OpenError(
                    "the database URL names no file: write sqlite:PATH".to_owned(),
                ));
            }
            return Ok(Self::SqliteFile(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let config = text.parse().map_err(|error: tokio_postgres::Error| {
                let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                OpenError(format!("the PostgreSQL URL cannot be read ({reason}): write postgres://USER:PASSWORD@HOST/DATABASE"))
            })?;
            return Ok(Self::Postgres(Box::new(PostgresUrl(config))));
        }
        Err(OpenError(
            "the database URL is neither sqlite:PATH nor postgres://USER:PASSWORD@HOST/DATABASE"
                .to_owned(),
        ))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqliteFile(path) => write!(f, "sqlite:{}", path.display()),
            Self::Memory => f.write_str("sqlite::memory:"),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = match self.0.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(tokio_postgres::config::Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        write!(
            f,
            "postgres://{host}/{}",
            self.0.get_dbname().unwrap_or_default()
        )
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An open database. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Db(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens a database. Its tables are there only after [`crate::migrate::migrate`].
    ///
    /// # Errors
    /// It cannot be opened; the sentence says what to do.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        Ok(Self(match url {
            DatabaseUrl::SqliteFile(path) => Engine::Sqlite(sqlite::Sqlite::open_file(path)?),
            DatabaseUrl::Memory => Engine::Sqlite(sqlite::Sqlite::open_memory()?),
            DatabaseUrl::Postgres(url) => Engine::Postgres(postgres::Postgres::open(url).await?),
        }))
    }

    /// Runs `work` on one consistent state of the database, without changing it.
    ///
    /// Inside `work` nothing may be awaited but the [`Tx`]: SQLite runs it on a thread of its own
    /// from beginning to end.
    ///
    /// # Errors
    /// What `work` returns, or the database's own trouble.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(db) => db.read(READ_TIMEOUT, work).await,
            Engine::Postgres(db) => db.read(None, work).await,
        }
    }

    /// The same for a single statement, without the cost of a transaction. Several of them would each see the
    /// database as it is at their own moment.
    ///
    /// # Errors
    /// As for [`Db::read`].
    pub async fn read_one<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(db) => db.read_one(work).await,
            Engine::Postgres(db) => db.read_one(work).await,
        }
    }

    /// The same for a single statement that may take a while, such as a list: nobody has to wait behind it.
    ///
    /// # Errors
    /// As for [`Db::read`].
    pub async fn read_list<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(db) => db.read(READ_TIMEOUT, work).await,
            Engine::Postgres(db) => db.read_list(work).await,
        }
    }

    /// The same as [`Db::read`], and the database stops when the statements take longer than `limit`: all of them together
    /// on SQLite, each of them on PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::TimedOut`] then; otherwise as for [`Db::read`].
    pub async fn read_within<T, E, F>(&self, limit: Duration, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(db) => db.read(limit, work).await,
            Engine::Postgres(db) => db.read(Some(limit), work).await,
        }
    }

    /// Runs `work` in one transaction: all of it lasts when this returns `Ok`, nothing of it when
    /// it returns `Err`. The rule of [`Db::read`] about awaiting holds here too.
    ///
    /// # Errors
    /// What `work` returns, or the database's own trouble.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let work = async move |tx: &mut Tx<'_>| counted(tx, work).await;
        match &self.0 {
            Engine::Sqlite(db) => db.write(work).await,
            Engine::Postgres(db) => db.write(work).await,
        }
    }

    /// The same for a short unit of work on one record, which may share its transaction, and the wait for the
    /// disk, with units on other records: SQLite's writer does so with every unit, PostgreSQL with these.
    ///
    /// When others in the transaction fail, `work` runs once more, in a transaction of its own.
    ///
    /// # Errors
    /// As for [`Db::write`].
    pub async fn write_record<T, E, F>(&self, record: impl Hash, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let Engine::Postgres(db) = &self.0 else {
            return self.write(work).await;
        };
        let turn = db.groups.turn(record);
        match db.groups.write(&turn, &work).await {
            Some(outcome) => outcome,
            None => self.write(work).await,
        }
    }

    /// Waits for what is under way and lets go of the database, so that its file is left tidy.
    pub async fn close(self) {
        match self.0 {
            Engine::Sqlite(db) => db.close().await,
            Engine::Postgres(db) => db.close().await,
        }
    }
}

async fn counted<T, E, F>(tx: &mut Tx<'_>, work: F) -> Result<T, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    let value = work(tx).await?;
    counters::write(tx).await?;
    Ok(value)
}

/// A transaction, or a consistent state to read from.
pub struct Tx<'a> {
    session: Session<'a>,
    /// What is remembered, for who sees one state of the database and changes nothing.
    counts: Option<&'a Counts>,
    /// The place of its unit of work in a transaction with others.
    seat: Option<&'a groups::Seat>,
    /// What its end adds to counters.
    pub(crate) additions: Additions,
    /// Whether something was changed, or a statement failed.
    is_touched: bool,
}

enum Session<'a> {
    Sqlite(&'a mut rusqlite::Connection),
    Postgres(&'a deadpool_postgres::ClientWrapper),
}

impl<'a> Tx<'a> {
    fn new(session: Session<'a>, counts: Option<&'a Counts>) -> Self {
        Self {
            session,
            counts,
            seat: None,
            additions: Additions::default(),
            is_touched: false,
        }
    }

    /// The first row of a query, decoded.
    ///
    /// # Errors
    /// The database refuses the statement, or the row cannot be decoded.
    pub async fn find<T>(
        &mut self,
        sql: &Sql,
        params: &[Param<'_>],
        decode: fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let found = match &mut self.session {
            Session::Sqlite(connection) => sqlite::find(connection, sql, params, decode),
            Session::Postgres(client) => postgres::find(client, sql, params, decode).await,
        };
        let is_change = |found: &Option<T>| found.is_some() && !sql.is_query();
        self.is_touched |= found.as_ref().map_or(true, is_change);
        found
    }

    /// All rows of a query, decoded. The caller bounds their number.
    ///
    /// # Errors
    /// The database refuses the statement, or a row cannot be decoded.
    pub async fn list<T>(
        &mut self,
        sql: &Sql,
        params: &[Param<'_>],
        decode: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = match &mut self.session {
            Session::Sqlite(connection) => sqlite::list(connection, sql, params, decode),
            Session::Postgres(client) => postgres::list(client, sql, params, decode).await,
        };
        let is_change = |rows: &Vec<T>| !rows.is_empty() && !sql.is_query();
        self.is_touched |= rows.as_ref().map_or(true, is_change);
        rows
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// The database refuses the statement.
    pub async fn execute(&mut self, sql: &Sql, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let changed = match &mut self.session {
            Session::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Session::Postgres(client) => postgres::execute(client, sql, params).await,
        };
        self.is_touched |= changed.as_ref().map_or(true, |rows| *rows > 0);
        changed
    }

    /// Adds a customer together with those of other units of work that share the transaction; returns whether it
    /// was added, which it is not when its address is taken or the store has changed. `None` when this transaction
    /// is not to be shared.
    ///
    /// # Errors
    /// As for [`Tx::execute`], and [`StoreError::Stale`]; nobody's work in this transaction is kept then.
    pub(crate) async fn insert_with_others(
        &mut self,
        customer: impl FnOnce() -> NewCustomer,
    ) -> Option<Result<bool, StoreError>> {
        let added = self.seat?.insert(customer()).await;
        self.is_touched |= *added.as_ref().unwrap_or(&true);
        Some(added)
    }

    /// Runs the statements of a migration.
    pub(crate) async fn batch(&mut self, script: &str) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Sqlite(connection) => sqlite::batch(connection, script),
            Session::Postgres(client) => postgres::batch(client, script).await,
        }
    }

    /// Which engine this is. For `dialect` and `migrate` alone.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.session, Session::Postgres(_))
    }

    /// Whether it sees one state of the database, and changes nothing. For `dialect` alone.
    pub(crate) fn is_snapshot(&self) -> bool {
        self.counts.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_names_its_engine_and_hides_its_password() {
        assert!(
            matches!("sqlite:data/shop.db".parse(), Ok(DatabaseUrl::SqliteFile(path)) if path.ends_with("shop.db"))
        );
        assert!(matches!("sqlite::memory:".parse(), Ok(DatabaseUrl::Memory)));
        let url: DatabaseUrl = "postgres://me:secret@db.example:5433/shop".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.example/shop");
        assert!(!format!("{url:?}").contains("secret"));
        for wrong in [
            "",
            "mysql://x",
            "sqlite:",
            "postgres://me@host/db?nonsense=1",
            "shop.db",
        ] {
            let error = wrong.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(error.contains("URL"), "{wrong}: {error}");
        }
    }
}
