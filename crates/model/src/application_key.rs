//! Application keys: the client id and secret that a program exchanges for a token.

use std::fmt;

use crate::attributes::{Attributes, Patch, Presence};
use crate::id::{ApplicationKeyId, StoreId};
use crate::json::Object;
use crate::problem::{Issue, Problem};
use crate::store::{MAX_NAME_CHARS, Revision};
use crate::time::Timestamp;
use crate::version::{EntityTag, Key, KeyVersions, Versioned};

/// What `type` says.
const TYPE: &str = "application_key";

const RESERVED: &str = "reserved_rate_limit";

/// An application key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationKey {
    /// Its id.
    pub id: ApplicationKeyId,
    /// The store it opens.
    pub store_id: StoreId,
    /// Its name for people.
    pub name: String,
    /// The public half of the credentials.
    pub client_id: String,
    /// How many requests a second of the store's limit it has to itself.
    pub reserved_rate_limit: u32,
    /// Grows by one with every change.
    pub version: i64,
    /// At which version each attribute last changed.
    pub key_versions: KeyVersions,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was last exchanged for a token; may lag.
    pub last_used_at: Option<Timestamp>,
}

impl Versioned for ApplicationKey {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        let (reserved, theirs) = (self.reserved_rate_limit, other.reserved_rate_limit);
        Key::attributes([
            ("name", self.name != other.name),
            (RESERVED, reserved != theirs),
        ])
    }

    fn tag(&self, revision: Revision) -> EntityTag {
        EntityTag::new(self.version, revision).also(self.last_used_at.map(Timestamp::micros))
    }
}

/// A key that is to be created.
#[derive(Debug)]
pub struct NewApplicationKey {
    name: String,
    reserved_rate_limit: u32,
}

impl NewApplicationKey {
    /// Reads a key from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag(TYPE, Presence::Required);
        let name = attributes.filled_text("name", MAX_NAME_CHARS, Presence::Required);
        let reserved = read_reserved(&mut attributes);
        attributes.finish(|| {
            Some(Self {
                name: name?,
                reserved_rate_limit: reserved.unwrap_or_default(),
            })
        })
    }

    /// The key, created at the time `now`.
    #[must_use]
    pub fn into_key(self, store_id: StoreId, client_id: String, now: Timestamp) -> ApplicationKey {
        ApplicationKey {
            id: ApplicationKeyId::generate(),
            store_id,
            name: self.name,
            client_id,
            reserved_rate_limit: self.reserved_rate_limit,
            version: 1,
            key_versions: KeyVersions::default(),
            created_at: now,
            updated_at: now,
            last_used_at: None,
        }
    }
}

/// A partial update of a key.
#[derive(Debug)]
pub struct ApplicationKeyPatch {
    name: Option<String>,
    reserved_rate_limit: Option<u32>,
}

impl ApplicationKeyPatch {
    /// Reads an update from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag(TYPE, Presence::Optional);
        let name = attributes.filled_text("name", MAX_NAME_CHARS, Presence::Optional);
        let reserved_rate_limit = read_reserved(&mut attributes);
        attributes.finish(|| {
            Some(Self {
                name,
                reserved_rate_limit,
            })
        })
    }

    /// The key after the update, at the time `now`; `None` when nothing changes.
    #[must_use]
    pub fn apply(self, current: &ApplicationKey, now: Timestamp) -> Option<ApplicationKey> {
        let reserved = self.reserved_rate_limit;
        let mut changed = ApplicationKey {
            name: self.name.unwrap_or_else(|| current.name.clone()),
            reserved_rate_limit: reserved.unwrap_or(current.reserved_rate_limit),
            ..current.clone()
        };
        if changed == *current {
            return None;
        }
        changed.version += 1;
        changed.key_versions = current.key_versions.moved(current, &changed);
        changed.updated_at = current.updated_at.next(now);
        Some(changed)
    }
}

/// A whole number that is not negative. One too large to keep is larger than any limit of a store.
fn read_reserved(attributes: &mut Attributes<'_>) -> Option<u32> {
    match attributes.integer(RESERVED) {
        Patch::Set(number) if number >= 0 => Some(u32::try_from(number).unwrap_or(u32::MAX)),
        Patch::Set(_) => {
            attributes.report(RESERVED, Issue::other("must be 0 or more"));
            None
        }
        Patch::Clear => Some(0),
        Patch::Keep => None,
    }
}

/// How a token was obtained, which decides what it may do (`contract/auth.md` §1 and §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// With the secret: everything in the store.
    ClientCredentials,
    /// With the client id alone: what a shop's visitors may see.
    Implicit,
}

impl Grant {
    /// The grant of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::ClientCredentials, Self::Implicit]
            .into_iter()
            .find(|grant| grant.as_str() == name)
    }

    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Implicit => "implicit",
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
