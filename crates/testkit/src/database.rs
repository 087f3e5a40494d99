//! Databases that a test has for itself.

use customary_model::time::{Clock, Timestamp};
use customary_store::Db;
use customary_store::db::DatabaseUrl;
use customary_store::migrate::migrate;
use tempfile::TempDir;
use uuid::Uuid;

/// 2026-01-01T00:00:00Z, when every test begins.
const START: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

/// Where the tests' PostgreSQL server is.
const POSTGRES: &str = "TEST_DATABASE_URL";

/// One of the two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A schema of its own on the server that `TEST_DATABASE_URL` names.
    Postgres,
}

/// An empty, migrated database.
pub struct TestDatabase {
    /// The open database.
    pub db: Db,
    /// A clock that stands still.
    pub clock: Clock,
    /// Its address, for a second process or instance.
    pub url: String,
    /// Keeps the file until the test ends.
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// A new database.
    ///
    /// # Panics
    /// It cannot be made; for PostgreSQL also when no server is named.
    pub async fn on(engine: Engine) -> Self {
        let database = Self::unmigrated(engine).await;
        migrate(&database.db, database.clock.now())
            .await
            .expect("the database can be migrated");
        database
    }

    /// A new database without any table.
    ///
    /// # Panics
    /// As for [`TestDatabase::on`].
    pub async fn unmigrated(engine: Engine) -> Self {
        let (url, folder) = new_url(engine).await;
        let db = open(&url).await;
        Self {
            db,
            clock: Clock::standing(START),
            url,
            _folder: folder,
        }
    }

    /// The same database, opened once more as another node would.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn again(&self) -> Self {
        Self {
            db: open(&self.url).await,
            clock: self.clock.clone(),
            url: self.url.clone(),
            _folder: None,
        }
    }
}

/// The address of a new, empty database, and the folder that has to live as long as it is used.
///
/// # Panics
/// As for [`TestDatabase::on`].
pub async fn new_url(engine: Engine) -> (String, Option<TempDir>) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a folder can be made");
            (
                format!("sqlite:{}", folder.path().join("test.db").display()),
                Some(folder),
            )
        }
        Engine::Postgres => (new_schema().await, None),
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' only setting")]
async fn new_schema() -> String {
    let server = std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!("{POSTGRES} names no PostgreSQL server: run the tests with `make test`")
    });
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls)
        .await
        .expect("the tests' server answers");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .await
        .expect("a schema can be made");
    drop(client);
    connection
        .await
        .expect("the connection ends")
        .expect("the connection ends well");
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options=-csearch_path%3D{schema}")
}

async fn open(url: &str) -> Db {
    let url: DatabaseUrl = url.parse().expect("the address can be read");
    Db::open(&url).await.expect("the database can be opened")
}
