//! Customers, extended by the flow `customers`.

use customary_model::catalog::Catalog;
use customary_model::customer::{Customer, CustomerPatch, NewCustomer};
use customary_model::id::CustomerId;
use customary_model::json::Object;
use customary_model::page::Page;
use customary_model::resource::{ADDRESSES, CUSTOMERS};
use customary_store as store;
use customary_store::StoreError;
use serde_json::Value;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::cursors::Walk;
use crate::entries::{self, Relate};
use crate::error::{Error, Kind};
use crate::includes;
use crate::lists::{Documented, ListParams, Scan};
use crate::permission::Action;
use crate::shown::Shown;

/// The order of a list that asks for none: the newest first.
const DEFAULT_SORT: &str = "-created_at";

/// Creates a customer.
///
/// # Errors
/// Base attributes or custom values have problems, or the address or a unique value is taken; nothing is
/// stored.
pub async fn create(
    app: &App,
    caller: &Caller,
    data: &Object,
    conditions: &Conditions,
) -> Result<Shown<Customer>, Error> {
    caller.require(app, Action::ManageCustomers).await?;
    let created = app.on_snapshot(caller, |snapshot| async move {
        conditions.once.look(app, caller).await?;
        let schema = snapshot.schema(CUSTOMERS.slug);
        let mut new = NewCustomer::parse(data, &schema).map_err(Error::Invalid)?;
        let password_hash = match new.password.take() {
            Some(password) => Some(app.passwords().hash(password).await?),
            None => None,
        };
        let now = app.clock().now();
        let customer = new.into_customer(CustomerId::generate(), password_hash, now);
        let (owner, seen, created) = (*caller, snapshot.revision, customer.clone());
        let (slots, once) = (snapshot.slots(CUSTOMERS.slug), conditions.once.clone());
        app.db()
            .write_record(created.id, async move |tx| {
                once.take(tx, &owner, &created.id.to_string(), now).await?;
                store::customers::insert(tx, owner.store, seen, &slots, &created)
                    .await
                    .map_err(duplicate_email)
            })
            .await?;
        Ok(Shown::new(customer, schema, &snapshot))
    });
    match created.await {
        Err(Error::Repeated(id)) => get(app, caller, &id, &[]).await,
        created => created,
    }
}

/// Creates many customers at once, in one transaction, and returns how many: those whose address is taken
/// are left out. Callers bound the number.
///
/// # Errors
/// One of them has problems or a unique value that is taken, be it by another of them; nothing is stored.
pub async fn create_many(app: &App, caller: &Caller, data: &[Object]) -> Result<u64, Error> {
    caller.require(app, Action::ManageCustomers).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let schema = snapshot.schema(CUSTOMERS.slug);
        let mut customers = Vec::with_capacity(data.len());
        for data in data {
            let mut new = NewCustomer::parse(data, &schema).map_err(Error::Invalid)?;
            let password_hash = match new.password.take() {
                Some(password) => Some(app.passwords().hash(password).await?),
                None => None,
            };
            let (id, now) = (CustomerId::generate(), app.clock().now());
            customers.push(new.into_customer(id, password_hash, now));
        }
        let (store, seen) = (caller.store, snapshot.revision);
        let slots = snapshot.slots(CUSTOMERS.slug);
        let added = app.db().write(async move |tx| {
            store::stores::share(tx, store, seen).await?;
            store::customers::insert_many(tx, store, seen, &slots, &customers).await
        });
        Ok(added.await?)
    })
    .await
}

/// Reads a customer.
///
/// # Errors
/// There is no such customer.
pub async fn get(
    app: &App,
    caller: &Caller,
    id: &str,
    includes: &[String],
) -> Result<Shown<Customer>, Error> {
    let id = open(app, caller, id).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen, id) = (caller.store, snapshot.revision, id.ok_or_else(no_customer)?);
        let found = app
            .db()
            .read_one(async move |tx| store::customers::find(tx, store, seen, id).await)
            .await?;
        let value = found.ok_or_else(no_customer)?;
        let schema = snapshot.schema(CUSTOMERS.slug);
        let included =
            includes::find(app, caller, &snapshot, &schema, &[&value.custom], includes).await?;
        Ok(Shown {
            included,
            ..Shown::new(value, schema, &snapshot)
        })
    })
    .await
}

/// Updates a customer: the keys that are sent change, all others stay, so that concurrent updates
/// of different keys never lose one another.
///
/// # Errors
/// There is no such customer, the update has problems or changes what cannot change, or the address
/// or a unique value is taken, or the update is based on another state; nothing changes.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    data: &Object,
    conditions: &Conditions,
) -> Result<Shown<Customer>, Error> {
    let id = open(app, caller, id).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen, id) = (caller.store, snapshot.revision, id.ok_or_else(no_customer)?);
        let schema = snapshot.schema(CUSTOMERS.slug);
        let patch = match CustomerPatch::parse(data, &schema) {
            Ok(patch) => patch,
            Err(problems) => {
                // A customer that does not exist is the greater problem.
                let found = app
                    .db()
                    .read_one(async move |tx| store::customers::find(tx, store, seen, id).await)
                    .await?;
                return Err(found.map_or_else(no_customer, |_| Error::Invalid(problems)));
            }
        };
        let password_hash = app.passwords().hash_patch(patch.password.clone()).await?;
        let (slots, now) = (snapshot.slots(CUSTOMERS.slug), app.clock().now());
        let guard = conditions.guard(&snapshot, &schema);
        let value = app
            .db()
            .write_record(id, async move |tx| {
                let locked = store::customers::lock(tx, store, seen, id).await?;
                let locked = locked.ok_or_else(no_customer)?;
                guard.check(&locked)?;
                let patch = patch.clone();
                let changed = patch.apply(&locked.record, password_hash.clone(), now);
                let Some(changed) = changed.map_err(Error::Invalid)? else {
                    return Ok::<_, Error>(locked.record);
                };
                store::customers::update(tx, store, seen, &slots, &locked, &changed)
                    .await
                    .map_err(duplicate_email)?;
                Ok(changed)
            })
            .await?;
        Ok(Shown::new(value, schema, &snapshot))
    })
    .await
}

