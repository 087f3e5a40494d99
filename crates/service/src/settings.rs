//! The settings of a store. A change counts from the next request on, on every node.

use customary_model::id::StoreId;
use customary_model::json::Object;
use customary_model::settings::Settings;
use customary_store as store;

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;

/// The settings, with the store they belong to.
#[derive(Debug)]
pub struct StoreSettings {
    /// The store.
    pub store_id: StoreId,
    /// Its settings.
    pub settings: Settings,
}

/// Reads the settings.
///
/// # Errors
/// The caller is a visitor.
pub async fn get(app: &App, caller: &Caller) -> Result<StoreSettings, Error> {
    caller.require_client_credentials(app).await?;
    app.on_current_snapshot(caller, |snapshot| {
        Ok(StoreSettings {
            store_id: snapshot.store_id,
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
    let store_id = caller.store;
    app.change_schema(caller, async move |tx, snapshot| {
        let settings = snapshot.settings.updated(&data).map_err(Error::Invalid)?;
        store::stores::update_settings(tx, store_id, &settings).await?;
        Ok(StoreSettings { store_id, settings })
    })
    .await
}

/// Goes back to the platform's defaults.
///
/// # Errors
/// The caller is a visitor.
pub async fn reset(app: &App, caller: &Caller) -> Result<(), Error> {
    let store_id = caller.store;
    app.change_schema(caller, async move |tx, _| {
        Ok(store::stores::update_settings(tx, store_id, &Settings::default()).await?)
    })
    .await
}
