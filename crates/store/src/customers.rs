//! Customers.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use customary_model::customer::Customer;
use customary_model::email::{Email, fold};
use customary_model::filter::Predicate;
use customary_model::id::{CustomerId, StoreId};
use customary_model::page::{Page, PageRequest, Sort};
use customary_model::secret::Secret;
use customary_model::slot::Slots;
use customary_model::store::Revision;
use customary_model::unique::UniqueFields;

use crate::db::{Param, Row, Sql, Tx};
use crate::error::StoreError;
use crate::filter::{Column, Indexed, one_of};
use crate::listing::{Listing, Total};
use crate::records::Locked;
use crate::slots::SlotColumns;
use crate::stores::{check_revision, require_revision, share};
use crate::{counters, sql, unique_values};

const COUNTER: &str = "customers";

/// How many customers one statement adds: with all slots, fewer values than SQLite can bind.
const ROWS_OF_A_STATEMENT: usize = 250;

const COLUMNS: &[Column] = &[
    Column {
        attribute: "id",
        exact: "id",
        folded: "id",
        indexed: None,
    },
    Column {
        attribute: "name",
        exact: "name",
        folded: "name_folded",
        indexed: Some(Indexed::Folded("substr(name_folded, 1, 64)")),
    },
    Column {
        attribute: "email",
        exact: "email_folded",
        folded: "email_folded",
        indexed: None,
    },
    Column {
        attribute: "external_ref",
        exact: "external_ref",
        folded: "external_ref",
        indexed: Some(Indexed::Exact("substr(external_ref, 1, 64)")),
    },
    Column {
        attribute: "created_at",
        exact: "created_at",
        folded: "created_at",
        indexed: None,
    },
    Column {
        attribute: "updated_at",
        exact: "updated_at",
        folded: "updated_at",
        indexed: None,
    },
];

/// A customer that was validated against the snapshot of revision `seen`.
pub(crate) struct NewCustomer {
    pub(crate) store: StoreId,
    pub(crate) seen: Revision,
    slots: Arc<Slots>,
    pub(crate) customer: Customer,
}

/// Adds a customer that was validated against the snapshot of revision `seen`.
///
/// # Errors
/// [`StoreError::Conflict`] when the store has a customer with the address,
/// [`StoreError::Taken`] when it has one with the same value in a unique field,
/// [`StoreError::Stale`] when the store has changed since.
pub async fn insert(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Arc<Slots>,
    customer: &Customer,
) -> Result<(), StoreError> {
    let new = || NewCustomer {
        store,
        seen,
        slots: Arc::clone(slots),
        customer: customer.clone(),
    };
    let added = match tx.insert_with_others(new).await {
        Some(added) => added?,
        None => insert_row(tx, store, seen, slots, customer).await?,
    };
    if !added {
        require_revision(tx, store, seen).await?;
        return Err(StoreError::Conflict("email".to_owned()));
    }
    let values = [(customer.id, &customer.custom)];
    unique_values::insert(tx, store, slots.unique(), values).await?;
    counters::add(tx, store, COUNTER, 1);
    Ok(())
}

/// Adds a customer, if the store has the revision `seen` and none with the address; returns whether it was added.
async fn insert_row(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Slots,
    customer: &Customer,
) -> Result<bool, StoreError> {
    let slots = SlotColumns::of(slots, &customer.custom);
    let sql = Sql::built(format!(
        "INSERT INTO customers (store_id, id, name, name_folded, email, email_folded, external_ref, password_hash,
                                custom, version, created_at, updated_at{})
         SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12{} FROM stores WHERE id = $1 AND revision = $13
         FOR KEY SHARE ON CONFLICT (store_id, email_folded) DO NOTHING",
        slots.names(),
        slots.placeholders(14),
    ));
    let columns = Columns::of(customer);
    let mut params: Vec<Param<'_>> = vec![store.into(), customer.id.into()];
    params.extend(columns.params(customer));
    params.push(customer.created_at.into());
    params.push(customer.updated_at.into());
    params.push(seen.0.into());
    params.extend(slots.params());
    Ok(tx.execute(&sql, &params).await? > 0)
}

