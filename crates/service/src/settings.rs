//! The settings of a store. A change counts from the next request on, on every node.

use customary_model::id::StoreId;
use customary_model::json::Object;
use customary_model::settings::Settings;
use customary_model::snapshot::StoreSnapshot;
use customary_store as store;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Kind};
use crate::permission::Action;

/// The settings, with the store they belong to.
#[derive(Debug)]
pub struct StoreSettings {
    /// The store.
    pub store_id: StoreId,
    /// Its name; `None` where only what the platform documents is told.
    pub store_name: Option<String>,
    /// Its settings.
    pub settings: Settings,
}

/// Reads the settings.
///
/// # Errors
/// The caller is a visitor.
pub async fn get(app: &App, caller: &Caller) -> Result<StoreSettings, Error> {
    caller.require(app, Action::ManageSettings).await?;
    app.on_current_snapshot(caller, |snapshot| {
        Ok(StoreSettings {
            store_id: snapshot.store_id,
            store_name: name_of(snapshot),
            settings: snapshot.settings.clone(),
        })
    })
    .await
}

/// Changes the settings that are sent.
///
/// # Errors
/// The caller is a visitor, or the update has problems.
pub async fn update(app: &App, caller: &Caller, data: Object) -> Result<StoreSettings, Error> {
    caller.require(app, Action::ManageSettings).await?;
    let store_id = caller.store;
    app.change_store(caller, async move |tx, snapshot| {
        let settings = snapshot
            .settings
            .updated(&data, snapshot.is_strict)
            .map_err(Error::Invalid)?;
        store::stores::update_settings(tx, store_id, &settings).await?;
        Ok(StoreSettings {
            store_id,
            store_name: name_of(snapshot),
            settings,
        })
    })
    .await
}

fn name_of(snapshot: &StoreSnapshot) -> Option<String> {
    (!snapshot.is_strict).then(|| snapshot.store_name.clone())
}

/// Goes back to the platform's defaults. What only we know stays as it is: a program of the platform that does
/// this does not mean to change it.
///
/// # Errors
/// The caller is a visitor.
pub async fn reset(app: &App, caller: &Caller) -> Result<(), Error> {
    caller.require(app, Action::ManageSettings).await?;
    let store_id = caller.store;
    app.change_store(caller, async move |tx, snapshot| {
        Ok(store::stores::update_settings(tx, store_id, &snapshot.settings.reset()).await?)
    })
    .await
}

/// Finds out how customers sign in; with an id, which is that of the store.
///
/// # Errors
/// The id is another one.
pub async fn customer_authentication(
    app: &App,
    caller: &Caller,
    id: Option<&str>,
) -> Result<StoreId, Error> {
    caller
        .require(app, Action::ReadCustomerAuthentication)
        .await?;
    app.on_current_snapshot(caller, |snapshot| {
        if id.is_none_or(|id| id.parse() == Ok(snapshot.store_id)) {
            Ok(snapshot.store_id)
        } else {
            Err(Error::NotFound(Kind::Settings))
        }
    })
    .await
}
