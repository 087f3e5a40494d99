//! Whatever carries the values of a flow's fields, seen as entries: rows of `entries`, and the rows
//! of the hosted resources. What differs between them is said once, in [`Records`].

use customary_model::entry::{Entry, EntryId, EntryKind};
use customary_model::filter::Predicate;
use customary_model::flow::Flow;
use customary_model::id::{CustomerId, FlowId, StoreId, parse_uuid};
use customary_model::page::{Page, PageRequest, Sort};
use customary_model::resource::{HOSTED, Resource};
use customary_model::slot::Slots;
use customary_model::store::Revision;
use customary_model::unique::UniqueFields;
use customary_model::version::{KeyVersions, Versioned};
use uuid::Uuid;

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::filter::{Column, one_of};
use crate::listing::{Listing, Total};
use crate::slots::SlotColumns;
use crate::stores::{check_revision, require_revision};
use crate::{counters, unique_values};

/// Which records.
#[derive(Debug, Clone, Copy)]
pub enum Records {
    /// The entries of a flow.
    Entries(FlowId),
    /// The rows of a hosted resource, whose table has the name of its slug.
    Hosted(&'static Resource),
}

/// An entry of any flow, as an include finds it.
#[derive(Debug, Clone)]
pub struct FoundEntry {
    /// The flow it belongs to.
    pub flow_id: FlowId,
    /// The entry.
    pub entry: Entry,
}

/// A record that a transaction keeps others from changing until it ends, of whatever table.
#[derive(Debug, Clone)]
pub struct Locked<T> {
    /// The record.
    pub record: T,
    /// At which version each of its keys last changed.
    pub key_versions: KeyVersions,
}

impl<T: Versioned> Locked<T> {
    /// What to store as the versions of the keys of the changed record.
    pub(crate) fn key_versions_after(&self, changed: &T) -> String {
        self.key_versions.moved(&self.record, changed).to_stored()
    }
}

/// When the values of a row of a hosted resource last changed.
const HOSTED_UPDATED_AT: &str = "COALESCE(custom_updated_at, created_at)";

static COLUMNS: [Column; 3] = columns("updated_at");
static HOSTED_COLUMNS: [Column; 3] = columns(HOSTED_UPDATED_AT);

const fn columns(updated_at: &'static str) -> [Column; 3] {
    const fn plain(attribute: &'static str, column: &'static str) -> Column {
        Column {
            attribute,
            exact: column,
            folded: column,
            indexed: None,
        }
    }
    [
        plain("id", "id"),
        plain("created_at", "created_at"),
        plain("updated_at", updated_at),
    ]
}

impl Records {
    /// The records of a flow.
    #[must_use]
    pub fn of(flow: &Flow) -> Self {
        match EntryKind::of(flow) {
            EntryKind::Hosted(resource) => Self::Hosted(resource),
            EntryKind::FreeForm | EntryKind::Custom => Self::Entries(flow.id),
        }
    }

    /// The records of that [name](Records::name); `None` when there can be none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut hosted = HOSTED.into_iter();
        match hosted.find(|resource| resource.slug == name) {
            Some(resource) => Some(Self::Hosted(resource)),
            None => name.parse().ok().map(Self::Entries),
        }
    }

    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Entries(_) => "entries",
            Self::Hosted(resource) => resource.slug,
        }
    }

    /// The expression for when the values last changed.
    fn updated_at(self) -> &'static str {
        match self {
            Self::Entries(_) => "updated_at",
            Self::Hosted(_) => HOSTED_UPDATED_AT,
        }
    }

    /// How the table stores the attributes of entries.
    fn columns(self) -> &'static [Column] {
        match self {
            Self::Entries(_) => &COLUMNS,
            Self::Hosted(_) => &HOSTED_COLUMNS,
        }
    }

    /// The condition that picks the records of a store, and its parameters.
    pub(crate) fn scope(self, store: StoreId) -> (&'static str, Vec<Param<'static>>) {
        match self {
            Self::Entries(flow) => (
                "store_id = $1 AND flow_id = $2",
                vec![store.into(), flow.into()],
            ),
            Self::Hosted(_) => ("store_id = $1", vec![store.into()]),
        }
    }

    /// The id as the table keeps it; `None` when no record of it can have that id.
    pub(crate) fn id(self, id: &EntryId) -> Option<Param<'_>> {
        match self {
            Self::Entries(_) => Some(Param::Text(id.as_str())),
            Self::Hosted(_) => parse_uuid(id.as_str()).ok().map(Param::Uuid),
        }
    }

    /// The name of the records: the slug of the resource, or the id of the flow. Their counter and their
    /// slots are found by it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Entries(flow) => flow.to_string(),
            Self::Hosted(resource) => resource.slug.to_owned(),
        }
    }

    fn decode(self) -> fn(&Row<'_>) -> Result<Entry, StoreError> {
        match self {
            Self::Entries(_) => decode_entry,
            Self::Hosted(_) => decode_hosted,
        }
    }
}

