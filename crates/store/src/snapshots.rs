//! Reading all of a store that a request needs to know.

use std::collections::HashMap;

use customary_model::id::StoreId;
use customary_model::snapshot::StoreSnapshot;

use crate::db::Tx;
use crate::error::StoreError;
use crate::{application_keys, fields, flows, signing_keys, slots, stores};

/// Reads a store; `None` when there is no such store.
///
/// # Errors
/// The database's own trouble.
pub async fn find(tx: &mut Tx<'_>, store: StoreId) -> Result<Option<StoreSnapshot>, StoreError> {
    let Some((revision, name, settings)) = stores::find_settings(tx, store).await? else {
        return Ok(None);
    };
    let flows = flows::list(tx, store).await?;
    let fields = fields::list(tx, store).await?;
    let keys: HashMap<_, _> = application_keys::list(tx, store)
        .await?
        .into_iter()
        .map(|key| (key.id, key.reserved_rate_limit))
        .collect();
    let signing_keys = signing_keys::list(tx)
        .await?
        .into_iter()
        .map(|key| key.id)
        .collect();
    Ok(Some(StoreSnapshot::compile(
        store,
        name,
        revision,
        settings,
        flows,
        fields,
        keys,
        signing_keys,
        slots::list(tx, store).await?,
    )))
}