/// Deletes a customer with their custom values and addresses.
///
/// # Errors
/// There is no such customer, or the deletion is based on another state.
pub async fn remove(
    app: &App,
    caller: &Caller,
    id: &str,
    conditions: &Conditions,
) -> Result<(), Error> {
    let id = open(app, caller, id).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let (store, seen, id) = (caller.store, snapshot.revision, id.ok_or_else(no_customer)?);
        let guard = conditions.guard(&snapshot, &snapshot.schema(CUSTOMERS.slug));
        let slots = snapshot.slots(CUSTOMERS.slug);
        let of_addresses = snapshot.slots(ADDRESSES.slug);
        let removed = app.db().write(async move |tx| {
            let found = store::customers::lock(tx, store, seen, id).await?;
            guard.check(&found.ok_or_else(no_customer)?)?;
            store::addresses::delete_of(tx, store, of_addresses.unique(), id).await?;
            Ok(store::customers::delete(tx, store, slots.unique(), id).await?)
        });
        removed.await
    })
    .await
}

/// Lists customers.
///
/// # Errors
/// The filter or the sort is not one that customers know, or the cursor belongs to something else.
pub async fn list(
    app: &App,
    caller: &Caller,
    params: &ListParams,
) -> Result<Shown<Page<Customer>>, Error> {
    caller.require(app, Action::ManageCustomers).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let params = &*params.offered(&snapshot, Documented::FilterAndSort);
        let filter = params.filter(&snapshot)?;
        let (store, seen) = (caller.store, snapshot.revision);
        let schema = snapshot.schema(CUSTOMERS.slug);
        let slots = snapshot.slots(CUSTOMERS.slug);
        let catalog = Catalog::new(&CUSTOMERS, &schema, &slots).strictly(snapshot.is_strict);
        let (predicate, sort) = params.resolve(filter.as_ref(), DEFAULT_SORT, catalog)?;
        let filter = predicate.as_ref();
        let walk = Walk::new(&snapshot, CUSTOMERS.slug, filter, &sort);
        let page = walk.page(app, params).await?;
        let (plan, scan) = (params.plan(filter, &sort), Scan::of(filter, &sort));
        let list = app.read_list(scan, async move |tx| {
            let predicate = predicate.as_ref();
            Ok(store::customers::list(tx, store, seen, predicate, &sort, page).await?)
        });
        let value = walk.continued(app, list.await?).await?;
        let records: Vec<_> = value
            .items
            .iter()
            .map(|customer| &customer.custom)
            .collect();
        let included =
            includes::find(app, caller, &snapshot, &schema, &records, &params.includes).await?;
        Ok(Shown {
            included,
            plan,
            ..Shown::new(value, schema, &snapshot)
        })
    })
    .await
}

/// Reads the references in a field of a customer.
///
/// # Errors
/// There is no such customer or relationship field.
pub async fn references(app: &App, caller: &Caller, id: &str, field: &str) -> Result<Value, Error> {
    open(app, caller, id).await?;
    entries::references(app, caller, CUSTOMERS.slug, id, field)
        .await
        .map_err(of_customer)
}

/// Changes the references in a field of a customer, and returns what it holds then.
///
/// # Errors
/// There is no such customer or relationship field, or the field cannot hold so many.
pub async fn relate(
    app: &App,
    caller: &Caller,
    id: &str,
    field: &str,
    relate: &Relate,
    conditions: &Conditions,
) -> Result<Value, Error> {
    open(app, caller, id).await?;
    entries::relate(app, caller, CUSTOMERS.slug, id, field, relate, conditions)
        .await
        .map_err(of_customer)
}

/// Says of a customer what was said of their entry. Without the flow there is no such field.
fn of_customer(error: Error) -> Error {
    match error {
        Error::NotFound(Kind::Entry) => Error::NotFound(Kind::Customer),
        Error::NotFound(Kind::Flow) => Error::NotFound(Kind::Field),
        other => other,
    }
}

/// The customer that `id` names, once it is clear that the caller may deal with them. A text that is no
/// id names nobody.
pub(crate) async fn open(
    app: &App,
    caller: &Caller,
    id: &str,
) -> Result<Option<CustomerId>, Error> {
    let id = id.parse().ok();
    caller.require(app, Action::OwnCustomer(id)).await?;
    Ok(id)
}

pub(crate) fn no_customer() -> Error {
    Error::NotFound(Kind::Customer)
}

/// The address is the only column that customers cannot share.
fn duplicate_email(error: StoreError) -> Error {
    match error {
        StoreError::Conflict(_) => Error::DuplicateEmail,
        other => other.into(),
    }
}
