//! Application keys, and the directory that finds a key by its client id.

use customary_model::application_key::ApplicationKey;
use customary_model::id::{ApplicationKeyId, StoreId};
use customary_model::secret::Secret;
use customary_model::time::Timestamp;

use crate::db::{Param, Row, Tx};
use crate::error::StoreError;
use crate::sql;
use crate::stores::move_revision;

/// What checking a client's credentials needs.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The store that the key opens.
    pub store_id: StoreId,
    /// The key.
    pub application_key_id: ApplicationKeyId,
    /// The SHA-256 of its secret, in hexadecimal.
    pub secret_hash: Secret,
    /// The id of the newest signing key.
    pub signing_key_id: i64,
    /// When the key was last exchanged for a token.
    pub last_used_at: Option<Timestamp>,
}

/// Adds a key.
///
/// # Errors
/// [`StoreError::Conflict`] when the client id is taken.
pub async fn insert(
    tx: &mut Tx<'_>,
    key: &ApplicationKey,
    secret_hash: &str,
) -> Result<(), StoreError> {
    move_revision(tx, key.store_id).await?;
    let sql = sql!(
        "INSERT INTO application_keys (store_id, id, name, client_id, secret_hash, reserved_rate_limit, created_at,
                                       updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let params = [
        key.store_id.into(),
        key.id.into(),
        (&key.name).into(),
        (&key.client_id).into(),
        secret_hash.into(),
        i64::from(key.reserved_rate_limit).into(),
        key.created_at.into(),
        key.updated_at.into(),
    ];
    tx.execute(sql, &params).await?;
    let sql = sql!(
        "INSERT INTO client_ids (client_id, store_id, application_key_id) VALUES ($1, $2, $3)"
    );
    tx.execute(
        sql,
        &[(&key.client_id).into(), key.store_id.into(), key.id.into()],
    )
    .await?;
    Ok(())
}

/// Writes the name and the reserved rate of a key.
///
/// # Errors
/// The database's own trouble.
pub async fn update(tx: &mut Tx<'_>, key: &ApplicationKey) -> Result<(), StoreError> {
    move_revision(tx, key.store_id).await?;
    let sql = sql!(
        "UPDATE application_keys SET name = $3, reserved_rate_limit = $4, updated_at = $5, version = $6, key_versions = $7
         WHERE store_id = $1 AND id = $2"
    );
    let key_versions = key.key_versions.to_stored();
    let params = [
        key.store_id.into(),
        key.id.into(),
        (&key.name).into(),
        i64::from(key.reserved_rate_limit).into(),
        key.updated_at.into(),
        key.version.into(),
        Param::Json(&key_versions),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Notes when a key was last used. No request is decided on that, so the revision stays.
///
/// # Errors
/// The database's own trouble.
pub async fn note_use(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: ApplicationKeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = sql!("UPDATE application_keys SET last_used_at = $3 WHERE store_id = $1 AND id = $2");
    tx.execute(sql, &[store.into(), id.into(), now.into()])
        .await?;
    Ok(())
}

/// Gives a key another secret.
///
/// # Errors
/// The database's own trouble.
pub async fn update_secret(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: ApplicationKeyId,
    secret_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = sql!(
        "UPDATE application_keys SET secret_hash = $3, updated_at = $4, version = version + 1
         WHERE store_id = $1 AND id = $2"
    );
    tx.execute(
        sql,
        &[store.into(), id.into(), secret_hash.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Finds the credentials of a client.
///
/// # Errors
/// The database's own trouble.
pub async fn find_credentials(
    tx: &mut Tx<'_>,
    client_id: &str,
) -> Result<Option<Credentials>, StoreError> {
    let sql = sql!(
        "SELECT k.store_id, k.id, k.secret_hash, (SELECT MAX(id) FROM signing_keys), k.last_used_at
         FROM client_ids c JOIN application_keys k ON k.store_id = c.store_id AND k.id = c.application_key_id
         WHERE c.client_id = $1"
    );
    let decode = |row: &Row<'_>| {
        Ok(Credentials {
            store_id: row.id(0)?,
            application_key_id: row.id(1)?,
            secret_hash: Secret::new(row.get::<String>(2)?),
            signing_key_id: row.get::<Option<i64>>(3)?.unwrap_or_default(),
            last_used_at: row.get(4)?,
        })
    };
    tx.find(sql, &[client_id.into()], decode).await
}

/// All keys of a store, the newest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(tx: &mut Tx<'_>, store: StoreId) -> Result<Vec<ApplicationKey>, StoreError> {
    let sql = sql!(
        "SELECT id, store_id, name, client_id, created_at, updated_at, reserved_rate_limit, last_used_at,
                version, key_versions
         FROM application_keys
         WHERE store_id = $1 ORDER BY created_at DESC, id DESC"
    );
    tx.list(sql, &[store.into()], decode).await
}

/// Removes a key; returns whether there was one.
///
/// # Errors
/// The database's own trouble.
pub async fn delete(
    tx: &mut Tx<'_>,
    store: StoreId,
    id: ApplicationKeyId,
) -> Result<bool, StoreError> {
    move_revision(tx, store).await?;
    let sql = sql!("DELETE FROM client_ids WHERE store_id = $1 AND application_key_id = $2");
    tx.execute(sql, &[store.into(), id.into()]).await?;
    let sql = sql!("DELETE FROM application_keys WHERE store_id = $1 AND id = $2");
    Ok(tx.execute(sql, &[store.into(), id.into()]).await? > 0)
}

fn decode(row: &Row<'_>) -> Result<ApplicationKey, StoreError> {
    Ok(ApplicationKey {
        id: row.id(0)?,
        store_id: row.id(1)?,
        name: row.get(2)?,
        client_id: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        reserved_rate_limit: u32::try_from(row.get::<i64>(6)?).unwrap_or(u32::MAX),
        last_used_at: row.get(7)?,
        version: row.get(8)?,
        key_versions: row.get(9)?,
    })
}
