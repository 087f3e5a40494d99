//! Fields: the columns that a shop adds to its flows.

use std::collections::HashMap;
use std::sync::Arc;

use customary_model::field::{
    self, Field, FieldKey, FieldPatch, FieldType, NewField, reserved_slug_problem, rule,
};
use customary_model::flow::Flow;
use customary_model::id::{FieldId, FlowId};
use customary_model::json::Object;
use customary_model::page::{Page, PageParams};
use customary_model::problem::{Issue, Problem};
use customary_model::slot::SlotState;
use customary_model::slug::FieldSlug;
use customary_model::snapshot::StoreSnapshot;
use customary_model::version::{Key, Versioned};
use customary_store as store;
use customary_store::records::Records;
use customary_store::slot_jobs::Progress;
use serde_json::value::RawValue;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::error::{Error, Kind};
use crate::flows;
use crate::indexes;
use crate::permission::Action;
use crate::shown::Tagged;
use crate::unique;

/// A field, with what becomes of its index.
#[derive(Debug, Clone)]
pub struct ShownField {
    /// The field.
    pub field: Arc<Field>,
    /// Its index; `None` when it has none.
    pub index: Option<Index>,
    /// Whether only that is shown of it which the platform documents.
    pub is_strict: bool,
}

/// How far the index of a field is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Index {
    /// It has every record.
    Ready,
    /// It has so many of a hundred records, and filters do not use it yet.
    Building(i64),
    /// The field is not filterable any more, and its index is being emptied.
    Clearing,
}

impl Versioned for ShownField {
    fn version(&self) -> i64 {
        self.field.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        self.field.differing_keys(&other.field)
    }
}

impl ShownField {
    /// How far the building of an index is, the snapshot does not know.
    fn of(snapshot: &StoreSnapshot, field: Arc<Field>) -> Self {
        let index = snapshot.index_state(field.id).map(|state| match state {
            SlotState::Building => Index::Building(0),
            SlotState::Ready => Index::Ready,
            SlotState::Clearing => Index::Clearing,
        });
        Self {
            field,
            index,
            is_strict: snapshot.is_strict,
        }
    }

    fn tagged(self, snapshot: &StoreSnapshot) -> Tagged<Self> {
        Tagged::new(self, snapshot.revision)
    }

    fn is_building(&self) -> bool {
        matches!(self.index, Some(Index::Building(_)))
    }
}

/// Creates a field. From the next request on, every record of its flow carries it.
///
/// # Errors
/// Its attributes have problems, its flow does not exist or is full, or its slug is taken or
/// reserved.
pub async fn create(
    app: &App,
    caller: &Caller,
    data: Object,
    conditions: &Conditions,
) -> Result<Tagged<ShownField>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, store, now) = (*caller, caller.store, app.clock().now());
    let (id, once) = (FieldId::generate(), conditions.once.clone());
    let created = app.change_store(caller, async move |tx, snapshot| {
        once.take(tx, &owner, &id.to_string(), now).await?;
        let data = offered(snapshot, data);
        let new = NewField::parse(&data).map_err(Error::Invalid)?;
        require_documented_rules(snapshot, new.field_type, &new.validation_rules)?;
        let flow = snapshot
            .flows()
            .iter()
            .find(|flow| flow.id == new.flow_id)
            .ok_or_else(|| {
                let words = format!("names no flow: there is none with the id {}", new.flow_id);
                Error::invalid(Problem::attribute(
                    "relationships.flow.data.id",
                    Issue::other(words),
                ))
            })?;
        require_usable_slug(snapshot, flow, &new.slug, None)?;
        let limit = snapshot.settings.field_limit;
        if snapshot.fields_of(flow.id).len() >= limit {
            let words = format!("is full: a flow has at most {limit} fields, so delete one first");
            return Err(Error::invalid(Problem::attribute(
                "relationships.flow",
                Issue::other(words),
            )));
        }
        let key = FieldKey::from_number(store::stores::next_field_number(tx, store).await?);
        let slot = indexes::choose_slot(snapshot, flow, new.field_type, new.filterable)?;
        let field = Field {
            filterable: slot.is_some(),
            ..new.into_field(id, key, now)
        };
        store::fields::insert(tx, store, &field).await?;
        if let Some(slot) = slot {
            // No record has a value of a new field, so its slot is right from the beginning.
            indexes::give_slot(tx, store, flow, &field, slot, SlotState::Ready).await?;
        }
        let shown = ShownField {
            field: Arc::new(field),
            index: slot.map(|_| Index::Ready),
            is_strict: snapshot.is_strict,
        };
        Tagged::within(tx, store, shown).await
    });
    match created.await {
        Err(Error::Repeated(id)) => get(app, caller, &id).await,
        created => created,
    }
}