/// Adds customers of one store and revision, each for a caller of its own who sees to the rest of [`insert`]; returns
/// which were added. Those whose address is taken are left out, and all when the store has changed since.
///
/// # Errors
/// [`StoreError::Stale`] when the store changes meanwhile: nothing of the transaction is to be kept then.
pub(crate) async fn insert_together(
    tx: &mut Tx<'_>,
    new: &[NewCustomer],
) -> Result<HashSet<CustomerId>, StoreError> {
    let mut added = HashSet::new();
    match new {
        [] => {}
        [only] => {
            let customer = &only.customer;
            if insert_row(tx, only.store, only.seen, &only.slots, customer).await? {
                added.insert(customer.id);
            }
        }
        [first, ..] => {
            match share(tx, first.store, first.seen).await {
                Err(StoreError::Stale(_)) => return Ok(added),
                shared => shared?,
            }
            let mut rest = new;
            while !rest.is_empty() {
                let (some, others) = rest.split_at(rows_of_a_shape(rest.len()));
                let some = some.iter().map(|new| &new.customer);
                added.extend(insert_rows(tx, first.store, first.seen, &first.slots, some).await?);
                rest = others;
            }
        }
    }
    Ok(added)
}

/// With how many of these rows a statement begins: each number is a statement to prepare, so there are not too many.
fn rows_of_a_shape(rows: usize) -> usize {
    const STEP: usize = 16;
    if rows > STEP {
        rows - rows % STEP
    } else {
        rows
    }
}

/// Adds customers that were validated against the snapshot of revision `seen`, which this transaction
/// [shares](crate::stores::share).
/// Those whose address is taken are left out; returns how many were added.
///
/// # Errors
/// [`StoreError::Taken`] when one that is added has the same value in a unique field as another customer,
/// [`StoreError::Stale`] when the store has changed since.
pub async fn insert_many(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Slots,
    customers: &[Customer],
) -> Result<u64, StoreError> {
    let mut added: HashSet<CustomerId> = HashSet::new();
    for customers in customers.chunks(ROWS_OF_A_STATEMENT) {
        added.extend(insert_rows(tx, store, seen, slots, customers).await?);
    }
    let values = customers.iter();
    let values = values.filter(|customer| added.contains(&customer.id));
    let values = values.map(|customer| (customer.id, &customer.custom));
    unique_values::insert(tx, store, slots.unique(), values).await?;
    let count = added.len();
    counters::add(tx, store, COUNTER, i64::try_from(count).unwrap_or(i64::MAX));
    Ok(count as u64)
}

/// Adds customers with one statement, and returns which it added.
///
/// The revision may move while the store's row is shared. So it is compared as well where the table is held: a job
/// on a slot waits for whoever holds that and does not know of it.
async fn insert_rows<'a>(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Slots,
    customers: impl IntoIterator<Item = &'a Customer>,
) -> Result<Vec<CustomerId>, StoreError> {
    let computed = customers.into_iter().map(|customer| {
        let slots = SlotColumns::of(slots, &customer.custom);
        (customer, Columns::of(customer), slots)
    });
    let computed: Vec<_> = computed.collect();
    let Some((_, _, slots)) = computed.first() else {
        return Ok(Vec::new());
    };
    let (mut params, mut rows) = (Vec::new(), Vec::new());
    for (customer, columns, slots) in &computed {
        let first = params.len() + 1;
        params.extend([store.into(), Param::from(customer.id)]);
        params.extend(columns.params(customer));
        params.extend([
            Param::Time(customer.created_at),
            Param::Time(customer.updated_at),
        ]);
        params.extend(slots.params());
        let names: Vec<String> = (first..=params.len())
            .map(|number| format!("${number}"))
            .collect();
        rows.push(format!("({})", names.join(", ")));
    }
    let sql = Sql::built(format!(
        "INSERT INTO customers (store_id, id, name, name_folded, email, email_folded, external_ref, password_hash,
                                custom, version, created_at, updated_at{}) VALUES {}
         ON CONFLICT (store_id, email_folded) DO NOTHING
         RETURNING id, (SELECT revision FROM stores WHERE id = $1)",
        slots.names(),
        rows.join(", "),
    ));
    tx.list(&sql, &params, |row| {
        check_revision(Revision(row.get(1)?), seen)?;
        row.id(0)
    })
    .await
}

