//! Entries: rows of flows, and the rows of hosted resources seen through their flow
//! (`contract/flows.md` §8 and §9).

use std::sync::Arc;

use customary_model::catalog::Catalog;
use customary_model::core;
use customary_model::entry::{self, Entry, EntryId, EntryKind, NewEntry};
use customary_model::field::relationship::Cardinality;
use customary_model::flow::Flow;
use customary_model::id::{CustomerId, StoreId};
use customary_model::json::Object;
use customary_model::page::Page;
use customary_model::problem::{Issue, Origin, Problem};
use customary_model::reference::{Reference, shown, to_stored, with_references};
use customary_model::resource::{
    DOCUMENTED_ENTRIES, DOCUMENTED_HOSTED_ENTRIES, ENTRIES, HOSTED_ENTRIES,
};
use customary_model::schema::{CustomChanges, CustomValues, Schema};
use customary_model::slot::Slots;
use customary_model::snapshot::StoreSnapshot;
use customary_model::store::Revision;
use customary_model::time::Timestamp;
use customary_model::version::{EntityTag, KeyVersions, Versioned as _};
use customary_store as store;
use customary_store::Tx;
use customary_store::records::{Locked, Records};
use serde_json::Value;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::{Conditions, Guard};
use crate::cursors::Walk;
use crate::error::{Error, Kind};
use crate::flows;
use crate::idempotency::Once;
use crate::includes::{self, Include};
use crate::lists::{Documented, ListParams, Plan, Scan};
use crate::permission::Action;

/// The order of a list that asks for none: the oldest first.
const DEFAULT_SORT: &str = "created_at";

/// Something of entries, with what is needed to show them.
#[derive(Debug)]
pub struct ShownEntries<T> {
    /// What was asked for.
    pub value: T,
    /// The flow.
    pub flow: Flow,
    /// Its fields, as of the same moment.
    pub schema: Arc<Schema>,
    /// The revision of the store at that moment.
    pub revision: Revision,
    /// What was asked to be sent along.
    pub included: Vec<Include>,
    /// How a list was found, if that was asked.
    pub plan: Option<Plan>,
}

impl ShownEntries<Entry> {
    /// The tag of the entry.
    #[must_use]
    pub fn tag(&self) -> EntityTag {
        self.value.tag(self.revision)
    }
}

/// What is to be done with the references in a field of a record.
#[derive(Debug, Clone)]
pub enum Relate {
    /// Add these to those that are there; a field for one record takes the new one.
    Add(Vec<Reference>),
    /// Have these and no others.
    Replace(Vec<Reference>),
    /// Remove those with these ids.
    Remove(Vec<String>),
    /// Remove all.
    Clear,
}

/// Where the records of a flow are, and what they look like.
struct Target {
    flow: Flow,
    records: Records,
    /// Whether their ids are given from outside, and naming one is enough to create it.
    is_free_form: bool,
    schema: Arc<Schema>,
    slots: Arc<Slots>,
    revision: Revision,
}

impl Target {
    /// For reading the whole flow.
    async fn to_list(
        app: &App,
        caller: &Caller,
        snapshot: &StoreSnapshot,
        flow: &str,
    ) -> Result<Self, Error> {
        let target = Self::find(caller, snapshot, flow)?;
        let action = if target.is_personal() {
            Action::PersonalEntry(None)
        } else {
            Action::ReadEntries
        };
        caller.require(app, action).await?;
        Ok(target)
    }

    /// For reading one record, or for what else `action` says of flows that are not about people.
    /// What is about people is open to the customer whom it belongs to.
    async fn to_use(
        app: &App,
        caller: &Caller,
        snapshot: &StoreSnapshot,
        flow: &str,
        id: &str,
        action: Action,
    ) -> Result<Self, Error> {
        let target = Self::find(caller, snapshot, flow)?;
        let action = if target.is_personal() {
            Action::PersonalEntry(target.find_owner(app, caller, id).await?)
        } else {
            action
        };
        caller.require(app, action).await?;
        Ok(target)
    }

