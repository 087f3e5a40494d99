//! Addresses of customers, extended by the flow `addresses`.

use customary_model::address::{Address, AddressPatch, NewAddress};
use customary_model::catalog::Catalog;
use customary_model::id::{AddressId, CustomerId, StoreId};
use customary_model::json::Object;
use customary_model::page::{Page, PageRequest, TotalMethod};
use customary_model::resource::ADDRESSES;
use customary_model::settings::MAX_ADDRESSES;
use customary_model::store::Revision;
use customary_store as store;
use customary_store::Tx;
use customary_store::records::Locked;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::cursors::Walk;
use crate::customers::{no_customer, open};
use crate::error::{Error, Kind};
use crate::includes;
use crate::lists::{Documented, ListParams, Scan};
use crate::shown::Shown;

/// The order of a list that asks for none: the oldest first.
const DEFAULT_SORT: &str = "created_at";

/// Creates an address of a customer.
///
/// # Errors
/// There is no such customer, they have as many as the store lets them have, or the address has
/// problems or a unique value that is taken; nothing is stored.
pub async fn create(
    app: &App,
    caller: &Caller,
    customer: &str,
    data: &Object,
    conditions: &Conditions,
) -> Result<Shown<Address>, Error> {
    let customer_id = open(app, caller, customer).await?;
    let created = app.on_snapshot(caller, |snapshot| async move {
        conditions.once.look(app, caller).await?;
        let (owner, store, seen) = (*caller, caller.store, snapshot.revision);
        let customer_id = customer_id.ok_or_else(no_customer)?;
        let schema = snapshot.schema(ADDRESSES.slug);
        let new = NewAddress::parse(data, &schema, &snapshot.settings.address_mandatory_fields);
        let (now, once) = (app.clock().now(), conditions.once.clone());
        let new = new.map(|new| new.into_address(customer_id, now));
        let limit = snapshot.settings.shopper_address_limit;
        let slots = snapshot.slots(ADDRESSES.slug);
        let created = app.db().write(async move |tx| {
            let id = new.as_ref().map(|new| new.id.to_string());
            once.take(tx, &owner, &id.unwrap_or_default(), now).await?;
            // A customer that does not exist is the greater problem. The lock keeps them from being
            // deleted, and others from adding addresses meanwhile.
            let found = store::customers::lock(tx, store, seen, customer_id).await?;
            found.ok_or_else(no_customer)?;
            let address = new.map_err(Error::Invalid)?;
            if store::addresses::count(tx, store, seen, customer_id).await? >= u64::from(limit) {
                return Err(Error::LimitReached(format!(
                    "a customer can have {limit} addresses, which is the limit of this store (shopper_address_limit): delete one first"
                )));
            }
            store::addresses::insert(tx, store, seen, &slots, &address).await?;
            Ok(address)
        });
        Ok(Shown::new(created.await?, schema, &snapshot))
    });
    match created.await {
        Err(Error::Repeated(id)) => get(app, caller, customer, &id, &[]).await,
        created => created,
    }
}

/// Reads an address of a customer.
///
/// # Errors
/// There is no such customer or address.
pub async fn get(
    app: &App,
    caller: &Caller,
    customer: &str,
    id: &str,
    includes: &[String],
) -> Result<Shown<Address>, Error> {
    let customer = open(app, caller, customer).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen) = (caller.store, snapshot.revision);
        let (customer, id) = (customer.ok_or_else(no_customer)?, id.parse().ok());
        let found = app.db().read_one(async move |tx| {
            let found = match id {
                Some(id) => store::addresses::find(tx, store, seen, customer, id).await?,
                None => None,
            };
            or_missing(tx, store, seen, customer, found).await
        });
        let address = found.await?;
        let schema = snapshot.schema(ADDRESSES.slug);
        let included = includes::find(
            app,
            caller,
            &snapshot,
            &schema,
            &[&address.custom],
            includes,
        )
        .await?;
        Ok(Shown {
            included,
            ..Shown::new(address, schema, &snapshot)
        })
    })
    .await
}

