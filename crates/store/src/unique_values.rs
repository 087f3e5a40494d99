//! The values of unique fields, a row for each: the primary key of the table lets only one record have it,
//! whichever node writes.
//!
//! The statements that write records call `insert`, `update` and `delete` here, in their transaction.
//! [`rebuild`] and [`forget`] are for changes of what is unique, and hold off all of these.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;

use customary_model::entry::EntryId;
use customary_model::field::Field;
use customary_model::id::{FieldId, FlowId, StoreId};
use customary_model::schema::CustomValues;
use customary_model::unique::{UniqueField, UniqueFields};
use serde_json::Value;
use uuid::Uuid;

use crate::db::{JsonText, Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::records::Records;
use crate::sql;
use crate::stores::lock_records;

/// How many records are read at a time.
pub(crate) const BATCH: usize = 1_000;

/// After how many values that several records have the search for more ends.
pub const MAX_DUPLICATES: usize = 1_000;

/// How many of the records that have a value are named.
const MAX_RECORDS: usize = 10;

/// A row: this record has this value in this field, and no other has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Held {
    pub(crate) field: FieldId,
    pub(crate) value: String,
    pub(crate) record: String,
}

impl Held {
    /// The rows of a record, in an order that is the same for every record: of two that are written at
    /// the same time and want more than one value of each other, one is first with all of them.
    pub(crate) fn all(unique: &UniqueFields, record: &str, custom: &CustomValues) -> Vec<Self> {
        let keys = unique.keys(custom).map(|(field, value)| Self {
            field,
            value,
            record: record.to_owned(),
        });
        keys.collect()
    }

    fn decode(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            field: row.id(0)?,
            value: row.get(1)?,
            record: row.get(2)?,
        })
    }
}

/// A value that several records have.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// The value, as one of them has it.
    pub value: Value,
    /// Some of them.
    pub records: Vec<String>,
}

/// Notes the values of new records.
///
/// # Errors
/// [`StoreError::Taken`] when other records have some of them, or two of these share one.
pub(crate) async fn insert<'a>(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    records: impl IntoIterator<Item = (impl Display, &'a CustomValues)>,
) -> Result<(), StoreError> {
    if unique.is_empty() {
        return Ok(());
    }
    let wanted = records.into_iter();
    let wanted = wanted.flat_map(|(id, custom)| Held::all(unique, &id.to_string(), custom));
    let mut wanted: Vec<Held> = wanted.collect();
    // The values of many records, too, have one order: who waits for a value holds none of a later field, nor
    // a later one of this field.
    wanted.sort_by(|a, b| (a.field, &a.value).cmp(&(b.field, &b.value)));
    take(tx, store, unique, &wanted).await
}

/// Notes the changed values of a record that this transaction has locked.
///
/// # Errors
/// [`StoreError::Taken`] when other records have some of them.
pub(crate) async fn update(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    id: impl Display,
    custom: &CustomValues,
) -> Result<(), StoreError> {
    if unique.is_empty() {
        return Ok(());
    }
    let id = id.to_string();
    let mut params = vec![store.into(), (&id).into()];
    let sql = Sql::built(format!(
        "SELECT field_id, value, record FROM unique_values WHERE store_id = $1 AND record = $2 AND {}",
        one_of_fields(unique, &mut params)
    ));
    let current = tx.list(&sql, &params, Held::decode).await?;
    let wanted = Held::all(unique, &id, custom);
    let new = wanted.iter().filter(|row| !current.contains(row));
    let new: Vec<Held> = new.cloned().collect();
    // The old ones go last. So records that change places at the same time are refused, as they are
    // one after the other, and do not wait for one another.
    take(tx, store, unique, &new).await?;
    let sql =
        sql!("DELETE FROM unique_values WHERE store_id = $1 AND field_id = $2 AND value = $3");
    for old in current.iter().filter(|row| !wanted.contains(row)) {
        let params = [store.into(), old.field.into(), (&old.value).into()];
        tx.execute(sql, &params).await?;
    }
    Ok(())
}

/// Forgets the values of records that are deleted. The caller bounds their number.
///
/// # Errors
/// The database's own trouble.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    ids: &[impl Display],
) -> Result<(), StoreError> {
    if unique.is_empty() || ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut params = vec![store.into()];
    let of_fields = one_of_fields(unique, &mut params);
    let records = one_of("record", ids.iter().map(Param::from), &mut params);
    let sql = Sql::built(format!(
        "DELETE FROM unique_values WHERE store_id = $1 AND {of_fields} AND {records}"
    ));
    tx.execute(&sql, &params).await?;
    Ok(())
}

