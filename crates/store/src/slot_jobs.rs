//! The work on slots that goes on in the background, a few records at a time: filling one for the records
//! that were there before their field had it, and emptying one that nobody writes any more.
//!
//! How far a slot is stands beside it, in the transaction of every step, so that any node goes on where
//! another one stopped.

use std::fmt::Write as _;

use customary_model::entry::EntryId;
use customary_model::field::{FieldKey, FieldType};
use customary_model::id::{FieldId, StoreId};
use customary_model::schema::CustomValues;
use customary_model::slot::{Slot, SlotKind, SlotState, SlotValue, slot_value};
use uuid::Uuid;

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::records::Records;
use crate::slots::param;
use crate::stores::move_revision;
use crate::{counters, dialect, sql, stores};

/// Values that one statement writes. A shorter list repeats its last one, so that the statement stays the
/// same and is prepared once.
const VALUES: usize = 100;

/// A slot with work to do.
#[derive(Debug, Clone)]
pub struct SlotJob {
    /// Whose records.
    pub store: StoreId,
    /// Which records, see [`Records::named`].
    pub target: String,
    /// Which slot of theirs.
    pub slot: Slot,
    /// What tells it from whatever else is done to the slot, before or later.
    pub id: Uuid,
    /// The field that has it or had it.
    pub field_id: FieldId,
    /// What is to be done: the slot is being built, or cleared.
    pub state: SlotState,
    /// Whether a part of it is done.
    pub has_begun: bool,
}

/// How far the building of an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many records have been gone through.
    pub done: i64,
    /// How many there were at the beginning.
    pub total: i64,
}

impl Progress {
    /// How many of a hundred records are done.
    #[must_use]
    pub fn percent(&self) -> i64 {
        let percent = self.done.saturating_mul(100) / self.total.max(1);
        percent.clamp(0, 100)
    }
}

/// Slots of all stores that are being built or cleared, at most `limit` of them.
///
/// # Errors
/// The database's own trouble.
pub async fn pending(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<SlotJob>, StoreError> {
    let sql = sql!(
        "SELECT store_id, target, slot, job, field_id, state, position IS NOT NULL
         FROM field_slots WHERE state <> 'ready' ORDER BY store_id, target, slot LIMIT $1"
    );
    let decode = |row: &Row<'_>| {
        Ok(SlotJob {
            store: row.id(0)?,
            target: row.get(1)?,
            slot: row.parsed(2, |text| text.parse().ok())?,
            id: row.get(3)?,
            field_id: row.id(4)?,
            state: row.parsed(5, SlotState::parse)?,
            has_begun: row.get(6)?,
        })
    };
    tx.list(sql, &[limit.into()], decode).await
}

/// How far the slots of a store are that are being built.
///
/// # Errors
/// The database's own trouble.
pub async fn progress(
    tx: &mut Tx<'_>,
    store: StoreId,
) -> Result<Vec<(FieldId, Progress)>, StoreError> {
    let sql = sql!(
        "SELECT field_id, done, total FROM field_slots WHERE store_id = $1 AND state = 'building'"
    );
    let decode = |row: &Row<'_>| {
        let progress = Progress {
            done: row.get(1)?,
            total: row.get(2)?,
        };
        Ok((row.id(0)?, progress))
    };
    tx.list(sql, &[store.into()], decode).await
}

/// The transactions that are writing records at this moment and may not know of the job yet. It begins
/// when they have ended.
///
/// # Errors
/// The database's own trouble.
pub async fn writers(tx: &mut Tx<'_>, records: Records) -> Result<Vec<String>, StoreError> {
    dialect::writers(tx, records.table()).await
}

/// Begins a job.
///
/// # Errors
/// The database's own trouble.
pub async fn begin(tx: &mut Tx<'_>, job: &SlotJob) -> Result<(), StoreError> {
    let sql = Sql::built(format!(
        "UPDATE field_slots SET position = '', total = CAST({} AS BIGINT)
         WHERE store_id = $1 AND target = $2 AND slot = $3 AND job = $4 AND position IS NULL",
        counters::value_of("$2")
    ));
    let slot = job.slot.to_string();
    let params = job.params(&slot);
    tx.execute(&sql, &params).await?;
    Ok(())
}