    fn is_personal(&self) -> bool {
        core::is_private(self.flow.slug.as_str())
    }

    /// The customer whom a record belongs to. Asked only when the answer can open something.
    async fn find_owner(
        &self,
        app: &App,
        caller: &Caller,
        id: &str,
    ) -> Result<Option<CustomerId>, Error> {
        let (Records::Hosted(resource), Some(id), Some(_)) =
            (self.records, EntryId::parse(id), caller.customer)
        else {
            return Ok(None);
        };
        let store = caller.store;
        let owner = app
            .db()
            .read_one(async move |tx| store::records::find_owner(tx, store, resource, &id).await);
        Ok(owner.await?)
    }

    fn find(caller: &Caller, snapshot: &StoreSnapshot, flow: &str) -> Result<Self, Error> {
        let flow = flows::visible(caller, snapshot, flow)?.clone();
        let records = Records::of(&flow);
        let schema = match records {
            // A disabled flow does not extend its resource.
            Records::Hosted(resource) => snapshot.schema(resource.slug),
            Records::Entries(flow) => snapshot.schema_of(flow),
        };
        Ok(Self {
            slots: snapshot.slots(&records.name()),
            is_free_form: matches!(EntryKind::of(&flow), EntryKind::FreeForm),
            flow,
            records,
            schema,
            revision: snapshot.revision,
        })
    }

    /// The values with which a record comes into being that did not exist when it was named: free-form
    /// ones do, others do not.
    fn created_by_naming(&self, data: &Object) -> Result<CustomValues, Error> {
        if self.is_free_form {
            self.schema.create(data).map_err(Error::Invalid)
        } else {
            Err(no_entry())
        }
    }

    fn show<T>(self, value: T) -> ShownEntries<T> {
        ShownEntries {
            value,
            flow: self.flow,
            schema: self.schema,
            revision: self.revision,
            included: Vec::new(),
            plan: None,
        }
    }
}

/// Creates an entry. A free-form one takes the id that is given; one of a hosted resource has to
/// name a row that exists, whose values it sets.
///
/// # Errors
/// There is no such flow or row, the entry has problems, its id or a unique value is taken, or the row has a
/// value that cannot change or is in another state.
pub async fn create(
    app: &App,
    caller: &Caller,
    flow: &str,
    data: &Object,
    conditions: &Conditions,
) -> Result<ShownEntries<Entry>, Error> {
    caller.require(app, Action::ChangeEntries).await?;
    let created = app.on_snapshot(caller, |snapshot| async move {
        conditions.once.look(app, caller).await?;
        let target = Target::find(caller, &snapshot, flow)?;
        let mut new = NewEntry::parse(data, &target.schema).map_err(Error::Invalid)?;
        let (store, seen, now) = (caller.store, snapshot.revision, app.clock().now());
        let given = new.id.take();
        let (records, slots) = (target.records, Arc::clone(&target.slots));
        let (owner, once) = (*caller, conditions.once.clone());
        let entry = match records {
            Records::Hosted(_) => {
                let id = given.ok_or_else(|| Error::invalid(entry::id_required()))?;
                let changes = target.schema.replace_with(&new.custom);
                let guard = conditions.guard_addition(&snapshot, &target.schema);
                let saved = app.db().write(async move |tx| {
                    once.take(tx, &owner, id.as_str(), now).await?;
                    let current = store::records::lock(tx, store, seen, records, &id).await?;
                    let current = current.ok_or_else(no_entry)?;
                    guard.check(&current)?;
                    save(tx, store, records, &slots, current, changes, now).await
                });
                saved.await?
            }
            Records::Entries(flow) => {
                let given = given.filter(|_| target.is_free_form);
                let entry = new.into_entry(given.unwrap_or_else(EntryId::generate), now);
                let created = entry.clone();
                let record = (flow, created.id.clone());
                let inserted = app.db().write_record(record, async move |tx| {
                    let id = &created.id;
                    once.take(tx, &owner, id.as_str(), now).await?;
                    if store::records::insert(tx, store, seen, flow, &slots, &created).await? {
                        return Ok(());
                    }
                    let words = format!("An entry with the id {id} already exists");
                    Err(Error::Conflict(words))
                });
                inserted.await?;
                entry
            }
        };
        Ok(target.show(entry))
    });
    match created.await {
        Err(Error::Repeated(id)) => get(app, caller, flow, &id, &[]).await,
        created => created,
    }
}

