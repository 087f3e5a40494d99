//! What whoever holds the database itself may do: stores, keys, and a first start. The command line
//! calls these; nothing on the network does.

use customary_model::application_key::{ApplicationKey, Grant};
use customary_model::id::{ApplicationKeyId, StoreId};
use customary_model::secret::Secret;
use customary_model::store::{MAX_NAME_CHARS, Store};
use customary_model::time::Timestamp;
use customary_model::version::KeyVersions;
use customary_store as store;
use customary_store::signing_keys::SigningKey;
use customary_store::{StoreError, Tx, dialect};

use crate::app::App;
use crate::caller::Caller;
use crate::credentials::{hash_secret, random_hex};
use crate::error::Error;

pub use crate::credentials::ClientCredentials;

/// The name of the store that a new database begins with.
pub const FIRST_STORE: &str = "default";

/// So that nodes that start together do not each make a first store.
const LOCK: i64 = 0x6b65_7973;

/// What a start found or made.
#[derive(Debug)]
pub struct FirstKey {
    /// The store that the first key opens.
    pub store: Store,
    /// Its client id.
    pub client_id: String,
    /// Its secret, when it was made just now; it cannot be shown again.
    pub new_secret: Option<Secret>,
}

/// Makes sure that a database has a store, a signing key and an application key: the given one, if
/// one is given, else one that is made up when there is none at all.
///
/// # Errors
/// The given client id or secret is empty or too long, or the database's own trouble.
pub async fn prepare(app: &App, given: Option<ClientCredentials>) -> Result<FirstKey, Error> {
    if let Some(given) = &given {
        check_given(given)?;
    }
    let now = app.clock().now();
    let generated = ClientCredentials::generate()?;
    let signing_key = generate_signing_key(1)?;
    app.db()
        .write(async move |tx| {
            dialect::lock(tx, LOCK).await?;
            if store::signing_keys::list(tx).await?.is_empty() {
                store::signing_keys::insert(tx, &signing_key, now).await?;
            }
            let first = match store::stores::list(tx).await?.into_iter().next() {
                Some(store) => store,
                None => insert_store(tx, FIRST_STORE.to_owned(), now).await?,
            };
            match given {
                Some(given) => use_given(tx, first, given, now).await,
                None => use_first(tx, first, generated, now).await,
            }
        })
        .await
}

/// Creates a store with a first application key.
///
/// # Errors
/// The name is empty, too long, or taken.
pub async fn create_store(app: &App, name: &str) -> Result<(Store, ClientCredentials), Error> {
    let name = check_name("store", name)?;
    let now = app.clock().now();
    let credentials = ClientCredentials::generate()?;
    app.db()
        .write(async move |tx| {
            dialect::lock(tx, LOCK).await?;
            if store::stores::list(tx)
                .await?
                .iter()
                .any(|store| store.name == name)
            {
                return Err(Error::BadRequest(format!(
                    "a store with the name \"{name}\" exists: choose another"
                )));
            }
            let store = insert_store(tx, name, now).await?;
            insert_key(tx, store.id, "First key", &credentials, now).await?;
            Ok((store, credentials))
        })
        .await
}

/// Lists all stores, the oldest first.
///
/// # Errors
/// The database's own trouble.
pub async fn list_stores(app: &App) -> Result<Vec<Store>, Error> {
    app.db()
        .read(async |tx| Ok(store::stores::list(tx).await?))
        .await
}

/// Creates an application key of a store, which is named by its name or id; without either it is
/// the oldest store.
///
/// # Errors
/// There is no such store, or the name is empty or too long.
pub async fn create_key(
    app: &App,
    store: Option<String>,
    name: &str,
) -> Result<(ApplicationKey, Secret), Error> {
    let name = check_name("key", name)?;
    let now = app.clock().now();
    let credentials = ClientCredentials::generate()?;
    app.db()
        .write(async move |tx| {
            let store = find_store(tx, store.as_deref()).await?;
            let key = insert_key(tx, store.id, &name, &credentials, now).await?;
            Ok((key, credentials.client_secret))
        })
        .await
}

/// Lists the application keys of a store, the newest first.
///
/// # Errors
/// There is no such store.
pub async fn list_keys(app: &App, store: Option<String>) -> Result<Vec<ApplicationKey>, Error> {
    app.db()
        .read(async move |tx| {
            let store = find_store(tx, store.as_deref()).await?;
            Ok(store::application_keys::list(tx, store.id).await?)
        })
        .await
}

/// A caller who may do everything in a store, by the oldest of its keys; without a name or id it is the
/// oldest store.
///
/// # Errors
/// There is no such store, or it has no key.
pub async fn caller(app: &App, store: Option<String>) -> Result<Caller, Error> {
    app.db()
        .read(async move |tx| {
            let store = find_store(tx, store.as_deref()).await?;
            let key = store::application_keys::list(tx, store.id).await?.pop();
            let signing_key = store::signing_keys::list(tx).await?.into_iter().next();
            let (Some(key), Some(signing_key)) = (key, signing_key) else {
                return Err(Error::BadRequest(format!(
                    "the store \"{}\" has no application key: see customary keys create",
                    store.name
                )));
            };
            Ok(Caller {
                store: store.id,
                key: key.id,
                grant: Grant::ClientCredentials,
                signing_key: signing_key.id,
                customer: None,
            })
        })
        .await
}