/// Fills the slot of the next records, at most `limit` of them, and returns how many there were, none behind
/// the last; `None` when the job is no more.
///
/// The records stay locked until the transaction ends: a value that is read here is not outdated when it is
/// written.
///
/// # Errors
/// The database's own trouble.
pub async fn fill(
    tx: &mut Tx<'_>,
    job: &SlotJob,
    records: Records,
    limit: usize,
) -> Result<Option<usize>, StoreError> {
    let (Some(position), Some((key, field_type))) =
        (lock(tx, job).await?, find_field(tx, job).await?)
    else {
        return Ok(None);
    };
    let (scope, mut params) = records.scope(job.store);
    let mut condition = scope.to_owned();
    let after = EntryId::parse(&position);
    if let Some(after) = after.as_ref().and_then(|after| records.id(after)) {
        params.push(after);
        let _ = write!(condition, " AND id > ${}", params.len());
    }
    let sql = Sql::built(format!(
        "SELECT id, custom FROM {} WHERE {condition} ORDER BY id LIMIT {limit} FOR NO KEY UPDATE",
        records.table(),
    ));
    let decode: fn(&Row<'_>) -> Result<(EntryId, CustomValues), StoreError> = match records {
        Records::Entries(_) => |row| Ok((row.parsed(0, EntryId::parse)?, row.get(1)?)),
        Records::Hosted(_) => |row| Ok((row.get::<Uuid>(0)?.into(), row.get(1)?)),
    };
    let found = tx.list(&sql, &params, decode).await?;
    let values: Vec<(&EntryId, SlotValue)> = found
        .iter()
        .filter_map(|(id, custom)| Some((id, slot_value(field_type, custom.get(key))?)))
        .collect();
    for values in values.chunks(VALUES) {
        write(tx, job, records, values).await?;
    }
    if let Some((last, _)) = found.last() {
        advance(tx, job, last.as_str(), found.len()).await?;
    }
    Ok(Some(found.len()))
}

/// Writes a value for each of some records, at least one and at most [`VALUES`].
async fn write(
    tx: &mut Tx<'_>,
    job: &SlotJob,
    records: Records,
    values: &[(&EntryId, SlotValue)],
) -> Result<(), StoreError> {
    let (scope, mut params) = records.scope(job.store);
    let (mut cases, mut ids) = (String::new(), Vec::new());
    let padded = values
        .iter()
        .chain(std::iter::repeat(&values[values.len() - 1]));
    for (id, value) in padded.take(VALUES) {
        let Some(id) = records.id(id) else {
            continue;
        };
        params.extend([id, param(Some(value))]);
        let (id, value) = (params.len() - 1, params.len());
        let _ = match job.slot.kind() {
            SlotKind::Text => write!(cases, " WHEN ${id} THEN ${value}"),
            SlotKind::Number => {
                write!(cases, " WHEN ${id} THEN CAST(${value} AS DOUBLE PRECISION)")
            }
        };
        ids.push(format!("${id}"));
    }
    let (table, slot, ids) = (records.table(), job.slot, ids.join(", "));
    let sql =
        format!("UPDATE {table} SET {slot} = CASE id{cases} END WHERE {scope} AND id IN ({ids})");
    tx.execute(&Sql::built(sql), &params).await?;
    Ok(())
}

