//! Comparing what is computed with what is stored: slots and unique values with documents, counters with
//! counts.

use std::collections::{BTreeSet, HashMap, HashSet};

use customary_model::entry::EntryId;
use customary_model::field::FieldKey;
use customary_model::id::StoreId;
use customary_model::schema::CustomValues;
use customary_model::slot::{Slot, SlotKind, SlotValue, Slots};
use customary_model::unique::UniqueFields;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::counters;
use crate::db::{JsonText, Row, Sql, Tx};
use crate::error::StoreError;
use crate::records::Records;
use crate::unique_values::{self, Held};

/// How many records are compared at a time.
const BATCH: usize = 1_000;

/// A part of the records, compared.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many there were.
    pub count: usize,
    /// Where the next part begins; `None` when there is none.
    pub last: Option<EntryId>,
    /// The records for which something else is stored than their documents say.
    pub differing: Vec<EntryId>,
}

/// Compares the slots of records with their documents, behind the record `after`. A slot that no field has is
/// empty, unless it is one of those that are being cleared.
///
/// # Errors
/// The database's own trouble.
pub async fn compare_slots(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
    slots: &Slots,
    clearing: &[Slot],
    after: Option<&EntryId>,
) -> Result<Batch, StoreError> {
    let (scope, mut params) = records.scope(store);
    let mut condition = scope.to_owned();
    if let Some(after) = after.and_then(|after| records.id(after)) {
        params.push(after);
        condition = format!("{scope} AND id > ${}", params.len());
    }
    let columns: Vec<String> = all_slots().map(|slot| slot.to_string()).collect();
    let columns = columns.join(", ");
    let sql = Sql::built(format!(
        "SELECT id, custom, derived, {columns} FROM {} WHERE {condition} ORDER BY id LIMIT {BATCH}",
        records.table(),
    ));
    let decode: fn(&Row<'_>) -> Result<Stored, StoreError> = match records {
        Records::Entries(_) => |row| Stored::read(row, row.parsed(0, EntryId::parse)?),
        Records::Hosted(_) => |row| Stored::read(row, row.id::<Uuid>(0)?.into()),
    };
    let found = tx.list(&sql, &params, decode).await?;
    let (count, last) = (found.len(), found.last().map(|stored| stored.id.clone()));
    let differing = found
        .into_iter()
        .filter(|stored| !stored.is_right(slots, clearing));
    Ok(Batch {
        count,
        last: last.filter(|_| count == BATCH),
        differing: differing.map(|stored| stored.id).collect(),
    })
}

/// What is stored of a record.
struct Stored {
    id: EntryId,
    custom: String,
    derived: String,
    slots: Vec<(Slot, Option<SlotValue>)>,
}

fn all_slots() -> impl Iterator<Item = Slot> {
    SlotKind::Text.all().chain(SlotKind::Number.all())
}

impl Stored {
    fn read(row: &Row<'_>, id: EntryId) -> Result<Self, StoreError> {
        const FIRST_SLOT: usize = 3;
        let (JsonText(custom), JsonText(derived)) = (row.get(1)?, row.get(2)?);
        let mut slots = Vec::new();
        for (slot, column) in all_slots().zip(FIRST_SLOT..) {
            let value = match slot.kind() {
                SlotKind::Text => row.get::<Option<String>>(column)?.map(SlotValue::Text),
                SlotKind::Number => row.get::<Option<f64>>(column)?.map(SlotValue::Number),
            };
            slots.push((slot, value));
        }
        Ok(Self {
            id,
            custom,
            derived,
            slots,
        })
    }

    /// Whether the slots are what the document says. One that cannot be read says nothing right.
    fn is_right(&self, slots: &Slots, clearing: &[Slot]) -> bool {
        let Ok(custom) = CustomValues::from_stored(&self.custom) else {
            return false;
        };
        let Ok(mut derived) = serde_json::from_str::<Map<String, Value>>(&self.derived) else {
            return false;
        };
        // What there is of fields that have been deleted, nobody asks for.
        derived.retain(|key, _| FieldKey::parse(key).is_some_and(|key| slots.knows(key)));
        let expected = slots.columns().zip(slots.values(|key| custom.get(key)));
        let expected: HashMap<Slot, Option<SlotValue>> = expected.collect();
        let is_right = |(slot, found): &(Slot, Option<SlotValue>)| {
            let expected = expected.get(slot).and_then(Option::as_ref);
            slots.may_hold(*slot, found.as_ref(), expected) || clearing.contains(slot)
        };
        derived == slots.derived(custom.iter()) && self.slots.iter().all(is_right)
    }
}

/// Compares the rows of unique values with the documents of records behind the record `after`. Among those
/// that differ are records that are not there and still hold a value.
///
/// # Errors
/// The database's own trouble.
pub async fn compare_unique_values(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
    unique: &UniqueFields,
    after: Option<&EntryId>,
) -> Result<Batch, StoreError> {
    let batch = unique_values::read(tx, store, records, after).await?;
    let count = batch.len();
    let last = batch.last().map(|(id, _)| id.clone());
    let last = last.filter(|_| count == unique_values::BATCH);
    let rows = batch.iter().flat_map(|(id, custom)| {
        let rows = custom
            .as_ref()
            .map(|custom| Held::all(unique, id.as_str(), custom));
        rows.unwrap_or_default()
    });
    let expected: HashSet<Held> = rows.collect();
    // With more than these, some differ anyway.
    let most = expected.len() + unique_values::BATCH;
    let found = unique_values::list(tx, store, unique, after, last.as_ref(), most).await?;
    let differing = expected.symmetric_difference(&found);
    let differing: BTreeSet<_> = differing.map(|row| EntryId::parse(&row.record)).collect();
    Ok(Batch {
        count,
        last,
        differing: differing.into_iter().flatten().collect(),
    })
}

/// How many records there are, and how many their counter says.
///
/// # Errors
/// The database's own trouble.
pub async fn compare_counter(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
) -> Result<(i64, i64), StoreError> {
    let (scope, params) = records.scope(store);
    let sql = Sql::built(format!(
        "SELECT (SELECT COUNT(*) FROM {} WHERE {scope}), CAST({} AS BIGINT) FROM stores WHERE id = $1",
        records.table(),
        counters::value(&records.name()),
    ));
    let found = tx.find(&sql, &params, |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.await?.unwrap_or_default())
}
