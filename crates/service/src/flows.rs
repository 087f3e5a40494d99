//! Flows: created, changed and deleted by whoever has the secret, read by every caller.

use std::sync::Arc;

use customary_model::field::reserved_slug_problem;
use customary_model::flow::{Flow, FlowPatch, NewFlow};
use customary_model::id::FlowId;
use customary_model::json::Object;
use customary_model::page::{Page, PageParams};
use customary_model::problem::{Issue, Problem};
use customary_model::slug::FlowSlug;
use customary_model::snapshot::StoreSnapshot;
use customary_store as store;
use customary_store::records::Records;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::error::{Error, Kind};
use crate::indexes;
use crate::permission::Action;
use crate::shown::Tagged;
use crate::unique;

/// Which flows a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Templates {
    /// Any flow.
    Whatever,
    /// Templates of any resource.
    Only,
    /// No templates.
    Never,
    /// Templates of this resource: `products` for `products(book)`.
    Of(String),
}

/// Creates a flow.
///
/// # Errors
/// Its attributes have problems, or its slug is taken.
pub async fn create(
    app: &App,
    caller: &Caller,
    data: Object,
    conditions: &Conditions,
) -> Result<Tagged<Flow>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, store, now) = (*caller, caller.store, app.clock().now());
    let (id, once) = (FlowId::generate(), conditions.once.clone());
    let created = app.change_store(caller, async move |tx, snapshot| {
        once.take(tx, &owner, &id.to_string(), now).await?;
        let new = NewFlow::parse(&data).map_err(Error::Invalid)?;
        require_free_slug(snapshot, &new.slug, None)?;
        let flow = new.into_flow(id, now);
        store::flows::insert(tx, store, &flow).await?;
        Tagged::within(tx, store, flow).await
    });
    match created.await {
        Err(Error::Repeated(id)) => get(app, caller, &id).await,
        created => created,
    }
}

/// Reads a flow by id or slug.
///
/// # Errors
/// There is none that the caller may see.
pub async fn get(app: &App, caller: &Caller, id_or_slug: &str) -> Result<Tagged<Flow>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let flow = visible(caller, snapshot, id_or_slug)?.clone();
        Ok(Tagged::new(flow, snapshot.revision))
    })
    .await
}

/// Lists flows, the oldest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(
    app: &App,
    caller: &Caller,
    templates: &Templates,
    page: PageParams,
) -> Result<Page<Flow>, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let flows = snapshot
            .flows()
            .iter()
            .filter(|flow| caller.sees_disabled() || flow.enabled);
        let wanted = flows.filter(|flow| match templates {
            Templates::Whatever => true,
            Templates::Only => flow.slug.template_of().is_some(),
            Templates::Never => flow.slug.template_of().is_none(),
            Templates::Of(core) => flow.slug.template_of() == Some(core),
        });
        let page_length = snapshot.settings.page_length;
        Ok(Page::of_all(
            wanted.cloned().collect(),
            page.optional_request(page_length),
            page_length,
        ))
    })
    .await
}

/// Updates a flow, by id or slug. Changing its slug moves no value: renamed away from a core slug,
/// it no longer extends that resource; renamed back, everything is there again.
///
/// # Errors
/// There is no such flow, the update has problems or is based on another state, the slug is taken or cannot
/// be taken by a flow with these fields, or records that a unique field would come to share values.
pub async fn update(
    app: &App,
    caller: &Caller,
    id_or_slug: String,
    data: Object,
    conditions: &Conditions,
) -> Result<Tagged<Flow>, Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, now, conditions) = (*caller, app.clock().now(), conditions.clone());
    app.change_store(caller, async move |tx, snapshot| {
        let current = visible(&owner, snapshot, &id_or_slug)?;
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(current, &current.key_versions)?;
        let patch = FlowPatch::parse(&data).map_err(Error::Invalid)?;
        let Some(flow) = patch.apply(current, now) else {
            return Ok(Tagged::new(current.clone(), snapshot.revision));
        };
        if flow.slug != current.slug {
            require_free_slug(snapshot, &flow.slug, Some(flow.id))?;
            let fields = snapshot.fields_of(flow.id);
            let problems: Vec<Problem> = fields
                .iter()
                .filter_map(|field| reserved_slug_problem(&flow.slug, &field.slug))
                .collect();
            if !problems.is_empty() {
                return Err(Error::Invalid(problems));
            }
            if Records::of(&flow).name() != Records::of(current).name() {
                for field in fields.iter().filter(|field| field.unique.is_some()) {
                    unique::rebuild(tx, owner.store, field, Records::of(&flow)).await?;
                }
                indexes::move_slots(tx, snapshot, &flow, now).await?;
            }
        }
        store::flows::update(tx, owner.store, &flow).await?;
        Tagged::within(tx, owner.store, flow).await
    })
    .await
}

/// Deletes a flow with its fields.
///
/// # Errors
/// There is no such flow, the deletion is based on another state, or it is a core flow: those can be
/// renamed, and then deleted.
pub async fn remove(
    app: &App,
    caller: &Caller,
    id_or_slug: String,
    conditions: &Conditions,
) -> Result<(), Error> {
    caller.require(app, Action::ChangeFlows).await?;
    let (owner, conditions) = (*caller, conditions.clone());
    app.change_store(caller, async move |tx, snapshot| {
        let flow = visible(&owner, snapshot, &id_or_slug)?;
        if flow.slug.is_core() {
            return Err(Error::CoreFlow);
        }
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(flow, &flow.key_versions)?;
        if snapshot
            .fields_of(flow.id)
            .iter()
            .any(|field| field.unique.is_some())
        {
            store::unique_values::forget_flow(tx, owner.store, flow.id).await?;
        }
        store::slots::delete_of_flow(tx, owner.store, flow.id).await?;
        Ok(store::flows::delete(tx, owner.store, flow.id).await?)
    })
    .await
}

/// The flow with this id or slug, if the caller may know of it.
pub(crate) fn visible<'a>(
    caller: &Caller,
    snapshot: &'a StoreSnapshot,
    id_or_slug: &str,
) -> Result<&'a Flow, Error> {
    let flow = snapshot
        .flow(id_or_slug)
        .filter(|flow| caller.sees_disabled() || flow.enabled);
    flow.ok_or(Error::NotFound(Kind::Flow))
}

fn require_free_slug(
    snapshot: &StoreSnapshot,
    slug: &FlowSlug,
    own: Option<FlowId>,
) -> Result<(), Error> {
    let taken = snapshot
        .flows()
        .iter()
        .any(|flow| flow.slug == *slug && Some(flow.id) != own);
    if !taken {
        return Ok(());
    }
    let words = format!("is taken: another flow has the slug \"{slug}\"");
    Err(Error::invalid(Problem::attribute(
        "slug",
        Issue::other(words),
    )))
}