/// Makes the rows of a field those of its records, of which no other transaction writes one meanwhile.
/// Returns the values that several records have, at most [`MAX_DUPLICATES`]: with any of them the work
/// is unfinished and has to be rolled back.
///
/// # Errors
/// The database's own trouble.
pub async fn rebuild(
    tx: &mut Tx<'_>,
    store: StoreId,
    field: &Field,
    records: Records,
) -> Result<Vec<Duplicate>, StoreError> {
    forget(tx, store, field.id).await?;
    let Some(field) = UniqueField::of(field) else {
        return Ok(Vec::new());
    };
    let (mut duplicates, mut after) = (BTreeMap::new(), None);
    loop {
        let batch = read(tx, store, records, after.as_ref()).await?;
        let mut rows = Vec::new();
        let mut values = Vec::new();
        for (record, custom) in &batch {
            let custom = custom.as_ref().ok_or_else(|| StoreError::Corrupt {
                statement: format!("{}.custom of {record}", records.table()),
                column: 1,
            })?;
            if let Some(value) = field.key(custom) {
                values.push(field.value(custom));
                rows.push(Held {
                    field: field.id,
                    value,
                    record: record.to_string(),
                });
            }
        }
        let added = add(tx, store, &rows).await?;
        let refused = rows.iter().zip(values);
        let refused: Vec<_> = refused.filter(|(row, _)| !added.contains(*row)).collect();
        note(tx, store, field.id, &refused, &mut duplicates).await?;
        after = batch.last().map(|(id, _)| id.clone());
        if batch.len() < BATCH || duplicates.len() >= MAX_DUPLICATES {
            return Ok(duplicates.into_values().take(MAX_DUPLICATES).collect());
        }
    }
}

/// Forgets all values of a field that is deleted, is no longer unique, or is to be
/// [rebuilt](rebuild).
///
/// # Errors
/// The database's own trouble.
pub async fn forget(tx: &mut Tx<'_>, store: StoreId, field: FieldId) -> Result<(), StoreError> {
    lock_records(tx, store).await?;
    let sql = sql!("DELETE FROM unique_values WHERE store_id = $1 AND field_id = $2");
    tx.execute(sql, &[store.into(), field.into()]).await?;
    Ok(())
}

/// Forgets all values of the fields of a flow that is deleted.
///
/// # Errors
/// The database's own trouble.
pub async fn forget_flow(tx: &mut Tx<'_>, store: StoreId, flow: FlowId) -> Result<(), StoreError> {
    lock_records(tx, store).await?;
    let sql = sql!(
        "DELETE FROM unique_values
         WHERE store_id = $1 AND field_id IN (SELECT id FROM fields WHERE store_id = $1 AND flow_id = $2)"
    );
    tx.execute(sql, &[store.into(), flow.into()]).await?;
    Ok(())
}

/// A part of the records, behind the record `after`, with what each has; `None` for a document that
/// cannot be read.
pub(crate) async fn read(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
    after: Option<&EntryId>,
) -> Result<Vec<(EntryId, Option<CustomValues>)>, StoreError> {
    let (scope, mut params) = records.scope(store);
    let mut condition = scope.to_owned();
    if let Some(after) = after.and_then(|after| records.id(after)) {
        params.push(after);
        condition = format!("{scope} AND id > ${}", params.len());
    }
    let sql = Sql::built(format!(
        "SELECT id, custom FROM {} WHERE {condition} ORDER BY id LIMIT {BATCH}",
        records.table(),
    ));
    let decode: fn(&Row<'_>) -> Result<_, StoreError> = match records {
        Records::Entries(_) => |row| Ok((row.parsed(0, EntryId::parse)?, custom(row)?)),
        Records::Hosted(_) => |row| Ok((row.id::<Uuid>(0)?.into(), custom(row)?)),
    };
    tx.list(&sql, &params, decode).await
}

fn custom(row: &Row<'_>) -> Result<Option<CustomValues>, StoreError> {
    let JsonText(document) = row.get(1)?;
    Ok(CustomValues::from_stored(&document).ok())
}

/// The rows of records behind `after` up to `last`, or to the end; no more than `most`.
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    after: Option<&EntryId>,
    last: Option<&EntryId>,
    most: usize,
) -> Result<HashSet<Held>, StoreError> {
    let mut params = vec![store.into()];
    let mut conditions = vec![one_of_fields(unique, &mut params)];
    for (comparison, bound) in [(">", after), ("<=", last)] {
        if let Some(bound) = bound {
            params.push(bound.as_str().into());
            conditions.push(format!("record {comparison} ${}", params.len()));
        }
    }
    let condition = conditions.join(" AND ");
    let sql = Sql::built(format!(
        "SELECT field_id, value, record FROM unique_values WHERE store_id = $1 AND {condition}
         ORDER BY record LIMIT {most}"
    ));
    let found = tx.list(&sql, &params, Held::decode).await?;
    Ok(found.into_iter().collect())
}

