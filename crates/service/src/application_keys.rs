//! Application keys over the API. A change counts from the next request on, on every node.

use std::sync::Arc;

use customary_model::application_key::{ApplicationKey, ApplicationKeyPatch, NewApplicationKey};
use customary_model::id::ApplicationKeyId;
use customary_model::json::Object;
use customary_model::page::{Page, PageParams};
use customary_model::secret::Secret;
use customary_store as store;

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::credentials::{ClientCredentials, hash_secret};
use crate::error::{Error, Kind};
use crate::permission::Action;
use crate::shown::Tagged;

/// A page of keys.
#[derive(Debug)]
pub struct Listed {
    /// The page.
    pub page: Page<ApplicationKey>,
    /// What all keys of the store have reserved, in requests per second.
    pub total_reserved_rate_limit: u64,
}

/// Creates a key, and returns its secret, which cannot be shown again.
///
/// # Errors
/// The caller has no secret of their own, the key has problems, or its creation is to be repeatable.
pub async fn create(
    app: &App,
    caller: &Caller,
    data: Object,
    conditions: &Conditions,
) -> Result<(Tagged<ApplicationKey>, Secret), Error> {
    caller.require(app, Action::ManageApplicationKeys).await?;
    let (store_id, now, limit) = (caller.store, app.clock().now(), app.nominal_rate_limit());
    let (credentials, once) = (ClientCredentials::generate()?, conditions.once.clone());
    app.change_store(caller, async move |tx, _| {
        if once.is_asked() {
            let words = "the header Idempotency-Key cannot be used here: a secret is shown once and never kept, so send the request without it";
            return Err(Error::BadRequest(words.to_owned()));
        }
        let new = NewApplicationKey::parse(&data).map_err(Error::Invalid)?;
        let key = new.into_key(store_id, credentials.client_id, now);
        let keys = store::application_keys::list(tx, store_id).await?;
        if key.reserved_rate_limit > 0 {
            require_within(limit, keys.iter().chain([&key]))?;
        }
        let secret_hash = hash_secret(&credentials.client_secret);
        store::application_keys::insert(tx, &key, &secret_hash).await?;
        let key = Tagged::within(tx, store_id, key).await?;
        Ok((key, credentials.client_secret))
    })
    .await
}

/// Lists the keys, the newest first.
///
/// # Errors
/// The caller has no secret of their own.
pub async fn list(app: &App, caller: &Caller, page: PageParams) -> Result<Listed, Error> {
    caller.require(app, Action::ManageApplicationKeys).await?;
    let page_length = app
        .on_current_snapshot(caller, |snapshot| Ok(snapshot.settings.page_length))
        .await?;
    let keys = find_all(app, caller).await?;
    Ok(Listed {
        total_reserved_rate_limit: reserved(&keys),
        page: Page::of_all(keys, Some(page.request(page_length)), page_length),
    })
}

/// Reads a key.
///
/// # Errors
/// The caller has no secret of their own, or there is no such key.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<Tagged<ApplicationKey>, Error> {
    caller.require(app, Action::ManageApplicationKeys).await?;
    app.on_current_snapshot(caller, |_| Ok(())).await?;
    let (store, id) = (caller.store, id.to_owned());
    let found = app.db().read(async move |tx| {
        let key = pick(store::application_keys::list(tx, store).await?, &id)?;
        Tagged::within(tx, store, key).await
    });
    found.await
}

/// Changes what is sent of a key.
///
/// # Errors
/// The caller has no secret of their own, there is no such key, or the update has problems or is based on
/// another state.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    data: Object,
    conditions: &Conditions,
) -> Result<Tagged<ApplicationKey>, Error> {
    caller.require(app, Action::ManageApplicationKeys).await?;
    let (store_id, now, limit) = (caller.store, app.clock().now(), app.nominal_rate_limit());
    let (id, conditions) = (id.to_owned(), conditions.clone());
    app.change_store(caller, async move |tx, snapshot| {
        let keys = store::application_keys::list(tx, store_id).await?;
        let current = pick(keys.clone(), &id)?;
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(&current, &current.key_versions)?;
        let patch = ApplicationKeyPatch::parse(&data).map_err(Error::Invalid)?;
        let Some(changed) = patch.apply(&current, now) else {
            return Ok(Tagged::new(current, snapshot.revision));
        };
        // The operator may have lowered the limit below what is reserved: less is always allowed.
        if changed.reserved_rate_limit > current.reserved_rate_limit {
            let others = keys.iter().filter(|key| key.id != changed.id);
            require_within(limit, others.chain([&changed]))?;
        }
        store::application_keys::update(tx, &changed).await?;
        Tagged::within(tx, store_id, changed).await
    })
    .await
}

/// Deletes a key; its tokens are worth nothing from the next request on. A caller may delete the key
/// that they use.
///
/// # Errors
/// The caller has no secret of their own, there is no such key, or the deletion is based on another state.
pub async fn remove(
    app: &App,
    caller: &Caller,
    id: &str,
    conditions: &Conditions,
) -> Result<(), Error> {
    caller.require(app, Action::ManageApplicationKeys).await?;
    let (store_id, id, conditions) = (caller.store, id.to_owned(), conditions.clone());
    app.change_store(caller, async move |tx, snapshot| {
        let key = pick(store::application_keys::list(tx, store_id).await?, &id)?;
        let guard = conditions.guard(snapshot, &Arc::default());
        guard.check_record(&key, &key.key_versions)?;
        store::application_keys::delete(tx, store_id, key.id).await?;
        Ok(())
    })
    .await
}

async fn find_all(app: &App, caller: &Caller) -> Result<Vec<ApplicationKey>, Error> {
    let store = caller.store;
    app.db()
        .read(async move |tx| Ok(store::application_keys::list(tx, store).await?))
        .await
}

fn pick(keys: Vec<ApplicationKey>, id: &str) -> Result<ApplicationKey, Error> {
    let id = id.parse::<ApplicationKeyId>().ok();
    keys.into_iter()
        .find(|key| Some(key.id) == id)
        .ok_or_else(no_key)
}

fn reserved<'a>(keys: impl IntoIterator<Item = &'a ApplicationKey>) -> u64 {
    keys.into_iter()
        .map(|key| u64::from(key.reserved_rate_limit))
        .sum()
}

fn require_within<'a>(
    limit: u32,
    keys: impl IntoIterator<Item = &'a ApplicationKey>,
) -> Result<(), Error> {
    if reserved(keys) > u64::from(limit) {
        // The platform's own words (`contract/auth.md` §6).
        let words = "requested reserved rate limit will exceed the maximum";
        return Err(Error::Conflict(words.to_owned()));
    }
    Ok(())
}

fn no_key() -> Error {
    Error::NotFound(Kind::ApplicationKey)
}