/// Finds a record, for a request that was decided on the snapshot of revision `seen`.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since.
pub async fn find(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    records: Records,
    id: &EntryId,
) -> Result<Option<Entry>, StoreError> {
    let Some((sql, params)) = select_one(store, records, id, "", "") else {
        return require_revision(tx, store, seen).await.map(|()| None);
    };
    let decode: fn(&Row<'_>) -> Result<_, StoreError> = match records {
        Records::Entries(_) => |row| Ok((Revision(row.get(5)?), decode_entry(row)?)),
        Records::Hosted(_) => |row| Ok((Revision(row.get(5)?), decode_hosted(row)?)),
    };
    match tx.find(&sql, &params, decode).await? {
        Some((current, entry)) => check_revision(current, seen).map(|()| Some(entry)),
        None => require_revision(tx, store, seen).await.map(|()| None),
    }
}

/// The customer whom a row of a hosted resource belongs to.
///
/// # Errors
/// The database's own trouble.
pub async fn find_owner(
    tx: &mut Tx<'_>,
    store: StoreId,
    resource: &'static Resource,
    id: &EntryId,
) -> Result<Option<CustomerId>, StoreError> {
    let (Some(column), Some(id)) = (resource.customer_column, Records::Hosted(resource).id(id))
    else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT {column} FROM {} WHERE store_id = $1 AND id = $2",
        resource.slug
    );
    tx.find(&Sql::built(sql), &[store.into(), id], |row| row.id(0))
        .await
}

/// Finds a record and keeps others from changing it until the transaction ends. Waiting for that may
/// take a while, so the revision is compared afterwards.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn lock(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    records: Records,
    id: &EntryId,
) -> Result<Option<Locked<Entry>>, StoreError> {
    let found = match select_one(store, records, id, ", key_versions", " FOR NO KEY UPDATE") {
        Some((sql, params)) => {
            let decode: fn(&Row<'_>) -> Result<_, StoreError> = match records {
                Records::Entries(_) => |row| decode_locked(row, decode_entry(row)?),
                Records::Hosted(_) => |row| decode_locked(row, decode_hosted(row)?),
            };
            tx.find(&sql, &params, decode).await?
        }
        None => None,
    };
    require_revision(tx, store, seen).await?;
    Ok(found)
}

/// The statement that finds a record, with the revision that the store had when it began; `None` when
/// no record can have the id.
fn select_one<'a>(
    store: StoreId,
    records: Records,
    id: &'a EntryId,
    also: &str,
    lock: &str,
) -> Option<(Sql, Vec<Param<'a>>)> {
    let (scope, mut params) = records.scope(store);
    params.push(records.id(id)?);
    // Who locks the record holds its store first.
    let lock_of_store = if lock.is_empty() {
        ""
    } else {
        " FOR KEY SHARE"
    };
    let sql = format!(
        "SELECT id, custom, version, created_at, {},
                (SELECT revision FROM stores WHERE id = $1{lock_of_store}){also}
         FROM {} WHERE {scope} AND id = ${}{lock}",
        records.updated_at(),
        records.table(),
        params.len(),
    );
    Some((Sql::built(sql), params))
}

fn decode_locked(row: &Row<'_>, record: Entry) -> Result<Locked<Entry>, StoreError> {
    Ok(Locked {
        record,
        key_versions: row.get(6)?,
    })
}

/// Adds an entry; returns whether it was added, which it is not when its id is taken.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`,
/// [`StoreError::Taken`] when another entry has the same value in a unique field.
pub async fn insert(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    flow: FlowId,
    slots: &Slots,
    entry: &Entry,
) -> Result<bool, StoreError> {
    let unique = slots.unique();
    let slots = SlotColumns::of(slots, &entry.custom);
    let sql = Sql::built(format!(
        "INSERT INTO entries (store_id, id, flow_id, custom, version, created_at, updated_at{})
         SELECT id, $2, $3, $4, $5, $6, $7{} FROM stores WHERE id = $1 AND revision = $8
         FOR KEY SHARE ON CONFLICT (store_id, id, flow_id) DO NOTHING",
        slots.names(),
        slots.placeholders(9),
    ));
    let custom = entry.custom.to_stored();
    let mut params = vec![
        store.into(),
        entry.id.as_str().into(),
        flow.into(),
        Param::Json(&custom),
        entry.version.into(),
        entry.created_at.into(),
        entry.updated_at.into(),
        seen.0.into(),
    ];
    params.extend(slots.params());
    if tx.execute(&sql, &params).await? == 0 {
        require_revision(tx, store, seen).await?;
        return Ok(false);
    }
    let values = [(&entry.id, &entry.custom)];
    unique_values::insert(tx, store, unique, values).await?;
    counters::add(tx, store, &Records::Entries(flow).name(), 1);
    Ok(true)
}