/// Reads a field.
///
/// # Errors
/// There is none that the caller may see.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<Tagged<ShownField>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    let field = app.on_current_snapshot(caller, |snapshot| {
        let field = visible(caller, snapshot, id)?;
        Ok(ShownField::of(snapshot, Arc::clone(field)).tagged(snapshot))
    });
    with_progress(app, caller, field.await?).await
}

/// Reads a field of a flow.
///
/// # Errors
/// The flow does not exist, or has no such field that the caller may see.
pub async fn get_of_flow(
    app: &App,
    caller: &Caller,
    flow: &str,
    id: &str,
) -> Result<Tagged<ShownField>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    let field = app.on_current_snapshot(caller, |snapshot| {
        let flow = flows::visible(caller, snapshot, flow)?;
        let field = visible(caller, snapshot, id)?;
        if field.flow_id == flow.id {
            Ok(ShownField::of(snapshot, Arc::clone(field)).tagged(snapshot))
        } else {
            Err(Error::NotFound(Kind::Field))
        }
    });
    with_progress(app, caller, field.await?).await
}

/// Lists the fields of all flows, the oldest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(app: &App, caller: &Caller, page: PageParams) -> Result<Page<ShownField>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    let fields = app.on_current_snapshot(caller, |snapshot| {
        Ok(shown_page(
            caller,
            snapshot,
            snapshot.fields().to_vec(),
            page,
        ))
    });
    all_with_progress(app, caller, fields.await?).await
}

/// Lists the fields of a flow in the order in which its records show them.
///
/// # Errors
/// There is no such flow.
pub async fn list_of_flow(
    app: &App,
    caller: &Caller,
    flow: &str,
    page: PageParams,
) -> Result<Page<ShownField>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    let fields = app.on_current_snapshot(caller, |snapshot| {
        let flow = flows::visible(caller, snapshot, flow)?;
        let fields = snapshot.fields_of(flow.id);
        Ok(shown_page(caller, snapshot, fields, page))
    });
    all_with_progress(app, caller, fields.await?).await
}

/// A page of those of the fields that the caller may see.
fn shown_page(
    caller: &Caller,
    snapshot: &StoreSnapshot,
    fields: Vec<Arc<Field>>,
    page: PageParams,
) -> Page<ShownField> {
    let fields = fields
        .into_iter()
        .filter(|field| is_visible(caller, snapshot, field));
    let fields = fields.map(|field| ShownField::of(snapshot, field));
    let page_length = snapshot.settings.page_length;
    Page::of_all(
        fields.collect(),
        page.optional_request(page_length),
        page_length,
    )
}

/// Updates a field. Stored values follow a new slug, and are not measured by new rules.
///
/// # Errors
/// There is no such field, the update has problems or is based on another state, or the field is to be
/// unique and records share values.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: String,
    data: Object,
    conditions: &Conditions,
) -> Result<Tagged<ShownField>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, now, conditions) = (*caller, app.clock().now(), conditions.clone());
    let field = app.change_store(caller, async move |tx, snapshot| {
        let current = visible(&owner, snapshot, &id)?;
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(current, &current.key_versions)?;
        let data = offered(snapshot, data);
        let patch = FieldPatch::parse(&data, current).map_err(Error::Invalid)?;
        if let Some(rules) = patch.validation_rules() {
            require_documented_rules(snapshot, current.field_type, rules)?;
        }
        let mut shown = ShownField::of(snapshot, Arc::clone(current));
        let Some(field) = patch.apply(current, now) else {
            return Ok(shown.tagged(snapshot));
        };
        let mut flows = snapshot.flows().iter();
        let flow = flows.find(|flow| flow.id == field.flow_id);
        let flow = flow.ok_or(Error::NotFound(Kind::Flow))?;
        if field.slug != current.slug {
            require_usable_slug(snapshot, flow, &field.slug, Some(field.id))?;
        }
        if field.unique != current.unique {
            unique::rebuild(tx, owner.store, &field, Records::of(flow)).await?;
        }
        store::fields::update(tx, owner.store, &field).await?;
        if field.filterable && !current.filterable {
            let slot = indexes::choose_slot(snapshot, flow, field.field_type, Some(true))?;
            if let Some(slot) = slot {
                let state = SlotState::Building;
                indexes::give_slot(tx, owner.store, flow, &field, slot, state).await?;
                shown.index = Some(Index::Building(0));
            }
        } else if current.filterable && !field.filterable {
            store::slots::take_away(tx, owner.store, field.id).await?;
            shown.index = Some(Index::Clearing);
        }
        shown.field = Arc::new(field);
        Tagged::within(tx, owner.store, shown).await
    });
    with_progress(app, caller, field.await?).await
}