/// Finds a customer, for a request that was decided on the snapshot of revision `seen`.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since.
pub async fn find(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    id: CustomerId,
) -> Result<Option<Customer>, StoreError> {
    let sql = sql!(
        "SELECT s.revision, c.id, c.name, c.email, c.external_ref, c.password_hash, c.custom, c.version, c.created_at,
                c.updated_at, c.custom_updated_at
         FROM stores s LEFT JOIN customers c ON c.store_id = s.id AND c.id = $2
         WHERE s.id = $1"
    );
    let decode = |row: &Row<'_>| {
        let found: Option<uuid::Uuid> = row.get(1)?;
        Ok((
            Revision(row.get(0)?),
            found.map(|_| decode(row)).transpose()?,
        ))
    };
    let (current, customer) = tx
        .find(sql, &[store.into(), id.into()], decode)
        .await?
        .ok_or(StoreError::Stale(seen))?;
    check_revision(current, seen)?;
    Ok(customer)
}

/// What checking a customer's password needs.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The customer.
    pub id: CustomerId,
    /// Their name.
    pub name: String,
    /// The hash of their password, if they have one.
    pub password_hash: Option<Secret>,
    /// The id of the newest signing key.
    pub signing_key_id: i64,
}

/// Finds the credentials of the customer with this folded e-mail address.
///
/// # Errors
/// The database's own trouble.
pub async fn find_credentials(
    tx: &mut Tx<'_>,
    store: StoreId,
    email_folded: &str,
) -> Result<Option<Credentials>, StoreError> {
    let sql = sql!(
        "SELECT id, name, password_hash, (SELECT MAX(id) FROM signing_keys)
         FROM customers WHERE store_id = $1 AND email_folded = $2"
    );
    let decode = |row: &Row<'_>| {
        Ok(Credentials {
            id: row.id(0)?,
            name: row.get(1)?,
            password_hash: row.get::<Option<String>>(2)?.map(Secret::new),
            signing_key_id: row.get::<Option<i64>>(3)?.unwrap_or_default(),
        })
    };
    tx.find(sql, &[store.into(), email_folded.into()], decode)
        .await
}

/// The hash of a customer's password, `Some(None)` without one; `None` when there is no such customer, or
/// the key that signed their token is gone.
///
/// # Errors
/// The database's own trouble.
pub async fn find_password(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: CustomerId,
    signing_key: i64,
) -> Result<Option<Option<Secret>>, StoreError> {
    let sql = sql!(
        "SELECT password_hash FROM customers
         WHERE store_id = $1 AND id = $2 AND EXISTS (SELECT 1 FROM signing_keys WHERE id = $3)"
    );
    tx.find(sql, &[store.into(), id.into(), signing_key.into()], |row| {
        Ok(row.get::<Option<String>>(0)?.map(Secret::new))
    })
    .await
}

/// Finds a customer and keeps others from changing it until the transaction ends.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn lock(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    id: CustomerId,
) -> Result<Option<Locked<Customer>>, StoreError> {
    let sql = sql!(
        "SELECT (SELECT revision FROM stores WHERE id = $1 FOR KEY SHARE), id, name, email, external_ref, password_hash,
                custom, version, created_at, updated_at, custom_updated_at, key_versions
         FROM customers WHERE store_id = $1 AND id = $2 FOR NO KEY UPDATE"
    );
    let decode = |row: &Row<'_>| {
        let locked = Locked {
            record: decode(row)?,
            key_versions: row.get(11)?,
        };
        Ok((Revision(row.get(0)?), locked))
    };
    let Some((current, customer)) = tx.find(sql, &[store.into(), id.into()], decode).await? else {
        require_revision(tx, store, seen).await?;
        return Ok(None);
    };
    check_revision(current, seen)?;
    Ok(Some(customer))
}

/// Writes a changed customer that this transaction has locked. Waiting for the lock may have taken a
/// while, so the revision is compared once more.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`,
/// [`StoreError::Conflict`] when another customer of the store has the address,
/// [`StoreError::Taken`] when one has the same value in a unique field.
pub async fn update(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    slots: &Slots,
    locked: &Locked<Customer>,
    customer: &Customer,
) -> Result<(), StoreError> {
    let before = &locked.record;
    let unique = slots.unique();
    let slots = SlotColumns::of_change(slots, &before.custom, &customer.custom);
    let key_versions = locked.key_versions_after(customer);
    let mut params: Vec<Param<'_>> = vec![
        store.into(),
        customer.id.into(),
        seen.0.into(),
        customer.updated_at.into(),
        customer.custom_updated_at.into(),
        Param::Json(&key_versions),
    ];
    let mut set = String::new();
    // As with slots: an index over a column that is set is written anew.
    let (old, new) = (Columns::of(before), Columns::of(customer));
    let values = old.params(before).into_iter().zip(new.params(customer));
    for (name, (old, new)) in Columns::NAMES.into_iter().zip(values) {
        if old != new {
            params.push(new);
            let _ = write!(set, ", {name} = ${}", params.len());
        }
    }
    let sql = Sql::built(format!(
        "UPDATE customers SET updated_at = $4, custom_updated_at = $5, key_versions = $6{set}{}
         WHERE store_id = $1 AND id = $2
         AND EXISTS (SELECT 1 FROM stores WHERE id = $1 AND revision = $3)",
        slots.assignments(params.len() + 1),
    ));
    params.extend(slots.params());
    if tx.execute(&sql, &params).await? == 0 {
        return Err(StoreError::Stale(seen));
    }
    unique_values::update(tx, store, unique, customer.id, &customer.custom).await
}