/// Deletes an application key, named by its id or client id. Its tokens are worth nothing from the
/// next request on, on every node.
///
/// # Errors
/// There is no such store or key.
pub async fn delete_key(
    app: &App,
    store: Option<String>,
    key: String,
) -> Result<ApplicationKey, Error> {
    app.db()
        .write(async move |tx| {
            let store = find_store(tx, store.as_deref()).await?;
            let id = key.parse::<ApplicationKeyId>().ok();
            let keys = store::application_keys::list(tx, store.id).await?;
            let found = keys
                .into_iter()
                .find(|each| Some(each.id) == id || each.client_id == key);
            let found = found.ok_or_else(|| {
                Error::BadRequest(format!(
                    "the store \"{}\" has no key \"{key}\": see customary keys list",
                    store.name
                ))
            })?;
            store::application_keys::delete(tx, store.id, found.id).await?;
            Ok(found)
        })
        .await
}

/// Makes a new key that signs tokens from now on. The one before it still verifies, older ones do
/// not: so rotating twice ends all tokens, bearer tokens and those of customers.
///
/// # Errors
/// The database's own trouble.
pub async fn rotate_signing_key(app: &App) -> Result<i64, Error> {
    let now = app.clock().now();
    let mut signing_key = generate_signing_key(0)?;
    app.db()
        .write(async move |tx| {
            dialect::lock(tx, LOCK).await?;
            let newest = store::signing_keys::list(tx)
                .await?
                .first()
                .map_or(0, |key| key.id);
            signing_key.id = newest + 1;
            store::signing_keys::insert(tx, &signing_key, now).await?;
            store::signing_keys::delete_before(tx, newest).await?;
            // From the next request on, every node knows which keys are left.
            for store in store::stores::list(tx).await? {
                store::stores::move_revision(tx, store.id).await?;
            }
            Ok(signing_key.id)
        })
        .await
}

async fn use_given(
    tx: &mut Tx<'_>,
    first: Store,
    given: ClientCredentials,
    now: Timestamp,
) -> Result<FirstKey, Error> {
    let known = store::application_keys::find_credentials(tx, &given.client_id).await?;
    let Some(known) = known else {
        insert_key(tx, first.id, "Key from the environment", &given, now).await?;
        return Ok(FirstKey {
            store: first,
            client_id: given.client_id,
            new_secret: None,
        });
    };
    let secret_hash = hash_secret(&given.client_secret);
    if known.secret_hash.reveal() != secret_hash {
        store::application_keys::update_secret(
            tx,
            known.store_id,
            known.application_key_id,
            &secret_hash,
            now,
        )
        .await?;
    }
    let stores = store::stores::list(tx).await?;
    let store = stores
        .into_iter()
        .find(|store| store.id == known.store_id)
        .unwrap_or(first);
    Ok(FirstKey {
        store,
        client_id: given.client_id,
        new_secret: None,
    })
}

async fn use_first(
    tx: &mut Tx<'_>,
    first: Store,
    generated: ClientCredentials,
    now: Timestamp,
) -> Result<FirstKey, Error> {
    if let Some(oldest) = store::application_keys::list(tx, first.id).await?.pop() {
        return Ok(FirstKey {
            store: first,
            client_id: oldest.client_id,
            new_secret: None,
        });
    }
    insert_key(tx, first.id, "First key", &generated, now).await?;
    Ok(FirstKey {
        store: first,
        client_id: generated.client_id,
        new_secret: Some(generated.client_secret),
    })
}

async fn insert_store(tx: &mut Tx<'_>, name: String, now: Timestamp) -> Result<Store, StoreError> {
    let store = Store {
        id: StoreId::generate(),
        name,
        created_at: now,
    };
    store::stores::insert(tx, &store).await?;
    Ok(store)
}

async fn insert_key(
    tx: &mut Tx<'_>,
    store_id: StoreId,
    name: &str,
    credentials: &ClientCredentials,
    now: Timestamp,
) -> Result<ApplicationKey, StoreError> {
    let key = ApplicationKey {
        id: ApplicationKeyId::generate(),
        store_id,
        name: name.to_owned(),
        client_id: credentials.client_id.clone(),
        reserved_rate_limit: 0,
        version: 1,
        key_versions: KeyVersions::default(),
        created_at: now,
        updated_at: now,
        last_used_at: None,
    };
    store::application_keys::insert(tx, &key, &hash_secret(&credentials.client_secret)).await?;
    Ok(key)
}

async fn find_store(tx: &mut Tx<'_>, name_or_id: Option<&str>) -> Result<Store, Error> {
    let mut stores = store::stores::list(tx).await?.into_iter();
    let Some(wanted) = name_or_id else {
        return stores.next().ok_or_else(|| {
            Error::BadRequest("there is no store yet: start the server once".to_owned())
        });
    };
    let id = wanted.parse::<StoreId>().ok();
    let found = stores.find(|store| store.name == wanted || Some(store.id) == id);
    found.ok_or_else(|| {
        Error::BadRequest(format!(
            "there is no store \"{wanted}\": see customary stores list"
        ))
    })
}

fn check_name(what: &str, name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        return Err(Error::BadRequest(format!(
            "the name of a {what} has 1 to {MAX_NAME_CHARS} characters"
        )));
    }
    Ok(name.to_owned())
}

fn check_given(given: &ClientCredentials) -> Result<(), Error> {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= MAX_NAME_CHARS;
    if fits(&given.client_id) && fits(given.client_secret.reveal()) {
        return Ok(());
    }
    Err(Error::BadRequest(format!(
        "the given client id and secret have 1 to {MAX_NAME_CHARS} characters each"
    )))
}

fn generate_signing_key(id: i64) -> Result<SigningKey, Error> {
    Ok(SigningKey {
        id,
        secret: random_hex::<32>()?,
    })
}
