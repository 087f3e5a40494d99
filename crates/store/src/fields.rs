//! Fields of flows. They are read with the whole store (`snapshots`); here they are changed.

use customary_model::field::{Field, FieldKey, FieldType};
use customary_model::id::{FieldId, StoreId};
use customary_model::slug::FieldSlug;
use customary_model::unique::Unique;
use serde_json::value::RawValue;

use crate::db::{Param, Row, Tx};
use crate::error::StoreError;
use crate::sql;
use crate::stores::move_revision;

/// Adds a field.
///
/// # Errors
/// [`StoreError::Conflict`] when another field of the flow has the slug.
pub async fn insert(tx: &mut Tx<'_>, store: StoreId, field: &Field) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    let sql = sql!(
        "INSERT INTO fields (store_id, id, flow_id, key, slug, name, description, field_type, validation_rules,
                             required, default_value, enabled, position, omit_null, created_at, updated_at,
                             immutable, filterable, uniqueness)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
    );
    let key = field.key.to_string();
    let params = [
        store.into(),
        field.id.into(),
        field.flow_id.into(),
        (&key).into(),
        field.slug.as_str().into(),
        (&field.name).into(),
        (&field.description).into(),
        field.field_type.as_str().into(),
        field.validation_rules.get().into(),
        field.required.into(),
        field.default.get().into(),
        field.enabled.into(),
        field.order.into(),
        field.omit_null.into(),
        field.created_at.into(),
        field.updated_at.into(),
        field.immutable.into(),
        field.filterable.into(),
        field.unique.map(Unique::as_str).into(),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Writes a changed field. Its flow, key and type never change.
///
/// # Errors
/// [`StoreError::Conflict`] when another field of the flow has the slug.
pub async fn update(tx: &mut Tx<'_>, store: StoreId, field: &Field) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    let sql = sql!(
        "UPDATE fields SET slug = $3, name = $4, description = $5, validation_rules = $6, required = $7,
                           default_value = $8, enabled = $9, position = $10, omit_null = $11, updated_at = $12,
                           immutable = $13, version = $14, key_versions = $15, filterable = $16, uniqueness = $17
         WHERE store_id = $1 AND id = $2"
    );
    let key_versions = field.key_versions.to_stored();
    let params = [
        store.into(),
        field.id.into(),
        field.slug.as_str().into(),
        (&field.name).into(),
        (&field.description).into(),
        field.validation_rules.get().into(),
        field.required.into(),
        field.default.get().into(),
        field.enabled.into(),
        field.order.into(),
        field.omit_null.into(),
        field.updated_at.into(),
        field.immutable.into(),
        field.version.into(),
        Param::Json(&key_versions),
        field.filterable.into(),
        field.unique.map(Unique::as_str).into(),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Removes a field. Its values are out of sight at once, because no schema names their key.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(tx: &mut Tx<'_>, store: StoreId, id: FieldId) -> Result<(), StoreError> {
    move_revision(tx, store).await?;
    tx.execute(
        sql!("DELETE FROM fields WHERE store_id = $1 AND id = $2"),
        &[store.into(), id.into()],
    )
    .await?;
    Ok(())
}

/// All fields of all flows of a store.
pub(crate) async fn list(tx: &mut Tx<'_>, store: StoreId) -> Result<Vec<Field>, StoreError> {
    let sql = sql!(
        "SELECT id, flow_id, key, slug, name, description, field_type, validation_rules, required, default_value,
                enabled, position, omit_null, created_at, updated_at, immutable, version,
                key_versions, filterable, uniqueness
         FROM fields WHERE store_id = $1"
    );
    tx.list(sql, &[store.into()], decode).await
}

fn decode(row: &Row<'_>) -> Result<Field, StoreError> {
    let unique = |name: String| {
        Unique::parse(&name).ok_or_else(|| StoreError::Corrupt {
            statement: "fields.uniqueness".to_owned(),
            column: 19,
        })
    };
    let raw = |text: &str| RawValue::from_string(text.to_owned()).ok();
    Ok(Field {
        id: row.id(0)?,
        flow_id: row.id(1)?,
        key: row.parsed(2, FieldKey::parse)?,
        slug: row.parsed(3, FieldSlug::parse)?,
        name: row.get(4)?,
        description: row.get(5)?,
        field_type: row.parsed(6, FieldType::parse)?,
        validation_rules: row.parsed(7, raw)?,
        required: row.get(8)?,
        default: row.parsed(9, raw)?,
        enabled: row.get(10)?,
        order: row.get(11)?,
        omit_null: row.get(12)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        immutable: row.get(15)?,
        version: row.get(16)?,
        key_versions: row.get(17)?,
        filterable: row.get(18)?,
        unique: row.get::<Option<String>>(19)?.map(unique).transpose()?,
    })
}