/// Lists the addresses of a customer, the oldest first unless another order is asked for: all of them,
/// unless a page is.
///
/// # Errors
/// There is no such customer, the filter or the order is not one that addresses know, or the cursor belongs
/// to something else.
pub async fn list(
    app: &App,
    caller: &Caller,
    customer: &str,
    params: &ListParams,
) -> Result<Shown<Page<Address>>, Error> {
    let customer = open(app, caller, customer).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let params = &*params.offered(&snapshot, Documented::Nothing);
        let filter = params.filter(&snapshot)?;
        let (store, seen) = (caller.store, snapshot.revision);
        let customer = customer.ok_or_else(no_customer)?;
        let (schema, slots) = (
            snapshot.schema(ADDRESSES.slug),
            snapshot.slots(ADDRESSES.slug),
        );
        let catalog = Catalog::new(&ADDRESSES, &schema, &slots);
        let (predicate, sort) = params.resolve(filter.as_ref(), DEFAULT_SORT, catalog)?;
        let list = format!("{}/{customer}", ADDRESSES.slug);
        let walk = Walk::new(&snapshot, &list, predicate.as_ref(), &sort);
        let is_whole = !params.page.is_requested;
        let request = if is_whole {
            PageRequest {
                limit: MAX_ADDRESSES,
                offset: 0,
                after: None,
                needs_end: false,
                total_method: TotalMethod::Observed,
            }
        } else {
            walk.page(app, params).await?
        };
        let filter = predicate.as_ref();
        let (plan, scan) = (params.plan(filter, &sort), Scan::of(filter, &sort));
        let found = app.read_list(scan, async move |tx| {
            let predicate = predicate.as_ref();
            let found =
                store::addresses::list(tx, store, seen, customer, predicate, &sort, request);
            let found = found.await?;
            // Whoever has addresses is there.
            if found.items.is_empty() {
                let owner = store::customers::find(tx, store, seen, customer).await?;
                owner.ok_or_else(no_customer)?;
            }
            Ok(found)
        });
        let mut page = walk.continued(app, found.await?).await?;
        if is_whole {
            page = Page::of_all(page.items, None, snapshot.settings.page_length);
        }
        let records: Vec<_> = page.items.iter().map(|address| &address.custom).collect();
        let included =
            includes::find(app, caller, &snapshot, &schema, &records, &params.includes).await?;
        Ok(Shown {
            included,
            plan,
            ..Shown::new(page, schema, &snapshot)
        })
    })
    .await
}

/// Updates an address: the keys that are sent change.
///
/// # Errors
/// There is no such customer or address, or the update has problems, changes what cannot change, has a
/// unique value that is taken, or is based on another state; nothing changes.
pub async fn update(
    app: &App,
    caller: &Caller,
    customer: &str,
    id: &str,
    data: &Object,
    conditions: &Conditions,
) -> Result<Shown<Address>, Error> {
    let customer = open(app, caller, customer).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen, now) = (caller.store, snapshot.revision, app.clock().now());
        let (customer, id) = (customer.ok_or_else(no_customer)?, id.parse().ok());
        let schema = snapshot.schema(ADDRESSES.slug);
        let patch = AddressPatch::parse(data, &schema, &snapshot.settings.address_mandatory_fields);
        let slots = snapshot.slots(ADDRESSES.slug);
        let guard = conditions.guard(&snapshot, &schema);
        let updated = app.db().write(async move |tx| {
            let locked = lock(tx, store, seen, customer, id).await?;
            // What is wrong with the update itself is said first, as for customers.
            let patch = patch.map_err(Error::Invalid)?;
            guard.check(&locked)?;
            match patch.apply(&locked.record, now).map_err(Error::Invalid)? {
                Some(changed) => {
                    store::addresses::update(tx, store, &slots, &locked, &changed).await?;
                    Ok::<_, Error>(changed)
                }
                None => Ok(locked.record),
            }
        });
        Ok(Shown::new(updated.await?, schema, &snapshot))
    })
    .await
}

/// Deletes an address with its custom values.
///
/// # Errors
/// There is no such customer or address, or the deletion is based on another state.
pub async fn remove(
    app: &App,
    caller: &Caller,
    customer: &str,
    id: &str,
    conditions: &Conditions,
) -> Result<(), Error> {
    let customer = open(app, caller, customer).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen) = (caller.store, snapshot.revision);
        let (customer, id) = (customer.ok_or_else(no_customer)?, id.parse().ok());
        let guard = conditions.guard(&snapshot, &snapshot.schema(ADDRESSES.slug));
        let slots = snapshot.slots(ADDRESSES.slug);
        let removed = app.db().write(async move |tx| {
            let locked = lock(tx, store, seen, customer, id).await?;
            guard.check(&locked)?;
            Ok(store::addresses::delete(tx, store, slots.unique(), locked.record.id).await?)
        });
        removed.await
    })
    .await
}

/// Finds an address and keeps others from changing it. A text that is no id names none.
async fn lock(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
    id: Option<AddressId>,
) -> Result<Locked<Address>, Error> {
    let found = match id {
        Some(id) => store::addresses::lock(tx, store, seen, customer, id).await?,
        None => None,
    };
    or_missing(tx, store, seen, customer, found).await
}

/// What was found, or what is missing: the address or the customer.
async fn or_missing<T>(
    tx: &mut Tx<'_>,
    store: StoreId,
    seen: Revision,
    customer: CustomerId,
    found: Option<T>,
) -> Result<T, Error> {
    match found {
        Some(address) => Ok(address),
        None => match store::customers::find(tx, store, seen, customer).await? {
            Some(_) => Err(Error::NotFound(Kind::Address)),
            None => Err(no_customer()),
        },
    }
}