/// Deletes a field. From the next request on, no record shows its values.
///
/// # Errors
/// There is no such field, or the deletion is based on another state.
pub async fn remove(
    app: &App,
    caller: &Caller,
    id: String,
    conditions: &Conditions,
) -> Result<(), Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, conditions) = (*caller, conditions.clone());
    app.change_store(caller, async move |tx, snapshot| {
        let field = visible(&owner, snapshot, &id)?;
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(field, &field.key_versions)?;
        let id = field.id;
        if field.unique.is_some() {
            store::unique_values::forget(tx, owner.store, id).await?;
        }
        store::slots::take_away(tx, owner.store, id).await?;
        Ok(store::fields::delete(tx, owner.store, id).await?)
    })
    .await
}

async fn with_progress(
    app: &App,
    caller: &Caller,
    mut field: Tagged<ShownField>,
) -> Result<Tagged<ShownField>, Error> {
    add_progress(app, caller, std::slice::from_mut(&mut field.value)).await?;
    if let Some(Index::Building(percent)) = field.value.index {
        field.tag = field.tag.also(Some(percent));
    }
    Ok(field)
}

async fn all_with_progress(
    app: &App,
    caller: &Caller,
    mut page: Page<ShownField>,
) -> Result<Page<ShownField>, Error> {
    add_progress(app, caller, &mut page.items).await?;
    Ok(page)
}

/// Looks up how far the indexes are that are being built. One that is not among them any more is all but
/// ready.
async fn add_progress(app: &App, caller: &Caller, fields: &mut [ShownField]) -> Result<(), Error> {
    if !fields.iter().any(ShownField::is_building) {
        return Ok(());
    }
    let store = caller.store;
    let progress: HashMap<FieldId, Progress> = app
        .db()
        .read_one(async move |tx| store::slot_jobs::progress(tx, store).await)
        .await?
        .into_iter()
        .collect();
    for field in fields.iter_mut().filter(|field| field.is_building()) {
        let percent = progress.get(&field.field.id).map_or(100, Progress::percent);
        field.index = Some(Index::Building(percent));
    }
    Ok(())
}

/// What the store offers of what was sent.
fn offered(snapshot: &StoreSnapshot, data: Object) -> Object {
    if snapshot.is_strict {
        data.without(&field::ADDITIONS)
    } else {
        data
    }
}

fn require_documented_rules(
    snapshot: &StoreSnapshot,
    field_type: FieldType,
    rules: &RawValue,
) -> Result<(), Error> {
    if !snapshot.is_strict {
        return Ok(());
    }
    let problems = rule::undocumented(field_type, rules);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

fn visible<'a>(
    caller: &Caller,
    snapshot: &'a StoreSnapshot,
    id: &str,
) -> Result<&'a Arc<Field>, Error> {
    let field = id.parse().ok().and_then(|id| snapshot.field(id));
    field
        .filter(|field| is_visible(caller, snapshot, field))
        .ok_or(Error::NotFound(Kind::Field))
}

fn is_visible(caller: &Caller, snapshot: &StoreSnapshot, field: &Field) -> bool {
    let of_enabled_flow = |flow: FlowId| {
        snapshot
            .flows()
            .iter()
            .any(|each| each.id == flow && each.enabled)
    };
    caller.sees_disabled() || (field.enabled && of_enabled_flow(field.flow_id))
}

fn require_usable_slug(
    snapshot: &StoreSnapshot,
    flow: &Flow,
    slug: &FieldSlug,
    own: Option<FieldId>,
) -> Result<(), Error> {
    if let Some(problem) = reserved_slug_problem(&flow.slug, slug) {
        return Err(Error::invalid(problem));
    }
    let taken = snapshot
        .fields_of(flow.id)
        .iter()
        .any(|field| field.slug == *slug && Some(field.id) != own);
    if !taken {
        return Ok(());
    }
    let words = format!(
        "is taken: another field of the flow \"{}\" has the slug \"{slug}\"",
        flow.slug
    );
    Err(Error::invalid(Problem::attribute(
        "slug",
        Issue::other(words),
    )))
}