/// Empties the slot of some records, at most `limit`, and returns how many; `None` when the job is no more.
/// There may be more after fewer than `limit`, because others delete records meanwhile.
///
/// # Errors
/// The database's own trouble.
pub async fn empty(
    tx: &mut Tx<'_>,
    job: &SlotJob,
    records: Records,
    limit: usize,
) -> Result<Option<usize>, StoreError> {
    if lock(tx, job).await?.is_none() {
        return Ok(None);
    }
    let ((scope, params), slot, table) = (records.scope(job.store), job.slot, records.table());
    let sql = Sql::built(format!(
        "UPDATE {table} SET {slot} = NULL WHERE {scope} AND id IN (
             SELECT id FROM {table} WHERE {scope} AND {slot} IS NOT NULL LIMIT {limit})"
    ));
    let changed = tx.execute(&sql, &params).await?;
    Ok(Some(usize::try_from(changed).unwrap_or(usize::MAX)))
}

/// Ends a job: what was built can be used, and what was cleared is free. A slot that still holds something
/// goes on being cleared.
///
/// # Errors
/// The database's own trouble.
pub async fn finish(tx: &mut Tx<'_>, job: &SlotJob, records: Records) -> Result<(), StoreError> {
    stores::lock(tx, job.store).await?;
    let sql = match job.state {
        SlotState::Building => sql!(
            "UPDATE field_slots SET state = 'ready', position = NULL
             WHERE store_id = $1 AND target = $2 AND slot = $3 AND job = $4"
        ),
        _ if holds_something(tx, job, records).await? => return Ok(()),
        _ => sql!(
            "DELETE FROM field_slots WHERE store_id = $1 AND target = $2 AND slot = $3 AND job = $4"
        ),
    };
    let slot = job.slot.to_string();
    if tx.execute(sql, &job.params(&slot)).await? > 0 {
        move_revision(tx, job.store).await?;
    }
    Ok(())
}

async fn holds_something(
    tx: &mut Tx<'_>,
    job: &SlotJob,
    records: Records,
) -> Result<bool, StoreError> {
    let ((scope, params), slot, table) = (records.scope(job.store), job.slot, records.table());
    let sql = Sql::built(format!(
        "SELECT CAST(1 AS BIGINT) FROM {table} WHERE {scope} AND {slot} IS NOT NULL LIMIT 1"
    ));
    let found = tx.find(&sql, &params, |row| row.get::<i64>(0)).await?;
    Ok(found.is_some())
}

impl SlotJob {
    /// What names the job in every statement, from `$1` to `$4`.
    fn params<'a>(&'a self, slot: &'a str) -> [Param<'a>; 4] {
        [
            self.store.into(),
            (&self.target).into(),
            slot.into(),
            self.id.into(),
        ]
    }
}

/// Keeps other nodes from the job until the transaction ends, and returns how far it is; `None` when there
/// is no such job any more.
async fn lock(tx: &mut Tx<'_>, job: &SlotJob) -> Result<Option<String>, StoreError> {
    let sql = sql!(
        "SELECT position FROM field_slots
         WHERE store_id = $1 AND target = $2 AND slot = $3 AND job = $4 AND position IS NOT NULL FOR NO KEY UPDATE"
    );
    let slot = job.slot.to_string();
    tx.find(sql, &job.params(&slot), |row| row.get(0)).await
}

async fn advance(
    tx: &mut Tx<'_>,
    job: &SlotJob,
    position: &str,
    count: usize,
) -> Result<(), StoreError> {
    let sql = sql!(
        "UPDATE field_slots SET position = $5, done = done + $6
         WHERE store_id = $1 AND target = $2 AND slot = $3 AND job = $4"
    );
    let slot = job.slot.to_string();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut params = job.params(&slot).to_vec();
    params.extend([Param::Text(position), Param::Integer(count)]);
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Where the values of the job's field are, and what they are.
async fn find_field(
    tx: &mut Tx<'_>,
    job: &SlotJob,
) -> Result<Option<(FieldKey, FieldType)>, StoreError> {
    let sql = sql!("SELECT key, field_type FROM fields WHERE store_id = $1 AND id = $2");
    let decode = |row: &Row<'_>| {
        Ok((
            row.parsed(0, FieldKey::parse)?,
            row.parsed(1, FieldType::parse)?,
        ))
    };
    let params = [job.store.into(), job.field_id.into()];
    tx.find(sql, &params, decode).await
}
