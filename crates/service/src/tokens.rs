//! Bearer tokens: issued against an application key, verified without a query.
//!
//! A token is a signed statement (JWT, HS256) that names its store, key, grant and expiry. Clients
//! treat it as opaque (`contract/auth.md` §1).

use std::sync::{PoisonError, RwLock};

use customary_model::application_key::Grant;
use customary_model::id::{ApplicationKeyId, StoreId};
use customary_model::secret::Secret;
use customary_model::time::Timestamp;
use customary_store as store;
use customary_store::signing_keys::SigningKey;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;

/// How long a token is good for, in seconds.
pub const LIFETIME_SECONDS: i64 = 3600;

/// How many verified tokens are remembered.
const VERIFIED: usize = 10_000;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 1024;

/// A token and what the client is told about it.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token.
    pub token: Secret,
    /// How it was obtained.
    pub grant: Grant,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The signing keys, and the tokens that they were seen to have signed.
pub(crate) struct Tokens {
    keys: RwLock<Vec<SigningKey>>,
    loading: tokio::sync::Mutex<()>,
    verified: Cache<String, Verified>,
}

#[derive(Clone)]
struct Verified {
    caller: Caller,
    expires_at: Timestamp,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The store.
    store: String,
    /// The application key.
    key: String,
    /// The grant.
    grant: String,
    /// When it ends, in seconds since the epoch.
    exp: i64,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            keys: RwLock::default(),
            loading: tokio::sync::Mutex::default(),
            verified: Cache::new(VERIFIED),
        }
    }
}

/// Exchanges credentials for a token. The secret counts only for `client_credentials`.
///
/// # Errors
/// [`Error::Unauthenticated`] when there is no such key, or the secret is not its.
pub async fn issue(
    app: &App,
    grant: Grant,
    client_id: &str,
    client_secret: Option<&Secret>,
) -> Result<IssuedToken, Error> {
    let wanted = client_id.to_owned();
    let credentials = app
        .db()
        .read(async move |tx| store::application_keys::find_credentials(tx, &wanted).await)
        .await?;
    let credentials = credentials.ok_or(Error::Unauthenticated)?;
    if grant == Grant::ClientCredentials {
        let given = hash_secret(client_secret.ok_or(Error::Unauthenticated)?);
        if !bool::from(
            given
                .as_bytes()
                .ct_eq(credentials.secret_hash.reveal().as_bytes()),
        ) {
            return Err(Error::Unauthenticated);
        }
    }
    let signing_key = if let Some(key) = app.tokens().signing_key(credentials.signing_key_id) {
        key
    } else {
        load_keys(app).await?;
        let key = app.tokens().signing_key(credentials.signing_key_id);
        key.ok_or_else(|| Error::Internal("the database has no signing key".to_owned()))?
    };
    let expires_at = app.clock().now().plus_seconds(LIFETIME_SECONDS);
    let claims = Claims {
        store: credentials.store_id.to_string(),
        key: credentials.application_key_id.to_string(),
        grant: grant.to_string(),
        exp: expires_at.seconds(),
    };
    let header = Header {
        kid: Some(signing_key.id.to_string()),
        ..Header::new(Algorithm::HS256)
    };
    let token = encode(
        &header,
        &claims,
        &EncodingKey::from_secret(signing_key.secret.reveal().as_bytes()),
    )
    .map_err(|error| Error::Internal(format!("a token could not be signed: {error}")))?;
    Ok(IssuedToken {
        token: Secret::new(token),
        grant,
        expires_at,
    })
}

/// Finds out who makes a request from the token it brought.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that is not ours, has expired, or whose key is gone.
pub async fn authenticate(app: &App, token: &str) -> Result<Caller, Error> {
    let caller = match app.tokens().verify(token, app.clock().now()) {
        Verdict::Valid(caller) => caller,
        Verdict::Invalid => return Err(Error::Unauthenticated),
        Verdict::UnknownKey => verify_with_new_keys(app, token).await?,
    };
    // Without work of its own: only whether the keys still exist.
    app.on_snapshot(&caller, |_| async { Ok(()) }).await?;
    Ok(caller)
}

/// Verifies a token after the keys were read again: another node may have made one, or this one has
/// just started. One request reads them at a time, and those behind it find them read.
async fn verify_with_new_keys(app: &App, token: &str) -> Result<Caller, Error> {
    let _turn = app.tokens().loading.lock().await;
    if let Verdict::Valid(caller) = app.tokens().verify(token, app.clock().now()) {
        return Ok(caller);
    }
    load_keys(app).await?;
    match app.tokens().verify(token, app.clock().now()) {
        Verdict::Valid(caller) => Ok(caller),
        Verdict::Invalid | Verdict::UnknownKey => Err(Error::Unauthenticated),
    }
}

/// Checks once more, against the database, that the caller's key exists: for answers that are given
/// without asking the database anything else.
///
/// # Errors
/// [`Error::Unauthenticated`] when it does not.
pub async fn confirm(app: &App, caller: &Caller) -> Result<(), Error> {
    app.on_current_snapshot(caller, |_| Ok(())).await
}

/// The form in which a client's secret is stored. It is long and random, so that one round of a
/// fast hash is enough.
pub(crate) fn hash_secret(secret: &Secret) -> String {
    hex::encode(Sha256::digest(secret.reveal().as_bytes()))
}

async fn load_keys(app: &App) -> Result<(), Error> {
    let keys = app
        .db()
        .read(async |tx| store::signing_keys::list(tx).await)
        .await?;
    app.tokens().replace_keys(keys);
    Ok(())
}

enum Verdict {
    Valid(Caller),
    Invalid,
    /// Signed by a key that this process has not seen yet, or by nobody.
    UnknownKey,
}

impl Tokens {
    /// Takes over the keys of the database, the newest first.
    fn replace_keys(&self, keys: Vec<SigningKey>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn signing_key(&self, id: i64) -> Option<SigningKey> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.id == id).cloned()
    }

    fn verify(&self, token: &str, now: Timestamp) -> Verdict {
        if let Some(verified) = self.verified.get(token) {
            let holds = now < verified.expires_at;
            return if holds {
                Verdict::Valid(verified.caller)
            } else {
                Verdict::Invalid
            };
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Verdict::Invalid;
        }
        let key_id = decode_header(token)
            .ok()
            .and_then(|header| header.kid)
            .and_then(|id| id.parse().ok());
        let Some(key_id) = key_id else {
            return Verdict::Invalid;
        };
        let Some(signing_key) = self.signing_key(key_id) else {
            return Verdict::UnknownKey;
        };
        let Some(verified) = read_token(token, &signing_key) else {
            return Verdict::Invalid;
        };
        if now >= verified.expires_at {
            return Verdict::Invalid;
        }
        let caller = verified.caller;
        self.verified.insert(token.to_owned(), verified);
        Verdict::Valid(caller)
    }
}

fn read_token(token: &str, signing_key: &SigningKey) -> Option<Verified> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    // Compared by our own clock, exactly and on every use.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(signing_key.secret.reveal().as_bytes());
    let claims = decode::<Claims>(token, &key, &validation).ok()?.claims;
    let caller = Caller {
        store: claims.store.parse::<StoreId>().ok()?,
        key: claims.key.parse::<ApplicationKeyId>().ok()?,
        grant: Grant::parse(&claims.grant)?,
        signing_key: signing_key.id,
    };
    let expires_at = Timestamp::from_micros(0).plus_seconds(claims.exp);
    Some(Verified { caller, expires_at })
}
