//! The server's keys that sign tokens. The newest signs; the one before it still verifies.

use customary_model::secret::Secret;
use customary_model::time::Timestamp;

use crate::db::Tx;
use crate::error::StoreError;
use crate::sql;

/// A key with which tokens are signed.
#[derive(Debug, Clone)]
pub struct SigningKey {
    /// Grows with every rotation; tokens name it.
    pub id: i64,
    /// The key itself, in hexadecimal.
    pub secret: Secret,
}

/// All keys, the newest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<SigningKey>, StoreError> {
    let sql = sql!("SELECT id, secret FROM signing_keys ORDER BY id DESC");
    tx.list(sql, &[], |row| {
        Ok(SigningKey {
            id: row.get(0)?,
            secret: Secret::new(row.get::<String>(1)?),
        })
    })
    .await
}

/// Adds a key; from now on it signs.
///
/// # Errors
/// [`StoreError::Conflict`] when another process added one at the same time.
pub async fn insert(tx: &mut Tx<'_>, key: &SigningKey, now: Timestamp) -> Result<(), StoreError> {
    let sql = sql!("INSERT INTO signing_keys (id, secret, created_at) VALUES ($1, $2, $3)");
    tx.execute(
        sql,
        &[key.id.into(), key.secret.reveal().into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Removes the keys before `oldest`; the tokens they signed are worth nothing from now on.
///
/// # Errors
/// The database's own trouble.
pub async fn delete_before(tx: &mut Tx<'_>, oldest: i64) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM signing_keys WHERE id < $1"),
        &[oldest.into()],
    )
    .await?;
    Ok(())
}