/// Removes a customer whom this transaction has locked.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(
    tx: &mut Tx<'_>,
    store: StoreId,
    unique: &UniqueFields,
    id: CustomerId,
) -> Result<(), StoreError> {
    let sql = sql!("DELETE FROM customers WHERE store_id = $1 AND id = $2");
    tx.execute(sql, &[store.into(), id.into()]).await?;
    unique_values::delete(tx, store, unique, &[id]).await?;
    counters::add(tx, store, COUNTER, -1);
    Ok(())
}

/// Reads a page of customers.
///
/// # Errors
/// [`StoreError::Stale`] when the store has changed since the snapshot of revision `seen`.
pub async fn list(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    predicate: Option<&Predicate>,
    sort: &Sort,
    page: PageRequest,
) -> Result<Page<Customer>, StoreError> {
    listing(&[store.into()])
        .page(tx, seen, predicate, sort, page)
        .await
}

/// The list of all customers of a store.
fn listing<'a>(params: &'a [Param<'a>]) -> Listing<'a, Customer> {
    Listing {
        table: "customers",
        scope: "store_id = $1",
        params,
        columns: COLUMNS,
        select: "0, id, name, email, external_ref, password_hash, custom, version, created_at, updated_at,
                 custom_updated_at",
        total: Total::Counter(COUNTER),
        decode,
    }
}

/// Finds the customers with the given ids. The caller bounds their number.
///
/// # Errors
/// The database's own trouble.
pub async fn find_many(
    tx: &mut Tx<'_>,
    store: StoreId,
    ids: &[CustomerId],
) -> Result<Vec<Customer>, StoreError> {
    let mut params: Vec<Param<'_>> = vec![store.into()];
    params.extend(ids.iter().map(|id| Param::from(*id)));
    let sql = format!(
        "SELECT 0, id, name, email, external_ref, password_hash, custom, version, created_at, updated_at,
                custom_updated_at
         FROM customers WHERE store_id = $1 AND {}",
        one_of(2, params.len())
    );
    tx.list(&Sql::built(sql), &params, decode).await
}

/// The columns that are computed from a customer.
struct Columns {
    name_folded: String,
    email_folded: String,
    custom: String,
}

impl Columns {
    const NAMES: [&str; 8] = [
        "name",
        "name_folded",
        "email",
        "email_folded",
        "external_ref",
        "password_hash",
        "custom",
        "version",
    ];

    fn of(customer: &Customer) -> Self {
        Self {
            name_folded: fold(&customer.name),
            email_folded: customer.email.folded(),
            custom: customer.custom.to_stored(),
        }
    }

    /// The values of these columns.
    fn params<'a>(&'a self, customer: &'a Customer) -> [Param<'a>; 8] {
        [
            (&customer.name).into(),
            (&self.name_folded).into(),
            customer.email.as_str().into(),
            (&self.email_folded).into(),
            customer.external_ref.as_deref().into(),
            customer.password_hash.as_ref().map(Secret::reveal).into(),
            Param::Json(&self.custom),
            customer.version.into(),
        ]
    }
}

/// Reads a customer from the columns 1 to 10; the first one is the caller's.
fn decode(row: &Row<'_>) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: row.id(1)?,
        name: row.get(2)?,
        email: Email::from_stored(row.get(3)?),
        external_ref: row.get(4)?,
        password_hash: row.get::<Option<String>>(5)?.map(Secret::new),
        custom: row.get(6)?,
        version: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
        custom_updated_at: row.get(10)?,
    })
}

#[cfg(test)]
mod plans;
