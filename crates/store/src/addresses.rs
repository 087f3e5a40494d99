//! Addresses of customers.

use customary_model::address::{ATTRIBUTES, Address, Texts};
use customary_model::filter::Predicate;
use customary_model::id::{AddressId, CustomerId, StoreId};
use customary_model::page::{Page, PageRequest, Sort};
use customary_model::resource::ADDRESSES;
use customary_model::slot::Slots;
use customary_model::store::Revision;
use customary_model::unique::UniqueFields;

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::filter::{Column, one_of};
use crate::listing::{Listing, Total};
use crate::records::Locked;
use crate::slots::SlotColumns;
use crate::stores::{check_revision, require_revision};
use crate::{counters, sql, stores, unique_values};

/// What `decode` reads of an address, and the revision that the store had when the statement began.
macro_rules! columns {
    ($lock:literal) => {
        concat!("id, customer_id, custom, version, created_at, updated_at, custom_updated_at, name, first_name, last_name,
         phone_number, instructions, company_name, line_1, line_2, city, county, region, postcode, country,
         (SELECT revision FROM stores WHERE id = $1", $lock, ")")
    };
}

macro_rules! select {
    ($lock:literal) => {
        concat!("SELECT ", columns!($lock), " FROM addresses")
    };
}

static COLUMNS: [Column; ADDRESSES.attributes.len()] = {
    let mut columns = [plain("id"); ADDRESSES.attributes.len()];
    let mut index = 0;
    while index < columns.len() {
        columns[index] = plain(ADDRESSES.attributes[index].name);
        index += 1;
    }
    columns
};

/// An attribute whose column has its name.
const fn plain(attribute: &'static str) -> Column {
    Column {
        attribute,
        exact: attribute,
        folded: attribute,
        indexed: None,
    }
}

/// Adds an address of a customer whom this transaction has locked.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`,
/// [`StoreError::Taken`] when another address has the same value in a unique field.
pub async fn insert(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Slots,
    address: &Address,
) -> Result<(), StoreError> {
    let unique = slots.unique();
    let slots = SlotColumns::of(slots, &address.custom);
    let sql = Sql::built(format!(
        "INSERT INTO addresses (store_id, id, customer_id, name, first_name, last_name, phone_number, instructions,
                                company_name, line_1, line_2, city, county, region, postcode, country, custom,
                                version, created_at, updated_at{})
         SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20{}
         FROM stores WHERE id = $1 AND revision = $21 FOR KEY SHARE",
        slots.names(),
        slots.placeholders(22),
    ));
    let custom = address.custom.to_stored();
    let mut params: Vec<Param<'_>> =
        vec![store.into(), address.id.into(), address.customer_id.into()];
    params.extend(address.texts.iter().map(Param::from));
    params.extend([
        Param::Json(&custom),
        address.version.into(),
        address.created_at.into(),
        address.updated_at.into(),
        seen.0.into(),
    ]);
    params.extend(slots.params());
    if tx.execute(&sql, &params).await? == 0 {
        return Err(StoreError::Stale(seen));
    }
    let values = [(address.id, &address.custom)];
    unique_values::insert(tx, store, unique, values).await?;
    counters::add(tx, store, ADDRESSES.slug, 1);
    Ok(())
}

/// Counts the addresses of a customer.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn count(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
) -> Result<u64, StoreError> {
    let count = "(SELECT COUNT(*) FROM addresses WHERE store_id = $1 AND customer_id = $2)";
    stores::count(tx, None, seen, count, &[store.into(), customer.into()]).await
}

/// Finds an address of a customer.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn find(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
    id: AddressId,
) -> Result<Option<Address>, StoreError> {
    let sql = sql!(concat!(
        select!(""),
        " WHERE store_id = $1 AND customer_id = $2 AND id = $3"
    ));
    let params = [store.into(), customer.into(), id.into()];
    let decode = |row: &Row<'_>| Ok((Revision(row.get(REVISION)?), decode(row)?));
    match tx.find(sql, &params, decode).await? {
        Some((current, address)) => check_revision(current, seen).map(|()| Some(address)),
        None => require_revision(tx, store, seen).await.map(|()| None),
    }
}

/// Finds an address of a customer and keeps others from changing it until the transaction ends.
/// Waiting for that may take a while, so the revision is compared afterwards.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn lock(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
    id: AddressId,
) -> Result<Option<Locked<Address>>, StoreError> {
    let sql = sql!(concat!(
        "SELECT ",
        columns!(" FOR KEY SHARE"),
        ", key_versions FROM addresses WHERE store_id = $1 AND customer_id = $2 AND id = $3 FOR NO KEY UPDATE"
    ));
    let params = [store.into(), customer.into(), id.into()];
    let decode = |row: &Row<'_>| {
        Ok(Locked {
            record: decode(row)?,
            key_versions: row.get(REVISION + 1)?,
        })
    };
    let found = tx.find(sql, &params, decode).await?;
    require_revision(tx, store, seen).await?;
    Ok(found)
}