/// Reads an entry.
///
/// # Errors
/// There is no such flow or entry.
pub async fn get(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
    includes: &[String],
) -> Result<ShownEntries<Entry>, Error> {
    app.on_snapshot(caller, |snapshot| async move {
        let target = Target::to_use(app, caller, &snapshot, flow, id, Action::ReadEntries).await?;
        let entry = find(app, caller, &snapshot, &target, id).await?;
        let included = includes::find(
            app,
            caller,
            &snapshot,
            &target.schema,
            &[&entry.custom],
            includes,
        )
        .await?;
        Ok(ShownEntries {
            included,
            ..target.show(entry)
        })
    })
    .await
}

/// Lists the entries of a flow, the oldest first unless another order is asked for.
///
/// # Errors
/// There is no such flow, the filter or the order is not one that its entries know, or the cursor belongs to
/// something else.
pub async fn list(
    app: &App,
    caller: &Caller,
    flow: &str,
    params: &ListParams,
) -> Result<ShownEntries<Page<Entry>>, Error> {
    app.on_snapshot(caller, |snapshot| async move {
        let params = &*params.offered(&snapshot, Documented::Filter);
        let filter = params.filter(&snapshot)?;
        let target = Target::to_list(app, caller, &snapshot, flow).await?;
        let (store, seen, records) = (caller.store, snapshot.revision, target.records);
        let resource = match (records, snapshot.is_strict) {
            (Records::Entries(_), false) => &ENTRIES,
            (Records::Entries(_), true) => &DOCUMENTED_ENTRIES,
            (Records::Hosted(_), false) => &HOSTED_ENTRIES,
            (Records::Hosted(_), true) => &DOCUMENTED_HOSTED_ENTRIES,
        };
        let catalog = Catalog::new(resource, &target.schema, &target.slots);
        let catalog = catalog.strictly(snapshot.is_strict);
        let (predicate, sort) = params.resolve(filter.as_ref(), DEFAULT_SORT, catalog)?;
        let list = format!("{}/{}", ENTRIES.slug, records.name());
        let filter = predicate.as_ref();
        let walk = Walk::new(&snapshot, &list, filter, &sort);
        let page = walk.page(app, params).await?;
        let (plan, scan) = (params.plan(filter, &sort), Scan::of(filter, &sort));
        let list = app.read_list(scan, async move |tx| {
            let predicate = predicate.as_ref();
            Ok(store::records::list(tx, store, seen, records, predicate, &sort, page).await?)
        });
        let list = walk.continued(app, list.await?).await?;
        let custom: Vec<_> = list.items.iter().map(|entry| &entry.custom).collect();
        let included = includes::find(
            app,
            caller,
            &snapshot,
            &target.schema,
            &custom,
            &params.includes,
        )
        .await?;
        Ok(ShownEntries {
            included,
            plan,
            ..target.show(list)
        })
    })
    .await
}

/// Updates an entry: the keys that are sent change. A free-form entry that does not exist is
/// created.
///
/// # Errors
/// There is no such flow or entry, or the update has problems, changes what cannot change, has a unique value
/// that is taken, or is based on another state. Who bases an update on a state means an entry that exists.
pub async fn update(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
    data: &Object,
    conditions: &Conditions,
) -> Result<ShownEntries<Entry>, Error> {
    caller.require(app, Action::ChangeEntries).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let target = Target::find(caller, &snapshot, flow)?;
        let changes = entry::parse_update(data, &target.schema).map_err(Error::Invalid)?;
        let fallback = target.created_by_naming(data);
        let id = EntryId::parse(id).ok_or_else(no_entry)?;
        let change = Change {
            id,
            fallback,
            guard: conditions.guard(&snapshot, &target.schema),
            once: Once::default(),
        };
        let saved = change.make(app, caller, &target, move |_| Ok(changes));
        let entry = saved.await?;
        Ok(target.show(entry))
    })
    .await
}

