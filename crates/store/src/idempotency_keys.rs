//! Writes that count once however often they are asked for, and what was answered to them.

use customary_model::id::StoreId;
use customary_model::time::Timestamp;

use crate::db::{Param, Row, Tx};
use crate::error::StoreError;
use crate::sql;

/// A write that was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// What was asked, as a hash.
    pub fingerprint: String,
    /// The id of the record that it made or changed.
    pub record_id: String,
    /// What was answered; `None` when that has not been noted.
    pub answer: Option<Answer>,
}

/// What was answered to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The tag of the record, if the answer had one.
    pub etag: Option<String>,
    /// The body: JSON.
    pub body: String,
}

/// Takes an id for a write of this transaction; returns whether it was free. One that was taken before
/// `expired` is. Waits for another transaction that has just taken it.
///
/// # Errors
/// The database's own trouble.
pub async fn claim(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: &str,
    done: &Done,
    now: Timestamp,
    expired: Timestamp,
) -> Result<bool, StoreError> {
    let sql = sql!(
        "INSERT INTO idempotency_keys (store_id, id, fingerprint, record_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (store_id, id) DO UPDATE
         SET fingerprint = excluded.fingerprint, record_id = excluded.record_id, created_at = excluded.created_at,
             status = NULL, etag = NULL, body = NULL
         WHERE idempotency_keys.created_at <= $6"
    );
    let params = [
        store.into(),
        id.into(),
        (&done.fingerprint).into(),
        (&done.record_id).into(),
        now.into(),
        expired.into(),
    ];
    Ok(tx.execute(sql, &params).await? > 0)
}

/// Finds a write that was done after `expired`.
///
/// # Errors
/// The database's own trouble.
pub async fn find(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: &str,
    expired: Timestamp,
) -> Result<Option<Done>, StoreError> {
    let sql = sql!(
        "SELECT fingerprint, record_id, status, etag, body FROM idempotency_keys
         WHERE store_id = $1 AND id = $2 AND created_at > $3"
    );
    tx.find(sql, &[store.into(), id.into(), expired.into()], decode)
        .await
}

/// Notes what was answered to a write, unless that is noted already.
///
/// # Errors
/// The database's own trouble.
pub async fn note_answer(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: &str,
    fingerprint: &str,
    answer: &Answer,
) -> Result<(), StoreError> {
    let sql = sql!(
        "UPDATE idempotency_keys SET status = $4, etag = $5, body = $6
         WHERE store_id = $1 AND id = $2 AND fingerprint = $3 AND status IS NULL"
    );
    let params = [
        store.into(),
        id.into(),
        fingerprint.into(),
        Param::Integer(i64::from(answer.status)),
        answer.etag.as_deref().into(),
        (&answer.body).into(),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Forgets writes that were done before `expired`, up to `limit` of them; returns how many.
///
/// # Errors
/// The database's own trouble.
pub async fn delete_expired(
    tx: &mut Tx<'_>,
    store: StoreId,
    expired: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let sql = sql!(
        "DELETE FROM idempotency_keys WHERE store_id = $1 AND created_at <= $2 AND id IN
         (SELECT id FROM idempotency_keys WHERE store_id = $1 AND created_at <= $2 LIMIT $3)"
    );
    tx.execute(sql, &[store.into(), expired.into(), limit.into()])
        .await
}

fn decode(row: &Row<'_>) -> Result<Done, StoreError> {
    let status: Option<i64> = row.get(2)?;
    let answer = match status.and_then(|status| u16::try_from(status).ok()) {
        Some(status) => Some(Answer {
            status,
            etag: row.get(3)?,
            body: row.get(4)?,
        }),
        None => None,
    };
    Ok(Done {
        fingerprint: row.get(0)?,
        record_id: row.get(1)?,
        answer,
    })
}