/// Writes the changed values of a record that this transaction has locked.
///
/// # Errors
/// [`StoreError::Taken`] when another record has the same value in a unique field.
pub async fn update(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
    slots: &Slots,
    locked: &Locked<Entry>,
    entry: &Entry,
) -> Result<(), StoreError> {
    let (scope, mut params) = records.scope(store);
    let Some(id) = records.id(&entry.id) else {
        return Ok(());
    };
    let custom = entry.custom.to_stored();
    let key_versions = locked.key_versions_after(entry);
    let first = params.len() + 1;
    params.extend([
        id,
        Param::Json(&custom),
        entry.version.into(),
        entry.updated_at.into(),
        Param::Json(&key_versions),
    ]);
    let also = match records {
        Records::Entries(_) => String::new(),
        Records::Hosted(_) => format!(", custom_updated_at = ${}", first + 3),
    };
    let unique = slots.unique();
    let slots = SlotColumns::of_change(slots, &locked.record.custom, &entry.custom);
    let also = also + &slots.assignments(first + 5);
    params.extend(slots.params());
    let sql = format!(
        "UPDATE {} SET custom = ${}, version = ${}, updated_at = ${}, key_versions = ${}{also}
         WHERE {scope} AND id = ${first}",
        records.table(),
        first + 1,
        first + 2,
        first + 3,
        first + 4,
    );
    tx.execute(&Sql::built(sql), &params).await?;
    unique_values::update(tx, store, unique, &entry.id, &entry.custom).await
}

/// Removes an entry that this transaction has locked.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(
    tx: &mut Tx<'_>,
    store: StoreId,
    flow: FlowId,
    unique: &UniqueFields,
    id: &EntryId,
) -> Result<(), StoreError> {
    let sql = crate::sql!("DELETE FROM entries WHERE store_id = $1 AND flow_id = $2 AND id = $3");
    tx.execute(sql, &[store.into(), flow.into(), id.as_str().into()])
        .await?;
    unique_values::delete(tx, store, unique, &[id]).await?;
    counters::add(tx, store, &Records::Entries(flow).name(), -1);
    Ok(())
}

/// Reads a page of records.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn list(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    records: Records,
    predicate: Option<&Predicate>,
    sort: &Sort,
    page: PageRequest,
) -> Result<Page<Entry>, StoreError> {
    let (scope, params) = records.scope(store);
    let listing = Listing {
        table: records.table(),
        scope,
        params: &params,
        columns: records.columns(),
        select: &format!("id, custom, version, created_at, {}", records.updated_at()),
        total: Total::Counter(&records.name()),
        decode: records.decode(),
    };
    listing.page(tx, seen, predicate, sort, page).await
}

/// Finds the entries with the given ids, whatever flow they belong to. The caller bounds the number
/// of ids.
///
/// # Errors
/// The database's own trouble.
pub async fn find_of_any_flow(
    tx: &mut Tx<'_>,
    store: StoreId,
    ids: &[EntryId],
) -> Result<Vec<FoundEntry>, StoreError> {
    let mut params: Vec<Param<'_>> = vec![store.into()];
    params.extend(ids.iter().map(|id| Param::Text(id.as_str())));
    let sql = format!(
        "SELECT id, custom, version, created_at, updated_at, flow_id FROM entries WHERE store_id = $1 AND {}",
        one_of(2, params.len())
    );
    let decode = |row: &Row<'_>| {
        Ok(FoundEntry {
            flow_id: row.id(5)?,
            entry: decode_entry(row)?,
        })
    };
    tx.list(&Sql::built(sql), &params, decode).await
}

fn decode_entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let id = row.parsed(0, EntryId::parse)?;
    decode(row, id)
}

fn decode_hosted(row: &Row<'_>) -> Result<Entry, StoreError> {
    let id = EntryId::from(row.get::<Uuid>(0)?);
    decode(row, id)
}

fn decode(row: &Row<'_>, id: EntryId) -> Result<Entry, StoreError> {
    Ok(Entry {
        id,
        custom: row.get(1)?,
        version: row.get(2)?,
        created_at: row.get(3)?,
        updated_at: row.get(4)?,
    })
}