/// Reads a page of the addresses of a customer.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn list(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
    predicate: Option<&Predicate>,
    sort: &Sort,
    page: PageRequest,
) -> Result<Page<Address>, StoreError> {
    let listing = Listing {
        table: "addresses",
        scope: "store_id = $1 AND customer_id = $2",
        params: &[store.into(), customer.into()],
        columns: &COLUMNS,
        select: columns!(""),
        total: Total::Counted,
        decode,
    };
    listing.page(tx, seen, predicate, sort, page).await
}

/// Finds the addresses with the given ids. The caller bounds their number.
///
/// # Errors
/// The database's own trouble.
pub async fn find_many(
    tx: &mut Tx<'_>,
    store: StoreId,
    ids: &[AddressId],
) -> Result<Vec<Address>, StoreError> {
    let mut params: Vec<Param<'_>> = vec![store.into()];
    params.extend(ids.iter().map(|id| Param::from(*id)));
    let sql = format!(
        concat!(select!(""), " WHERE store_id = $1 AND {}"),
        one_of(2, params.len())
    );
    tx.list(&Sql::built(sql), &params, decode).await
}

/// Writes a changed address that this transaction has locked.
///
/// # Errors
/// [`StoreError::Taken`] when another address has the same value in a unique field.
pub async fn update(
    tx: &mut Tx<'_>,
    store: StoreId,
    slots: &Slots,
    locked: &Locked<Address>,
    address: &Address,
) -> Result<(), StoreError> {
    let unique = slots.unique();
    let slots = SlotColumns::of_change(slots, &locked.record.custom, &address.custom);
    let sql = Sql::built(format!(
        "UPDATE addresses SET name = $3, first_name = $4, last_name = $5, phone_number = $6, instructions = $7,
                              company_name = $8, line_1 = $9, line_2 = $10, city = $11, county = $12, region = $13,
                              postcode = $14, country = $15, custom = $16, version = $17, updated_at = $18,
                              custom_updated_at = $19, key_versions = $20{}
         WHERE store_id = $1 AND id = $2",
        slots.assignments(21),
    ));
    let custom = address.custom.to_stored();
    let key_versions = locked.key_versions_after(address);
    let mut params: Vec<Param<'_>> = vec![store.into(), address.id.into()];
    params.extend(address.texts.iter().map(Param::from));
    params.extend([
        Param::Json(&custom),
        address.version.into(),
        address.updated_at.into(),
        address.custom_updated_at.into(),
        Param::Json(&key_versions),
    ]);
    params.extend(slots.params());
    tx.execute(&sql, &params).await?;
    unique_values::update(tx, store, unique, address.id, &address.custom).await
}

/// Removes an address that this transaction has locked.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    id: AddressId,
) -> Result<(), StoreError> {
    let sql = sql!("DELETE FROM addresses WHERE store_id = $1 AND id = $2");
    tx.execute(sql, &[store.into(), id.into()]).await?;
    unique_values::delete(tx, store, unique, &[id]).await?;
    counters::add(tx, store, ADDRESSES.slug, -1);
    Ok(())
}

/// Removes all addresses of a customer whom this transaction has locked.
///
/// # Errors
/// The database's own trouble.
pub async fn delete_of(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    customer: CustomerId,
) -> Result<(), StoreError> {
    let sql = sql!("DELETE FROM addresses WHERE store_id = $1 AND customer_id = $2 RETURNING id");
    let params = [store.into(), customer.into()];
    let deleted: Vec<AddressId> = tx.list(sql, &params, |row| row.id(0)).await?;
    if deleted.is_empty() {
        return Ok(());
    }
    unique_values::delete(tx, store, unique, &deleted).await?;
    let change = -i64::try_from(deleted.len()).unwrap_or(i64::MAX);
    counters::add(tx, store, ADDRESSES.slug, change);
    Ok(())
}

/// Where the texts begin among the columns, and where the revision stands behind them.
const FIRST_TEXT: usize = 7;
const REVISION: usize = FIRST_TEXT + ATTRIBUTES.len();

fn decode(row: &Row<'_>) -> Result<Address, StoreError> {
    let mut texts = Texts::default();
    for (index, text) in texts.iter_mut().enumerate() {
        *text = row.get(FIRST_TEXT + index)?;
    }
    Ok(Address {
        id: row.id(0)?,
        customer_id: row.id(1)?,
        texts,
        custom: row.get(2)?,
        version: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        custom_updated_at: row.get(6)?,
    })
}
