//! The SQLite library, used by one thread with nothing around it.

use std::time::{Duration, Instant};

use anyhow::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use uuid::Uuid;

/// How many ids the random reads are taken from.
const SAMPLE: i64 = 100_000;

/// The statement of `customers::find` in `crates/store`.
pub(crate) const FIND: &str =
    "SELECT s.revision, c.id, c.name, c.email, c.external_ref, c.password_hash, c.custom, c.version, c.created_at,
            c.updated_at, c.custom_updated_at
     FROM stores s LEFT JOIN customers c ON c.store_id = s.id AND c.id = ?2
     WHERE s.id = ?1";

/// Opens the file as Customary's connections do.
pub(crate) fn open(database: &str) -> anyhow::Result<Connection> {
    let connection =
        Connection::open(database).with_context(|| format!("cannot open {database}"))?;
    connection.execute_batch(
        "PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// The store with the most customers: that of the made-up ones.
pub(crate) fn store_of(connection: &Connection) -> anyhow::Result<Uuid> {
    let sql =
        "SELECT store_id FROM counters WHERE name = 'customers' GROUP BY 1 ORDER BY SUM(n) DESC";
    connection
        .query_row(sql, [], |row| row.get(0))
        .context("the database has no customers")
}

/// What is read of a row, so that all of it is.
pub(crate) struct Found {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) custom: String,
}

pub(crate) fn decode(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        id: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        custom: row.get(6)?,
    })
}

pub(crate) fn reads(database: &str, seconds: f64) -> anyhow::Result<()> {
    let connection = open(database)?;
    let store = store_of(&connection)?;
    let sql = "SELECT id FROM customers WHERE store_id = ?1 ORDER BY random() LIMIT ?2";
    let mut statement = connection.prepare(sql)?;
    let ids = statement.query_map(params![store, SAMPLE], |row| row.get(0))?;
    let ids: Vec<Uuid> = ids.collect::<Result<_, _>>()?;
    let mut ids = ids.iter().cycle();
    let mut statement = connection.prepare(FIND)?;
    measure(seconds, || {
        let id = ids.next().context("the database has no customers")?;
        let found = statement.query_row(params![store, id], decode)?;
        std::hint::black_box(found.custom.len());
        Ok(())
    })
}

/// Adds copies of a customer that is there, with another id and address: whatever columns and indexes the
/// table has are written.
pub(crate) fn inserts(database: &str, seconds: f64) -> anyhow::Result<()> {
    let connection = open(database)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    let store = store_of(&connection)?;
    let mut statement = connection
        .prepare("SELECT * FROM customers WHERE store_id = ?1 AND password_hash IS NULL LIMIT 1")?;
    let names: Vec<String> = statement.column_names().map(ToString::to_string).collect();
    let mut values: Vec<Value> = statement.query_row(params![store], |row| {
        (0..names.len()).map(|column| row.get(column)).collect()
    })?;
    let place = |name: &str| {
        names
            .iter()
            .position(|each| each == name)
            .with_context(|| format!("customers has no column {name}"))
    };
    let (id, email, folded) = (place("id")?, place("email")?, place("email_folded")?);
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!(
        "INSERT INTO customers ({}) VALUES ({marks})",
        names.join(", ")
    );
    let mut insert = connection.prepare(&sql)?;
    let mut count = connection
        .prepare("UPDATE counters SET n = n + 1 WHERE store_id = ?1 AND name = 'customers'")?;
    measure(seconds, || {
        let new = Uuid::now_v7();
        values[id] = Value::Blob(new.as_bytes().to_vec());
        values[email] = Value::Text(format!("{new}@example.com"));
        values[folded] = values[email].clone();
        connection.execute_batch("BEGIN IMMEDIATE")?;
        insert.execute(params_from_iter(&values))?;
        count.execute(params![store])?;
        connection.execute_batch("COMMIT")?;
        Ok(())
    })
}

/// Repeats `work` for so long, and prints how often and how fast.
fn measure(seconds: f64, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let started = Instant::now();
    let duration = Duration::from_secs_f64(seconds);
    let mut micros = Vec::new();
    while started.elapsed() < duration {
        let before = Instant::now();
        work()?;
        micros.push(before.elapsed().as_micros());
    }
    let seconds = started.elapsed().as_secs_f64();
    micros.sort_unstable();
    let percentile = |share: usize| micros[(micros.len() - 1) * share / 100];
    println!(
        "{}",
        serde_json::json!({
            "requests": micros.len(), "seconds": seconds,
            "p50_us": u64::try_from(percentile(50))?, "p99_us": u64::try_from(percentile(99))?,
        })
    );
    Ok(())
}