/// Deletes an entry; of a hosted resource's row, all values and references.
///
/// # Errors
/// There is no such flow or entry, or the row has a value that cannot change, or the deletion is based on
/// another state.
pub async fn remove(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
    conditions: &Conditions,
) -> Result<(), Error> {
    caller.require(app, Action::ChangeEntries).await?;
    app.on_snapshot(caller, |snapshot| async move {
        let target = Target::find(caller, &snapshot, flow)?;
        let (store, seen, now, records) = (
            caller.store,
            snapshot.revision,
            app.clock().now(),
            target.records,
        );
        let id = EntryId::parse(id).ok_or_else(no_entry)?;
        let (cleared, slots) = (target.schema.clear(), Arc::clone(&target.slots));
        let guard = conditions.guard(&snapshot, &target.schema);
        let removed = app.db().write(async move |tx| {
            let current = store::records::lock(tx, store, seen, records, &id).await?;
            let current = current.ok_or_else(no_entry)?;
            guard.check(&current)?;
            match records {
                Records::Entries(flow) => {
                    Ok(store::records::delete(tx, store, flow, slots.unique(), &id).await?)
                }
                Records::Hosted(_) => save(tx, store, records, &slots, current, cleared, now)
                    .await
                    .map(drop),
            }
        });
        removed.await
    })
    .await
}

/// Reads the references in a field of a record, in the form that the field's cardinality has.
///
/// # Errors
/// There is no such flow, record or relationship field.
pub async fn references(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
    field: &str,
) -> Result<Value, Error> {
    app.on_snapshot(caller, |snapshot| async move {
        let target = Target::to_use(app, caller, &snapshot, flow, id, Action::ReadEntries).await?;
        let field = target
            .schema
            .relationship(field)
            .ok_or(Error::NotFound(Kind::Field))?;
        let cardinality = field.cardinality().unwrap_or_default();
        let entry = find(app, caller, &snapshot, &target, id).await?;
        Ok(shown(
            &to_stored(&field.references(&entry.custom)),
            cardinality,
        ))
    })
    .await
}

/// Changes the references in a field of a record, and returns what it holds then. A free-form entry
/// that does not exist is created.
///
/// # Errors
/// There is no such flow, record or relationship field, or the field cannot hold so many, or cannot
/// change, or the change is based on another state.
pub async fn relate(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
    field: &str,
    relate: &Relate,
    conditions: &Conditions,
) -> Result<Value, Error> {
    let related = app.on_snapshot(caller, |snapshot| async move {
        let target =
            Target::to_use(app, caller, &snapshot, flow, id, Action::ChangeEntries).await?;
        conditions.once.look(app, caller).await?;
        let slug = field.to_owned();
        let field = target
            .schema
            .relationship(field)
            .ok_or(Error::NotFound(Kind::Field))?;
        let cardinality = field.cardinality().unwrap_or_default();
        let id = EntryId::parse(id).ok_or_else(no_entry)?;
        let fallback = match relate {
            Relate::Add(_) | Relate::Replace(_) => target.created_by_naming(&Object::default()),
            Relate::Remove(_) | Relate::Clear => Err(no_entry()),
        };
        let guard = match relate {
            Relate::Add(_) => conditions.guard_addition(&snapshot, &target.schema),
            Relate::Replace(_) | Relate::Remove(_) | Relate::Clear => {
                conditions.guard(&snapshot, &target.schema)
            }
        };
        let (relate, schema) = (relate.clone(), Arc::clone(&target.schema));
        let change = Change {
            id,
            fallback,
            guard,
            once: conditions.once.clone(),
        };
        let saved = change.make(app, caller, &target, move |entry| {
            let field = schema
                .relationship(&slug)
                .ok_or(Error::NotFound(Kind::Field))?;
            let references = related(field.references(&entry.custom), relate, cardinality);
            references
                .map(|references| field.refer_to(&references))
                .map_err(Error::Invalid)
        });
        let entry = saved.await?;
        Ok(shown(
            &to_stored(&field.references(&entry.custom)),
            cardinality,
        ))
    });
    match related.await {
        Err(Error::Repeated(_)) => references(app, caller, flow, id, field).await,
        related => related,
    }
}

