//! Flows. They are read with the whole store (`snapshots`); here they are changed.

use customary_model::flow::Flow;
use customary_model::id::{FlowId, StoreId};
use customary_model::slug::FlowSlug;

use crate::db::{Param, Row, Tx};
use crate::error::StoreError;
use crate::sql;
use crate::stores::move_revision;

/// Adds a flow.
///
/// # Errors
/// [`StoreError::Conflict`] when another flow of the store has the slug.
pub async fn insert(tx: &mut Tx<'_>, store: StoreId, flow: &Flow) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    let sql = sql!(
        "INSERT INTO flows (store_id, id, slug, name, description, enabled, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let params = [
        store.into(),
        flow.id.into(),
        flow.slug.as_str().into(),
        (&flow.name).into(),
        (&flow.description).into(),
        flow.enabled.into(),
        flow.created_at.into(),
        flow.updated_at.into(),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Writes a changed flow.
///
/// # Errors
/// [`StoreError::Conflict`] when another flow of the store has the slug.
pub async fn update(tx: &mut Tx<'_>, store: StoreId, flow: &Flow) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    let sql = sql!(
        "UPDATE flows SET slug = $3, name = $4, description = $5, enabled = $6, updated_at = $7, version = $8,
                          key_versions = $9
         WHERE store_id = $1 AND id = $2"
    );
    let key_versions = flow.key_versions.to_stored();
    let params = [
        store.into(),
        flow.id.into(),
        flow.slug.as_str().into(),
        (&flow.name).into(),
        (&flow.description).into(),
        flow.enabled.into(),
        flow.updated_at.into(),
        flow.version.into(),
        Param::Json(&key_versions),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Removes a flow and its fields.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(tx: &mut Tx<'_>, store: StoreId, id: FlowId) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    tx.execute(
        sql!("DELETE FROM flows WHERE store_id = $1 AND id = $2"),
        &[store.into(), id.into()],
    )
    .await?;
    Ok(())
}

/// All flows of a store.
pub(crate) async fn list(tx: &mut Tx<'_>, store: StoreId) -> Result<Vec<Flow>, StoreError> {
    let sql = sql!(
        "SELECT id, slug, name, description, enabled, created_at, updated_at, version, key_versions
         FROM flows WHERE store_id = $1"
    );
    tx.list(sql, &[store.into()], decode).await
}

fn decode(row: &Row<'_>) -> Result<Flow, StoreError> {
    Ok(Flow {
        id: row.id(0)?,
        slug: row.parsed(1, FlowSlug::parse)?,
        name: row.get(2)?,
        description: row.get(3)?,
        enabled: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        version: row.get(7)?,
        key_versions: row.get(8)?,
    })
}
