//! Stores, and the revision that says how new a snapshot is.

use customary_model::id::StoreId;
use customary_model::settings::Settings;
use customary_model::store::{Revision, Store};

use crate::db::{JsonText, Param, Row, Sql, Tx};
use crate::dialect::State;
use crate::error::StoreError;
use crate::sql;

/// Adds a store.
///
/// # Errors
/// [`StoreError::Conflict`] when another store has the name.
pub async fn insert(tx: &mut Tx<'_>, store: &Store) -> Result<(), StoreError> {
    let sql = sql!(
        "INSERT INTO stores (id, name, revision, last_field_number, created_at) VALUES ($1, $2, 1, 0, $3)"
    );
    tx.execute(
        sql,
        &[
            store.id.into(),
            (&store.name).into(),
            store.created_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// All stores, the oldest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Store>, StoreError> {
    tx.list(
        sql!("SELECT id, name, created_at FROM stores ORDER BY created_at, id"),
        &[],
        decode,
    )
    .await
}

/// The revision of a store; `None` when there is no such store.
///
/// # Errors
/// The database's own trouble.
pub async fn find_revision(
    tx: &mut Tx<'_>,
    store: StoreId,
) -> Result<Option<Revision>, StoreError> {
    tx.find(
        sql!("SELECT revision FROM stores WHERE id = $1"),
        &[store.into()],
        |row| row.get(0).map(Revision),
    )
    .await
}

/// The revision, name and settings of a store; `None` when there is no such store.
pub(crate) async fn find_settings(
    tx: &mut Tx<'_>,
    store: StoreId,
) -> Result<Option<(Revision, String, Settings)>, StoreError> {
    let sql = sql!("SELECT revision, name, settings FROM stores WHERE id = $1");
    let decode = |row: &Row<'_>| {
        let JsonText(document) = row.get(2)?;
        let settings = serde_json::from_str(&document).map_err(|_| StoreError::Corrupt {
            statement: "stores.settings".to_owned(),
            column: 2,
        })?;
        Ok((Revision(row.get(0)?), row.get(1)?, settings))
    };
    tx.find(sql, &[store.into()], decode).await
}

/// Writes the settings of a store.
///
/// # Errors
/// The database's own trouble.
pub async fn update_settings(
    tx: &mut Tx<'_>,
    store: StoreId,
    settings: &Settings,
) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    let document = serde_json::to_string(settings).unwrap_or_default();
    tx.execute(
        sql!("UPDATE stores SET settings = $2 WHERE id = $1"),
        &[store.into(), Param::Json(&document)],
    )
    .await?;
    Ok(())
}

/// Checks that a snapshot of revision `seen` is not outdated.
///
/// # Errors
/// [`StoreError::Stale`] when it is.
pub async fn require_revision(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
) -> Result<(), StoreError> {
    match find_revision(tx, store).await? {
        Some(current) => check_revision(current, seen),
        None => Err(StoreError::Stale(seen)),
    }
}

/// Counts rows by a scalar expression, and compares the revision on the way. The first parameter is
/// the store. With the name of a `state`, what was counted then need not be counted again.
pub(crate) async fn count(
    tx: &mut Tx<'_>,
    state: Option<State>,
    seen: Revision,
    expression: &str,
    params: &[Param<'_>],
) -> Result<u64, StoreError> {
    let sql = Sql::built(format!(
        "SELECT revision, CAST({expression} AS BIGINT) FROM stores WHERE id = $1"
    ));
    let counted = tx.count(state, &sql, params).await?;
    let (current, count) = counted.ok_or(StoreError::Stale(seen))?;
    check_revision(Revision(current), seen)?;
    Ok(count.unsigned_abs())
}

/// Compares a revision that a statement brought along with that of the snapshot.
pub(crate) fn check_revision(current: Revision, seen: Revision) -> Result<(), StoreError> {
    if current == seen {
        Ok(())
    } else {
        Err(StoreError::Stale(current))
    }
}

/// Keeps others from changing the store's flows, fields, settings and keys until the transaction
/// ends: what is read of them from now on stays true.
///
/// # Errors
/// The database's own trouble.
pub async fn lock(tx: &mut Tx<'_>, store: StoreId) -> Result<(), StoreError> {
    let sql = sql!("SELECT revision FROM stores WHERE id = $1 FOR NO KEY UPDATE");
    tx.find(sql, &[store.into()], |_| Ok(())).await?;
    Ok(())
}

/// Compares the revision and holds the store's row, as whoever writes a record does: flows and fields may still
/// change, but for what has to wait until no record is being written.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn share(tx: &mut Tx<'_>, store: StoreId, seen: Revision) -> Result<(), StoreError> {
    let sql = sql!("SELECT revision FROM stores WHERE id = $1 FOR KEY SHARE");
    let current = tx.find(sql, &[store.into()], |row| row.get(0)).await?;
    check_revision(Revision(current.ok_or(StoreError::Stale(seen))?), seen)
}

/// Waits until no record of the store is being written, and keeps records from being written until the
/// transaction ends: its later statements see all that records have.
///
/// Whoever writes a record holds the row of its store `FOR KEY SHARE` from where it compares the
/// revision, before it holds anything else. So nobody who waits for this keeps it waiting.
pub(crate) async fn lock_records(tx: &mut Tx<'_>, store: StoreId) -> Result<(), StoreError> {
    let sql = sql!("SELECT revision FROM stores WHERE id = $1 FOR UPDATE");
    tx.find(sql, &[store.into()], |_| Ok(())).await?;
    Ok(())
}

/// Moves the revision. Every statement that changes a store's flows, fields or keys begins so.
///
/// # Errors
/// The database's own trouble.
pub async fn move_revision(tx: &mut Tx<'_>, store: StoreId) -> Result<(), StoreError> {
    tx.execute(
        sql!("UPDATE stores SET revision = revision + 1 WHERE id = $1"),
        &[store.into()],
    )
    .await?;
    Ok(())
}

/// Takes the number of the store's next field. None is ever given twice.
///
/// # Errors
/// The database's own trouble.
pub async fn next_field_number(tx: &mut Tx<'_>, store: StoreId) -> Result<u64, StoreError> {
    let sql = sql!(
        "UPDATE stores SET last_field_number = last_field_number + 1 WHERE id = $1 RETURNING last_field_number"
    );
    let number = tx
        .find(sql, &[store.into()], |row| row.get::<i64>(0))
        .await?;
    Ok(number.unwrap_or_default().unsigned_abs())
}

fn decode(row: &Row<'_>) -> Result<Store, StoreError> {
    Ok(Store {
        id: row.id(0)?,
        name: row.get(1)?,
        created_at: row.get(2)?,
    })
}