async fn find(
    app: &App,
    caller: &Caller,
    snapshot: &StoreSnapshot,
    target: &Target,
    id: &str,
) -> Result<Entry, Error> {
    let (store, seen, records) = (caller.store, snapshot.revision, target.records);
    let id = EntryId::parse(id).ok_or_else(no_entry)?;
    let found = app
        .db()
        .read_one(async move |tx| store::records::find(tx, store, seen, records, &id).await)
        .await?;
    found.ok_or_else(no_entry)
}

/// The references after a change of them.
fn related(
    existing: Vec<Reference>,
    relate: Relate,
    cardinality: Cardinality,
) -> Result<Vec<Reference>, Vec<Problem>> {
    let references = match (relate, cardinality) {
        (Relate::Add(more), Cardinality::Many) => with_references(existing, more)?,
        (Relate::Add(new) | Relate::Replace(new), _) => with_references(Vec::new(), new)?,
        (Relate::Remove(ids), _) => existing
            .into_iter()
            .filter(|reference| !ids.contains(&reference.id))
            .collect(),
        (Relate::Clear, _) => Vec::new(),
    };
    if cardinality == Cardinality::One && references.len() > 1 {
        let words = format!(
            "has {} references, and this field is one-to-one: send one",
            references.len()
        );
        return Err(vec![Problem {
            path: "data".to_owned(),
            origin: Origin::Field,
            issue: Issue::other(words),
        }]);
    }
    Ok(references)
}

/// A change of one record.
struct Change {
    id: EntryId,
    /// The values with which one that does not exist is created first, or why it is not.
    fallback: Result<CustomValues, Error>,
    guard: Guard,
    once: Once,
}

impl Change {
    /// Makes the change under the record's lock.
    async fn make(
        self,
        app: &App,
        caller: &Caller,
        target: &Target,
        changes: impl FnOnce(&Entry) -> Result<CustomChanges, Error> + Send + 'static,
    ) -> Result<Entry, Error> {
        let (owner, store, now) = (*caller, caller.store, app.clock().now());
        let (seen, records, slots) = (target.revision, target.records, Arc::clone(&target.slots));
        let saved = app.db().write(async move |tx| {
            let Self {
                id,
                fallback,
                guard,
                once,
            } = self;
            once.take(tx, &owner, id.as_str(), now).await?;
            let current = match (
                store::records::lock(tx, store, seen, records, &id).await?,
                records,
            ) {
                (Some(current), _) => {
                    guard.check(&current)?;
                    current
                }
                (None, Records::Entries(flow)) if !guard.names_a_state() => {
                    let entry = NewEntry {
                        id: None,
                        custom: fallback?,
                    }
                    .into_entry(id, now);
                    if !store::records::insert(tx, store, seen, flow, &slots, &entry).await? {
                        // Somebody else was first: begin again with theirs.
                        return Err(Error::Stale);
                    }
                    Locked {
                        record: entry,
                        key_versions: KeyVersions::default(),
                    }
                }
                (None, Records::Entries(_) | Records::Hosted(_)) => return Err(no_entry()),
            };
            let changes = changes(&current.record)?;
            save(tx, store, records, &slots, current, changes, now).await
        });
        saved.await
    }
}

async fn save(
    tx: &mut Tx<'_>,
    store: StoreId,
    records: Records,
    slots: &Slots,
    current: Locked<Entry>,
    changes: CustomChanges,
    now: Timestamp,
) -> Result<Entry, Error> {
    let next = current.record.with(changes, now).map_err(Error::Invalid)?;
    let Some(next) = next else {
        return Ok(current.record);
    };
    store::records::update(tx, store, records, slots, &current, &next).await?;
    Ok(next)
}

fn no_entry() -> Error {
    Error::NotFound(Kind::Entry)
}
