//! Bearer tokens: issued against an application key, verified without a query.
//!
//! A token is a signed statement (JWT, HS256) that names its store, key, grant and expiry. Clients
//! treat it as opaque (`contract/auth.md` §1).

use customary_model::application_key::Grant;
use customary_model::id::{ApplicationKeyId, StoreId};
use customary_model::secret::Secret;
use customary_model::time::Timestamp;
use customary_store as store;
use customary_store::application_keys::Credentials;
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tracing::warn;

use crate::app::App;
use crate::caller::Caller;
use crate::credentials::hash_secret;
use crate::customer_tokens;
use crate::error::Error;
use crate::signatures;

/// How long a token is good for, in seconds.
pub const LIFETIME_SECONDS: i64 = 3600;

/// How far `last_used_at` of a key may lag, in seconds.
const NOTE_USE_EVERY_SECONDS: i64 = 60;

/// Of how many keys it is remembered that their use was noted.
const NOTED: usize = 10_000;

/// How many verified tokens are remembered.
const VERIFIED: usize = 10_000;

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

/// The tokens that were seen to be ours.
pub(crate) struct Tokens {
    verified: Cache<String, Verified>,
    /// When the use of a key was last noted by this process.
    noted: Cache<ApplicationKeyId, Timestamp>,
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
            verified: Cache::new(VERIFIED),
            noted: Cache::new(NOTED),
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
        .read_one(async move |tx| store::application_keys::find_credentials(tx, &wanted).await)
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
    let now = app.clock().now();
    note_use(app, &credentials, now).await;
    let expires_at = now.plus_seconds(LIFETIME_SECONDS);
    let claims = Claims {
        store: credentials.store_id.to_string(),
        key: credentials.application_key_id.to_string(),
        grant: grant.to_string(),
        exp: expires_at.seconds(),
    };
    let token = signatures::sign(app, credentials.signing_key_id, &claims).await?;
    Ok(IssuedToken {
        token: Secret::new(token),
        grant,
        expires_at,
    })
}

/// Notes that a key was used, at most once in a while: every token would otherwise cost a write. That it
/// cannot be noted is no reason to refuse the token.
async fn note_use(app: &App, credentials: &Credentials, now: Timestamp) {
    let (store, id) = (credentials.store_id, credentials.application_key_id);
    let last = credentials.last_used_at.max(app.tokens().noted.get(&id));
    if last.is_some_and(|last| now < last.plus_seconds(NOTE_USE_EVERY_SECONDS)) {
        return;
    }
    // Before the write, so that of many requests at once one does it.
    app.tokens().noted.insert(id, now);
    let noted = app
        .db()
        .write(async move |tx| store::application_keys::note_use(tx, store, id, now).await);
    if let Err(error) = noted.await {
        warn!(key.id = %id, "the use of key {id} could not be noted: {error}");
    }
}

/// Finds out who makes a request from the token it brought, and from the customer's token if one
/// came along: that opens their own record to a visitor, and is passed over when it is worth
/// nothing (`contract/auth.md` §4).
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that is not ours, has expired, or whose key is gone;
/// [`Error::TooManyRequests`] when the store has a limit and has reached it.
pub async fn authenticate(
    app: &App,
    token: &str,
    customer_token: Option<&str>,
) -> Result<Caller, Error> {
    let mut caller = verify(app, token).await?;
    // Without a query of its own: only whether the keys still exist, and the store may ask for more.
    app.on_snapshot(&caller, |snapshot| async move {
        app.count_request(&caller, &snapshot)
    })
    .await?;
    if let (Grant::Implicit, Some(token)) = (caller.grant, customer_token) {
        caller.customer = customer_tokens::verify(app, caller.store, token).await?;
    }
    Ok(caller)
}

/// Who a token says it is from; one that was seen before is not computed again.
async fn verify(app: &App, token: &str) -> Result<Caller, Error> {
    let known = app.tokens().verified.get(token);
    let is_known = known.is_some();
    let verified = match known {
        Some(verified) => verified,
        None => open(app, token).await?,
    };
    if app.clock().now() >= verified.expires_at {
        return Err(Error::Unauthenticated);
    }
    if !is_known {
        app.tokens()
            .verified
            .insert(token.to_owned(), verified.clone());
    }
    Ok(verified.caller)
}

async fn open(app: &App, token: &str) -> Result<Verified, Error> {
    let opened = signatures::open(app, token).await?;
    opened
        .and_then(|(claims, signing_key)| read(&claims, signing_key))
        .ok_or(Error::Unauthenticated)
}

fn read(claims: &Claims, signing_key: i64) -> Option<Verified> {
    let caller = Caller {
        store: claims.store.parse::<StoreId>().ok()?,
        key: claims.key.parse::<ApplicationKeyId>().ok()?,
        grant: Grant::parse(&claims.grant)?,
        signing_key,
        customer: None,
    };
    let expires_at = Timestamp::from_micros(0).plus_seconds(claims.exp);
    Some(Verified { caller, expires_at })
}

/// Checks once more, against the database, that the caller's key exists: for answers that are given
/// without asking the database anything else.
///
/// # Errors
/// [`Error::Unauthenticated`] when it does not.
pub async fn confirm(app: &App, caller: &Caller) -> Result<(), Error> {
    app.on_current_snapshot(caller, |_| Ok(())).await
}
