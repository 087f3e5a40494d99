//! PostgreSQL: a pool of connections for transactions, and a few that single statements share. Statements are
//! prepared once per connection.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::sync::Mutex;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::counts::Counts;
use super::groups::Groups;
use super::value::{Row, Source};
use super::{Param, PostgresUrl, READ_TIMEOUT, STATEMENT_CACHE, Session, Sql, Tx};
use crate::error::{OpenError, StoreError};

/// Connections for the transactions of one node: enough to keep a database busy, few enough for several nodes.
const POOL_SIZE: usize = 16;

/// Connections that single statements of one node share, each of them busy with many at a time: one can keep
/// one processor of the database busy.
const LANES: usize = 2;

/// How long a request waits for a connection, and a connection for the server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// After how many milliseconds it gives up waiting for a row that another transaction holds.
const LOCK_TIMEOUT_MS: u32 = 5_000;

/// The oldest server with everything that the statements use.
const OLDEST_VERSION: u32 = 15;

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool,
    lanes: Arc<Lanes>,
    pub(super) groups: Groups,
    counts: Arc<Counts>,
}

/// Shared connections, which are opened when they are needed.
#[derive(Default)]
struct Lanes {
    clients: [Mutex<Option<Arc<ClientWrapper>>>; LANES],
    next: AtomicUsize,
}

impl Postgres {
    pub(super) async fn open(url: &PostgresUrl) -> Result<Self, OpenError> {
        let mut config = url.0.clone();
        let options = config.get_options().unwrap_or_default();
        config.options(format!(
            "{options} -c statement_timeout={} -c lock_timeout={LOCK_TIMEOUT_MS}",
            READ_TIMEOUT.as_millis()
        ));
        config.application_name("customary");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        // Without a certificate to check, encryption keeps out nobody who can answer in the
        // server's place; so it is either asked for and checked, or not used.
        let manager = if config.get_ssl_mode() == SslMode::Require {
            Manager::from_config(config, MakeRustlsConnect::new(tls_config()?), recycling)
        } else {
            config.ssl_mode(SslMode::Disable);
            Manager::from_config(config, NoTls, recycling)
        };
        let pool = Pool::builder(manager)
            .max_size(POOL_SIZE)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .wait_timeout(Some(CONNECT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .build()
            .map_err(|error| OpenError(error.to_string()))?;
        let (lanes, counts) = Default::default();
        let groups = Groups::start(&pool);
        let db = Self {
            pool,
            lanes,
            groups,
            counts,
        };
        db.check(url).await?;
        Ok(db)
    }

    /// Connects once, so that a wrong address is known now and not at the first request.
    async fn check(&self, url: &PostgresUrl) -> Result<(), OpenError> {
        let failed = |reason: String| {
            OpenError(format!(
                "cannot open {url}: {reason}; check that the server runs and the URL is right"
            ))
        };
        let client = self.pool.get().await;
        let client = client.map_err(|error| failed(plain(&error)))?;
        let version = client
            .query_one("SHOW server_version_num", &[])
            .await
            .map_err(|error| failed(plain(&error)))?;
        let version: u32 = version.get::<_, String>(0).parse().unwrap_or_default();
        if version / 10_000 < OLDEST_VERSION {
            return Err(OpenError(format!(
                "{url} runs PostgreSQL {}, which is too old: use version {OLDEST_VERSION} or newer",
                version / 10_000
            )));
        }
        Ok(())
    }

    /// Each statement is a transaction of its own.
    pub(super) async fn read_one<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let client = self.lane().await?;
        let session = Session::Postgres(&client);
        let counts = None;
        work(&mut Tx::new(session, counts)).await
    }

    /// The same on a connection that no other has meanwhile.
    pub(super) async fn read_list<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut lease = self.client().await?;
        let (session, counts) = (Session::Postgres(lease.client()), Some(&*self.counts));
        let outcome = work(&mut Tx::new(session, counts)).await;
        lease.returned = true;
        outcome
    }

    /// A `limit` is for each statement, instead of the usual one.
    pub(super) async fn read<T, E, F>(&self, limit: Option<Duration>, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned();
        if let Some(limit) = limit {
            // Zero would mean no limit.
            let limit = limit.as_millis().max(1);
            begin = format!("{begin}; SET LOCAL statement_timeout = {limit}");
        }
        let lease = self.client().await?;
        let client = lease.client();
        // The first statement does not wait for the answer to this.
        let (session, counts) = (Session::Postgres(client), Some(&*self.counts));
        let work = async { work(&mut Tx::new(session, counts)).await };
        let (begun, outcome) = futures::join!(batch(client, &begin), work);
        lease.give_back().await;
        begun.map_err(E::from).and(outcome)
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut lease = self.client().await?;
        let client = lease.client();
        batch(client, "BEGIN").await?;
        let (session, counts) = (Session::Postgres(client), None);
        let outcome = work(&mut Tx::new(session, counts)).await;
        let end = if outcome.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        let ended = batch(client, end).await;
        lease.returned = ended.is_ok();
        let value = outcome?;
        ended?;
        Ok(value)
    }

