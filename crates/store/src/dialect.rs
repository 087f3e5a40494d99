//! What the engines do in different ways and no shared text can express.

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;

/// Waits until no other transaction holds the lock `name`, and holds it to the end of this one.
///
/// SQLite has one writer, so whoever is in a write transaction holds every lock already.
///
/// # Errors
/// The database refuses, or the wait takes too long.
pub async fn lock(tx: &mut Tx<'_>, name: i64) -> Result<(), StoreError> {
    if tx.is_postgres() {
        let sql = crate::sql!("SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS lock");
        tx.execute(sql, &[Param::Integer(name)]).await?;
    }
    Ok(())
}

/// How many buckets the rows of a counter are spread over: writers queue on a row of PostgreSQL,
/// while SQLite has only one of them.
pub(crate) fn counter_buckets(tx: &Tx<'_>) -> u32 {
    if tx.is_postgres() { 16 } else { 1 }
}

/// The transactions that are writing to a table at this moment, by names that are never given again. Each
/// may still commit what it decided on an older snapshot of its store. SQLite has one writer, which is done
/// with all that came before.
pub(crate) async fn writers(tx: &mut Tx<'_>, table: &str) -> Result<Vec<String>, StoreError> {
    if !tx.is_postgres() {
        return Ok(Vec::new());
    }
    let sql = crate::sql!(
        "SELECT virtualtransaction FROM pg_locks
         WHERE locktype = 'relation' AND relation = CAST(to_regclass($1) AS OID) AND pid <> pg_backend_pid()
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND mode IN ('RowShareLock', 'RowExclusiveLock')"
    );
    tx.list(sql, &[table.into()], |row| row.get(0)).await
}

/// What a transaction sees of the database.
pub(crate) struct State {
    /// Whose versions these are: connections that give them alike have the same name.
    pub(crate) connection: String,
    pub(crate) version: String,
}

/// A name for the state of the database that a statement of PostgreSQL sees, as an expression of it: the transactions
/// whose work can be seen. A server that takes the place of another has other transactions of the same names.
pub(crate) const STATE: &str =
    "CAST(pg_current_snapshot() AS TEXT) || ' ' || CAST(pg_postmaster_start_time() AS TEXT)";

/// A name for the state of the database that a transaction of SQLite sees: under the same name another one sees the
/// same. `None` for a transaction that changes something itself, and for PostgreSQL, which tells by [`STATE`].
///
/// The number belongs to a connection, and each of them to a thread.
pub(crate) async fn state(tx: &mut Tx<'_>) -> Result<Option<State>, StoreError> {
    if !tx.is_snapshot() || tx.is_postgres() {
        return Ok(None);
    }
    let decode = |row: &Row<'_>| {
        Ok(State {
            connection: format!("{:?}", std::thread::current().id()),
            version: row.get::<i64>(0)?.to_string(),
        })
    };
    tx.find(crate::sql!("PRAGMA data_version"), &[], decode)
        .await
}

/// Tells the planner how much there is in the tables of records, after many were added at once. PostgreSQL goes on with
/// plans that it made for empty tables until it looks again, which is a minute later; SQLite has statistics that
/// fit any size (migration 0004).
///
/// # Errors
/// The database's own trouble.
pub async fn take_stock(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.is_postgres() {
        tx.batch("ANALYZE customers, addresses, entries").await?;
    }
    Ok(())
}

/// What stands before a column so that its index is not used. PostgreSQL decides that by what it knows of the
/// values; SQLite knows nothing of them, and prefers to find by a condition to going through an order.
pub(crate) fn without_index(tx: &Tx<'_>) -> Option<&'static str> {
    (!tx.is_postgres()).then_some("+")
}

/// Whether a table of that name can be seen.
pub(crate) async fn has_table(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let text = if tx.is_postgres() {
        "SELECT to_regclass($1) IS NOT NULL"
    } else {
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)"
    };
    let found = tx
        .find(&Sql::built(text.to_owned()), &[name.into()], |row| {
            row.get(0)
        })
        .await?;
    Ok(found.unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use customary_model::time::Clock;
    use customary_testkit::{Engine, new_url, tokio};

    use super::*;
    use crate::db::Db;
    use crate::migrate::migrate;

    #[tokio::test]
    async fn after_taking_stock_postgresql_knows_what_its_tables_hold() {
        let (url, _folder) = new_url(Engine::Postgres).await;
        let db = Db::open(&url.parse().unwrap()).await.unwrap();
        migrate(&db, Clock::system().now()).await.unwrap();
        let are_known = || {
            db.read(async |tx| {
                let sql = crate::sql!(
                    "SELECT bool_and(reltuples >= 0) FROM pg_class
                     WHERE oid IN (to_regclass('customers'), to_regclass('addresses'), to_regclass('entries'))"
                );
                tx.find(sql, &[], |row| row.get::<bool>(0)).await
            })
        };
        assert_eq!(are_known().await.unwrap(), Some(false));
        db.write(take_stock).await.unwrap();
        assert_eq!(are_known().await.unwrap(), Some(true));
    }
}