/// How many rows there are of fields that are not unique or do not exist.
///
/// # Errors
/// The database's own trouble.
pub async fn count_stray(tx: &mut Tx<'_>, store: StoreId) -> Result<i64, StoreError> {
    let sql = sql!(
        "SELECT COUNT(*) FROM unique_values
         WHERE store_id = $1 AND field_id NOT IN (SELECT id FROM fields WHERE store_id = $1 AND uniqueness IS NOT NULL)"
    );
    let found = tx.find(sql, &[store.into()], |row| row.get(0)).await?;
    Ok(found.unwrap_or_default())
}

/// Adds the rows, and says in which fields another record was first.
async fn take(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    wanted: &[Held],
) -> Result<(), StoreError> {
    let mut refused = HashSet::new();
    for rows in wanted.chunks(BATCH) {
        let added = add(tx, store, rows).await?;
        let left = rows.iter().filter(|row| !added.contains(*row));
        refused.extend(left.map(|row| row.field));
    }
    let taken = unique.iter().filter(|field| refused.contains(&field.id));
    let taken: Vec<_> = taken.map(|field| field.slug.clone()).collect();
    if taken.is_empty() {
        Ok(())
    } else {
        Err(StoreError::Taken(taken))
    }
}

/// Adds those rows whose value no record has, and returns them. Waits for transactions that are about to
/// take a value, or to let go of one.
async fn add(tx: &mut Tx<'_>, store: StoreId, rows: &[Held]) -> Result<HashSet<Held>, StoreError> {
    let Some(last) = rows.last() else {
        return Ok(HashSet::new());
    };
    let mut params = vec![store.into()];
    let mut values = Vec::new();
    // The last one may stand there often, so that there are few statements to prepare.
    let padded = rows.iter().chain(std::iter::repeat(last));
    for row in padded.take(rows.len().next_power_of_two()) {
        let first = params.len() + 1;
        values.push(format!("($1, ${first}, ${}, ${})", first + 1, first + 2));
        let row: [Param<'_>; 3] = [row.field.into(), (&row.value).into(), (&row.record).into()];
        params.extend(row);
    }
    let sql = Sql::built(format!(
        "INSERT INTO unique_values (store_id, field_id, value, record) VALUES {}
         ON CONFLICT (store_id, field_id, value) DO NOTHING RETURNING field_id, value, record",
        values.join(", ")
    ));
    let added = tx.list(&sql, &params, Held::decode).await?;
    Ok(added.into_iter().collect())
}

/// Notes for each refused row, which comes with the value itself, who else has the value.
async fn note(
    tx: &mut Tx<'_>,
    store: StoreId,
    field: FieldId,
    refused: &[(&Held, &Value)],
    duplicates: &mut BTreeMap<String, Duplicate>,
) -> Result<(), StoreError> {
    if refused.is_empty() {
        return Ok(());
    }
    let mut params = vec![store.into(), field.into()];
    let values = refused.iter().map(|(row, _)| Param::from(&row.value));
    let values = one_of("value", values, &mut params);
    let sql = Sql::built(format!(
        "SELECT value, record FROM unique_values WHERE store_id = $1 AND field_id = $2 AND {values}"
    ));
    let decode = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<String>(1)?));
    let first = tx.list(&sql, &params, decode).await?;
    let mut first: HashMap<String, String> = first.into_iter().collect();
    for (row, value) in refused {
        let first = first.remove(&row.value);
        let duplicate = duplicates.entry(row.value.clone());
        let duplicate = duplicate.or_insert_with(|| Duplicate {
            value: (*value).clone(),
            records: first.into_iter().collect(),
        });
        if duplicate.records.len() < MAX_RECORDS {
            duplicate.records.push(row.record.clone());
        }
    }
    Ok(())
}

/// `field_id IN (…)`, with the fields among the parameters.
fn one_of_fields(unique: &UniqueFields, params: &mut Vec<Param<'_>>) -> String {
    let ids = unique.iter().map(|field| Param::from(field.id));
    one_of("field_id", ids, params)
}

fn one_of<'a>(
    column: &str,
    values: impl Iterator<Item = Param<'a>>,
    params: &mut Vec<Param<'a>>,
) -> String {
    let names: Vec<String> = values
        .map(|value| {
            params.push(value);
            format!("${}", params.len())
        })
        .collect();
    format!("{column} IN ({})", names.join(", "))
}
