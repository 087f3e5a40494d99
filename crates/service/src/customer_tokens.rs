//! Tokens of customers: got with a password, good beside a visitor's bearer token for the
//! customer's own record (`contract/customers.md` §6).

use customary_model::customer_token::Proof;
use customary_model::email::fold;
use customary_model::id::{CustomerId, CustomerTokenId, StoreId};
use customary_model::json::Object;
use customary_model::problem::{Issue, Problem};
use customary_model::secret::Secret;
use customary_model::time::Timestamp;
use customary_store as store;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::caller::Caller;
use crate::error::Error;
use crate::permission::Action;
use crate::signatures;

/// How long a token is good for, in seconds.
const LIFETIME_SECONDS: i64 = 24 * 3600;

/// How much of a customer's name their token carries, in characters: it travels in a header.
const MAX_NAME_CHARS: usize = 100;

/// A token and what the client is told about it.
#[derive(Debug)]
pub struct CustomerToken {
    /// Its own id.
    pub id: CustomerTokenId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The token.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The customer.
    sub: String,
    /// How their name began when they signed in.
    name: String,
    /// When it was issued, in seconds since the epoch.
    iat: i64,
    /// When it ends, in seconds since the epoch.
    exp: i64,
    /// Its own id.
    jti: String,
    /// The store.
    store: String,
    /// Which password it was issued for: another password ends it.
    password: String,
}

/// Exchanges the proof of who a customer is for a token.
///
/// # Errors
/// The request has problems; [`Error::WrongPassword`] when no customer has the address, they have no
/// password, or it is another one, which takes as long to say in each case.
pub async fn create(app: &App, caller: &Caller, data: &Object) -> Result<CustomerToken, Error> {
    caller.require(app, Action::CreateCustomerToken).await?;
    app.on_current_snapshot(caller, |_| Ok(())).await?;
    let (email, password) = match Proof::parse(data).map_err(Error::Invalid)? {
        Proof::Password { email, password } => (email, password),
        Proof::Oidc => return Err(Error::invalid(no_provider())),
    };
    let (store, folded) = (caller.store, fold(email.trim()));
    let found = app
        .db()
        .read_one(async move |tx| store::customers::find_credentials(tx, store, &folded).await)
        .await?;
    let password_hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let is_right = app.passwords().verify(password, password_hash).await?;
    let customer = found.filter(|_| is_right).ok_or(Error::WrongPassword)?;
    let now = app.clock().now();
    let (id, expires_at) = (
        CustomerTokenId::generate(),
        now.plus_seconds(LIFETIME_SECONDS),
    );
    let claims = Claims {
        sub: customer.id.to_string(),
        name: customer.name.chars().take(MAX_NAME_CHARS).collect(),
        iat: now.seconds(),
        exp: expires_at.seconds(),
        jti: id.to_string(),
        store: store.to_string(),
        password: fingerprint(customer.password_hash.as_ref()),
    };
    let token = signatures::sign(app, customer.signing_key_id, &claims).await?;
    Ok(CustomerToken {
        id,
        customer_id: customer.id,
        token: Secret::new(token),
        expires_at,
    })
}

/// The customer that a token speaks for; `None` when it is worth nothing: not ours, of another store,
/// expired, or issued for a password or a customer that is no more.
pub(crate) async fn verify(
    app: &App,
    store: StoreId,
    token: &str,
) -> Result<Option<CustomerId>, Error> {
    let Some((claims, signing_key)) = signatures::open::<Claims>(app, token).await? else {
        return Ok(None);
    };
    let Ok(id) = claims.sub.parse::<CustomerId>() else {
        return Ok(None);
    };
    if claims.store != store.to_string() || app.clock().now().seconds() >= claims.exp {
        return Ok(None);
    }
    let found = app
        .db()
        .read_one(async move |tx| store::customers::find_password(tx, store, id, signing_key).await)
        .await?;
    let holds = found.is_some_and(|hash| fingerprint(hash.as_ref()) == claims.password);
    Ok(holds.then_some(id))
}

/// Tells passwords apart without saying anything about them: a hash of the salted hash.
fn fingerprint(password_hash: Option<&Secret>) -> String {
    let text = password_hash.map_or("", Secret::reveal);
    hex::encode(&Sha256::digest(text.as_bytes())[..16])
}

fn no_provider() -> Problem {
    let words =
        "is oidc, but no OpenID Connect provider is configured for this store: use password";
    Problem::attribute("authentication_mechanism", Issue::other(words))
}
