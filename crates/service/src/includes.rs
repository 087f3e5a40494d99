//! Records that others refer to, sent along on request (`contract/conventions.md` §7).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use customary_model::address::Address;
use customary_model::core;
use customary_model::customer::Customer;
use customary_model::entry::{Entry, EntryId};
use customary_model::field::FieldKind;
use customary_model::flow::Flow;
use customary_model::id::{AddressId, CustomerId, parse_uuid};
use customary_model::reference::Reference;
use customary_model::resource::{self, ADDRESSES, CUSTOMERS};
use customary_model::schema::{CustomValues, Schema};
use customary_model::snapshot::StoreSnapshot;
use customary_store as store;
use customary_store::records::FoundEntry;
use uuid::Uuid;

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;

/// How many names one request may include; further ones are ignored.
const MAX_NAMES: usize = 5;

/// How many records one query looks for.
const IDS_PER_QUERY: usize = 1_000;

/// The records behind one relationship field.
#[derive(Debug)]
pub struct Include {
    /// The name that was asked for.
    pub name: String,
    /// The records, in the order in which they are first referred to.
    pub records: Vec<Included>,
}

/// A record that another refers to.
#[derive(Debug)]
pub enum Included {
    /// An entry, with its flow and fields.
    Entry(Box<Entry>, Flow, Arc<Schema>),
    /// A customer, with their fields.
    Customer(Box<Customer>, Arc<Schema>),
    /// An address, with its fields.
    Address(Box<Address>, Arc<Schema>),
}

/// Finds what `records`, which have the given schema, refer to in the fields that `names` name, in
/// any case. Names that are no relationship field, and ids that are no record, are passed over.
pub(crate) async fn find(
    app: &App,
    caller: &Caller,
    snapshot: &StoreSnapshot,
    schema: &Schema,
    records: &[&CustomValues],
    names: &[String],
) -> Result<Vec<Include>, Error> {
    let mut includes = Vec::new();
    for name in names.iter().take(MAX_NAMES) {
        let field = schema.fields().iter().find(|field| {
            field.cardinality().is_some() && field.field.slug.as_str().eq_ignore_ascii_case(name)
        });
        let Some(field) = field else { continue };
        let FieldKind::Relationship(rules) = &field.kind else {
            continue;
        };
        let mut seen = HashSet::new();
        let references = records.iter().flat_map(|custom| field.references(custom));
        let references: Vec<Reference> = references
            .filter(|reference| seen.insert(reference.id.clone()))
            .collect();
        let records = resolve(app, caller, snapshot, &references, rules.to.as_deref()).await?;
        if !records.is_empty() {
            includes.push(Include {
                name: name.clone(),
                records,
            });
        }
    }
    Ok(includes)
}

/// An entry of the flow that the rule or the reference names, else any entry of that id, else a
/// customer or an address (`contract/customers.md` §5). A visitor sees nothing about people, nor what is disabled.
async fn resolve(
    app: &App,
    caller: &Caller,
    snapshot: &StoreSnapshot,
    references: &[Reference],
    to: Option<&str>,
) -> Result<Vec<Included>, Error> {
    let mut entries = find_entries(app, caller, references).await?;
    let visible = |flow: &Flow| {
        // A flow that became one of a hosted resource keeps the entries it had, out of sight.
        resource::hosted(flow.slug.as_str()).is_none()
            && (caller.sees_disabled() || (flow.enabled && !core::is_private(flow.slug.as_str())))
    };
    let flows: HashMap<_, _> = snapshot
        .flows()
        .iter()
        .filter(|flow| visible(flow))
        .map(|flow| (flow.id, flow))
        .collect();
    let mut found: HashMap<&str, Included> = HashMap::new();
    let mut missing = Vec::new();
    for reference in references {
        let id = EntryId::parse(&reference.id);
        let mut candidates = id.and_then(|id| entries.remove(&id)).unwrap_or_default();
        candidates.retain(|candidate| flows.contains_key(&candidate.flow_id));
        let named = |candidate: &FoundEntry| {
            let slug = flows[&candidate.flow_id].slug.as_str();
            Some(slug) == to || slug == reference.type_name
        };
        let best = candidates.iter().position(named).unwrap_or(0);
        if candidates.is_empty() {
            missing.push(reference);
        } else {
            let FoundEntry { flow_id, entry } = candidates.swap_remove(best);
            let included = Included::Entry(
                Box::new(entry),
                flows[&flow_id].clone(),
                snapshot.schema_of(flow_id),
            );
            found.insert(&reference.id, included);
        }
    }
    if caller.sees_disabled() {
        let mut rows = find_hosted(app, caller, snapshot, &missing).await?;
        for reference in missing {
            let id = parse_uuid(&reference.id).ok();
            if let Some(row) = id.and_then(|id| rows.remove(&id)) {
                found.insert(&reference.id, row);
            }
        }
    }
    Ok(references
        .iter()
        .filter_map(|reference| found.remove(reference.id.as_str()))
        .collect())
}

async fn find_entries(
    app: &App,
    caller: &Caller,
    references: &[Reference],
) -> Result<HashMap<EntryId, Vec<FoundEntry>>, Error> {
    let mut entries: HashMap<EntryId, Vec<FoundEntry>> = HashMap::new();
    let ids: Vec<EntryId> = references
        .iter()
        .filter_map(|reference| EntryId::parse(&reference.id))
        .collect();
    for ids in ids.chunks(IDS_PER_QUERY) {
        let (store, ids) = (caller.store, ids.to_vec());
        let found = app
            .db()
            .read(async move |tx| store::records::find_of_any_flow(tx, store, &ids).await)
            .await?;
        for found in found {
            entries
                .entry(found.entry.id.clone())
                .or_default()
                .push(found);
        }
    }
    Ok(entries)
}

/// The rows of hosted resources that are referred to.
async fn find_hosted(
    app: &App,
    caller: &Caller,
    snapshot: &StoreSnapshot,
    references: &[&Reference],
) -> Result<HashMap<Uuid, Included>, Error> {
    let mut rows = HashMap::new();
    let ids: Vec<Uuid> = references
        .iter()
        .filter_map(|reference| parse_uuid(&reference.id).ok())
        .collect();
    let (of_customers, of_addresses) = (
        snapshot.schema(CUSTOMERS.slug),
        snapshot.schema(ADDRESSES.slug),
    );
    for ids in ids.chunks(IDS_PER_QUERY) {
        let store = caller.store;
        let customers: Vec<CustomerId> = ids.iter().map(|id| (*id).into()).collect();
        let addresses: Vec<AddressId> = ids.iter().map(|id| (*id).into()).collect();
        let found = app.db().read(async move |tx| {
            Ok::<_, Error>((
                store::addresses::find_many(tx, store, &addresses).await?,
                store::customers::find_many(tx, store, &customers).await?,
            ))
        });
        let (addresses, customers) = found.await?;
        rows.extend(addresses.into_iter().map(|address| {
            let id = address.id.uuid();
            let included = Included::Address(Box::new(address), Arc::clone(&of_addresses));
            (id, included)
        }));
        rows.extend(customers.into_iter().map(|customer| {
            let id = customer.id.uuid();
            let included = Included::Customer(Box::new(customer), Arc::clone(&of_customers));
            (id, included)
        }));
    }
    Ok(rows)
}
