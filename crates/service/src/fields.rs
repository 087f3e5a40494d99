//! Fields: the columns that a shop adds to its flows.

use std::sync::Arc;

use customary_model::field::{Field, FieldKey, FieldPatch, NewField, reserved_slug_problem};
use customary_model::flow::Flow;
use customary_model::id::{FieldId, FlowId};
use customary_model::json::Object;
use customary_model::page::{Page, PageParams};
use customary_model::problem::{Issue, Problem};
use customary_model::slot::{HeldSlot, SlotState};
use customary_model::slug::FieldSlug;
use customary_model::snapshot::StoreSnapshot;
use customary_store as store;
use customary_store::records::Records;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Kind};
use crate::flows;
use crate::permission::Action;

/// Creates a field. From the next request on, every record of its flow carries it.
///
/// # Errors
/// Its attributes have problems, its flow does not exist or is full, or its slug is taken or
/// reserved.
pub async fn create(app: &App, caller: &Caller, data: Object) -> Result<Arc<Field>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (store, now) = (caller.store, app.clock().now());
    app.change_store(caller, async move |tx, snapshot| {
        let new = NewField::parse(&data).map_err(Error::Invalid)?;
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
        let field = new.into_field(FieldId::generate(), key, now);
        store::fields::insert(tx, store, &field).await?;
        let target = Records::of(flow).name();
        if let Some(slot) = snapshot.free_slot(&target, field.field_type) {
            // No record has a value of a new field, so its slot is right from the beginning.
            let held = HeldSlot {
                target,
                slot,
                field_id: field.id,
                state: SlotState::Ready,
            };
            store::slots::insert(tx, store, &held).await?;
        }
        Ok(Arc::new(field))
    })
    .await
}

/// Reads a field.
///
/// # Errors
/// There is none that the caller may see.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<Arc<Field>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| visible(caller, snapshot, id).cloned())
        .await
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
) -> Result<Arc<Field>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let flow = flows::visible(caller, snapshot, flow)?;
        let field = visible(caller, snapshot, id)?;
        if field.flow_id == flow.id {
            Ok(Arc::clone(field))
        } else {
            Err(Error::NotFound(Kind::Field))
        }
    })
    .await
}

/// Lists the fields of all flows, the oldest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(app: &App, caller: &Caller, page: PageParams) -> Result<Page<Arc<Field>>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let fields = snapshot
            .fields()
            .iter()
            .filter(|field| is_visible(caller, snapshot, field));
        let page_length = snapshot.settings.page_length;
        Ok(Page::of_all(
            fields.cloned().collect(),
            page.optional_request(page_length),
            page_length,
        ))
    })
    .await
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
) -> Result<Page<Arc<Field>>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let flow = flows::visible(caller, snapshot, flow)?;
        let fields = snapshot
            .fields_of(flow.id)
            .into_iter()
            .filter(|field| is_visible(caller, snapshot, field));
        let page_length = snapshot.settings.page_length;
        Ok(Page::of_all(
            fields.collect(),
            page.optional_request(page_length),
            page_length,
        ))
    })
    .await
}

/// Updates a field. Stored values follow a new slug, and are not measured by new rules.
///
/// # Errors
/// There is no such field, or the update has problems.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: String,
    data: Object,
) -> Result<Arc<Field>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, now) = (*caller, app.clock().now());
    app.change_store(caller, async move |tx, snapshot| {
        let current = visible(&owner, snapshot, &id)?;
        let patch = FieldPatch::parse(&data, current).map_err(Error::Invalid)?;
        let Some(field) = patch.apply(current, now) else {
            return Ok(Arc::clone(current));
        };
        if field.slug != current.slug {
            let flow = snapshot
                .flows()
                .iter()
                .find(|flow| flow.id == field.flow_id);
            let flow = flow.ok_or(Error::NotFound(Kind::Flow))?;
            require_usable_slug(snapshot, flow, &field.slug, Some(field.id))?;
        }
        store::fields::update(tx, owner.store, &field).await?;
        Ok(Arc::new(field))
    })
    .await
}

/// Deletes a field. From the next request on, no record shows its values.
///
/// # Errors
/// There is no such field.
pub async fn remove(app: &App, caller: &Caller, id: String) -> Result<(), Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let owner = *caller;
    app.change_store(caller, async move |tx, snapshot| {
        let id = visible(&owner, snapshot, &id)?.id;
        store::slots::abandon(tx, owner.store, id).await?;
        Ok(store::fields::delete(tx, owner.store, id).await?)
    })
    .await
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
