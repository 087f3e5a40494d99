//! Signed statements (JWT, HS256): what every token is made of. They are verified without a query,
//! by the server's keys, of which the newest signs.

use std::sync::{PoisonError, RwLock};

use customary_store as store;
use customary_store::signing_keys::SigningKey;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::Error;

/// The longest token that is looked at, in bytes. A cursor may have a customer's name in it twice, and a name
/// has up to 2048 characters of several bytes each.
const MAX_TOKEN_BYTES: usize = 48 * 1024;

/// The server's keys, as far as this process knows them.
#[derive(Default)]
pub(crate) struct Signatures {
    keys: RwLock<Vec<SigningKey>>,
    loading: tokio::sync::Mutex<()>,
}

/// What a token turned out to be.
enum Opened<C> {
    /// What it says, and the key that signed it.
    Claims(C, i64),
    /// Not one of ours.
    Invalid,
    /// Signed by a key that this process has not seen yet, or by nobody.
    UnknownKey,
}

/// Signs a statement with the key `key_id`, which the database has named as the newest.
pub(crate) async fn sign(app: &App, key_id: i64, claims: &impl Serialize) -> Result<String, Error> {
    let signing_key = if let Some(key) = app.signatures().key(key_id) {
        key
    } else {
        load(app).await?;
        let key = app.signatures().key(key_id);
        key.ok_or_else(|| Error::Internal("the database has no signing key".to_owned()))?
    };
    let header = Header {
        kid: Some(signing_key.id.to_string()),
        ..Header::new(Algorithm::HS256)
    };
    let key = EncodingKey::from_secret(signing_key.secret.reveal().as_bytes());
    encode(&header, claims, &key)
        .map_err(|error| Error::Internal(format!("a token could not be signed: {error}")))
}

/// What a token says, and the key that signed it; `None` for one that is not ours. When its key is unknown
/// here, the keys are read anew: another node may have made one, or this one has just started. One request
/// reads them at a time, and those behind it find them read.
pub(crate) async fn open<C: DeserializeOwned>(
    app: &App,
    token: &str,
) -> Result<Option<(C, i64)>, Error> {
    let signatures = app.signatures();
    let mut opened = signatures.open(token);
    if matches!(opened, Opened::UnknownKey) {
        let _turn = signatures.loading.lock().await;
        opened = signatures.open(token);
        if matches!(opened, Opened::UnknownKey) {
            load(app).await?;
            opened = signatures.open(token);
        }
    }
    Ok(match opened {
        Opened::Claims(claims, key_id) => Some((claims, key_id)),
        Opened::Invalid | Opened::UnknownKey => None,
    })
}

async fn load(app: &App) -> Result<(), Error> {
    let keys = app
        .db()
        .read(async |tx| store::signing_keys::list(tx).await)
        .await?;
    app.signatures().replace(keys);
    Ok(())
}

impl Signatures {
    /// Verifies the signature of a token, and nothing else: whether what it says still holds is for
    /// the caller to find out.
    fn open<C: DeserializeOwned>(&self, token: &str) -> Opened<C> {
        if token.len() > MAX_TOKEN_BYTES {
            return Opened::Invalid;
        }
        let key_id = decode_header(token)
            .ok()
            .and_then(|header| header.kid)
            .and_then(|id| id.parse().ok());
        let Some(key_id) = key_id else {
            return Opened::Invalid;
        };
        let Some(signing_key) = self.key(key_id) else {
            return Opened::UnknownKey;
        };
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        // Compared by our own clock, exactly and on every use.
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(signing_key.secret.reveal().as_bytes());
        match decode::<C>(token, &key, &validation) {
            Ok(data) => Opened::Claims(data.claims, key_id),
            Err(_) => Opened::Invalid,
        }
    }

    /// Takes over the keys of the database, the newest first.
    fn replace(&self, keys: Vec<SigningKey>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn key(&self, id: i64) -> Option<SigningKey> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.id == id).cloned()
    }
}