    pub(super) async fn close(self) {
        self.groups.close();
        self.pool.close();
        for lane in &self.lanes.clients {
            lane.lock().await.take();
        }
    }

    async fn client(&self) -> Result<Lease, StoreError> {
        Ok(Lease {
            client: Some(self.connect().await?),
            returned: false,
        })
    }

    async fn connect(&self) -> Result<deadpool_postgres::Client, StoreError> {
        let client = self.pool.get().await;
        client.map_err(|error| StoreError::Busy(plain(&error)))
    }

    /// A connection that others use too.
    async fn lane(&self) -> Result<Arc<ClientWrapper>, StoreError> {
        let index = self.lanes.next.fetch_add(1, Ordering::Relaxed) % LANES;
        let mut lane = self.lanes.clients[index].lock().await;
        if let Some(client) = lane.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(Object::take(self.connect().await?));
        *lane = Some(Arc::clone(&client));
        Ok(client)
    }
}

/// A connection that goes back to the pool only when its work has ended. A request that is given up
/// in the middle leaves a statement running, and nobody should have to wait behind that.
struct Lease {
    client: Option<deadpool_postgres::Client>,
    returned: bool,
}

impl Lease {
    fn client(&self) -> &ClientWrapper {
        self.client
            .as_ref()
            .expect("only dropping takes the connection away")
    }

    /// Tells the server to end a transaction that has changed nothing, and does not wait for the answer: whoever
    /// has the connection next comes after that.
    async fn give_back(mut self) {
        {
            let end = pin!(batch(self.client(), "ROLLBACK"));
            let _ = futures::poll!(end);
        }
        self.returned = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(client) = self.client.take().filter(|_| !self.returned) {
            drop(Object::take(client));
        }
    }
}

pub(super) async fn find<T>(
    client: &ClientWrapper,
    sql: &Sql,
    params: &[Param<'_>],
    decode: fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(list(client, sql, params, decode).await?.into_iter().next())
}

pub(super) async fn list<T>(
    client: &ClientWrapper,
    sql: &Sql,
    params: &[Param<'_>],
    mut decode: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let statement = prepare(client, sql).await?;
    let rows = client
        .query(&statement, &bound(params))
        .await
        .map_err(store_error)?;
    rows.iter()
        .map(|row| decode(&Row::new(Source::Postgres(row), sql.postgres())))
        .collect()
}

pub(super) async fn execute(
    client: &ClientWrapper,
    sql: &Sql,
    params: &[Param<'_>],
) -> Result<u64, StoreError> {
    let statement = prepare(client, sql).await?;
    client
        .execute(&statement, &bound(params))
        .await
        .map_err(store_error)
}

pub(super) async fn batch(client: &ClientWrapper, script: &str) -> Result<(), StoreError> {
    client.batch_execute(script).await.map_err(store_error)
}

/// Prepares a statement, once per connection. Filters come in more shapes than a server should
/// remember, so all are forgotten when there are too many.
async fn prepare(client: &ClientWrapper, sql: &Sql) -> Result<Statement, StoreError> {
    if client.statement_cache.size() >= STATEMENT_CACHE {
        client.statement_cache.clear();
    }
    client
        .prepare_cached(sql.postgres())
        .await
        .map_err(store_error)
}

fn bound<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params
        .iter()
        .map(|param| param as &(dyn ToSql + Sync))
        .collect()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the end of the error, and easy to name in `map_err`"
)]
fn store_error(error: tokio_postgres::Error) -> StoreError {
    let message = plain(&error);
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => {
            let constraint = error
                .as_db_error()
                .and_then(|error| error.constraint())
                .unwrap_or_default();
            StoreError::Conflict(constraint.to_owned())
        }
        Some(&SqlState::QUERY_CANCELED) => StoreError::TimedOut,
        Some(
            &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::T_R_SERIALIZATION_FAILURE
            | &SqlState::LOCK_NOT_AVAILABLE
            | &SqlState::ADMIN_SHUTDOWN
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::TOO_MANY_CONNECTIONS,
        ) => StoreError::Busy(message),
        _ if error.is_closed() => StoreError::Busy(message),
        _ => StoreError::Driver(message),
    }
}

/// The message of an error with those of its causes, on one line.
fn plain(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !message.contains(&cause_text) {
            message = format!("{message}: {cause_text}");
        }
        source = cause.source();
    }
    message.replace('\n', " ")
}

fn tls_config() -> Result<rustls::ClientConfig, OpenError> {
    let mut roots = rustls::RootCertStore::empty();
    let (added, _) =
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 {
        let message = "sslmode=require needs certificates to check the server with, and this machine has none: \
                       install ca-certificates, or name a file in SSL_CERT_FILE";
        return Err(OpenError(message.to_owned()));
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
