//! An entry: a row of a flow (`contract/flows.md` §8).

use std::fmt;

use crate::attributes::{Attributes, Presence};
use crate::flow::Flow;
use crate::json::Object;
use crate::problem::{Issue, Problem};
use crate::resource::{self, Resource};
use crate::schema::{CustomChanges, CustomValues, Schema};
use crate::slug::MAX_CHARS;
use crate::time::Timestamp;
use crate::version::{Key, Versioned};

/// The id of an entry: a UUID that this server made, or any text for a record of a resource that
/// this server does not own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(String);

impl EntryId {
    /// A new id.
    #[must_use]
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    /// `None` unless the text has 1 to 255 characters. UUIDs are compared in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(uuid) = crate::id::parse_uuid(text) {
            return Some(Self(uuid.to_string()));
        }
        let fits = !text.is_empty() && text.chars().count() <= MAX_CHARS && !text.contains('\0');
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<uuid::Uuid> for EntryId {
    fn from(uuid: uuid::Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the entries of a flow are.
#[derive(Debug, Clone, Copy)]
pub enum EntryKind {
    /// The rows of a resource that this server owns: each has an entry, with the row's id.
    Hosted(&'static Resource),
    /// Records of a resource that this server does not own, or of a template: entries with ids
    /// given from outside.
    FreeForm,
    /// Rows of their own, with ids made here.
    Custom,
}

impl EntryKind {
    /// What the entries of a flow are.
    #[must_use]
    pub fn of(flow: &Flow) -> Self {
        match resource::hosted(flow.slug.as_str()) {
            Some(resource) => Self::Hosted(resource),
            None if flow.slug.is_core() || flow.slug.template_of().is_some() => Self::FreeForm,
            None => Self::Custom,
        }
    }

    /// The name of the records of a flow: the slug of the resource that it extends, or its id.
    #[must_use]
    pub fn target(flow: &Flow) -> String {
        match Self::of(flow) {
            Self::Hosted(resource) => resource.slug.to_owned(),
            Self::FreeForm | Self::Custom => flow.id.to_string(),
        }
    }
}

/// An entry as it is stored; also the view of a hosted resource's row as an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id, unique in its flow.
    pub id: EntryId,
    /// The values of its fields, relationships included.
    pub custom: CustomValues,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its values last changed.
    pub updated_at: Timestamp,
}

impl Entry {
    /// The entry with the changes made at the time `now`; `None` when nothing changes.
    ///
    /// # Errors
    /// Every change that the current values do not allow.
    pub fn with(
        &self,
        changes: CustomChanges,
        now: Timestamp,
    ) -> Result<Option<Self>, Vec<Problem>> {
        let custom = self.custom.with(changes)?;
        let updated_at = self.updated_at.next(now);
        Ok((custom != self.custom).then(|| Self {
            custom,
            version: self.version + 1,
            updated_at,
            ..self.clone()
        }))
    }
}

impl Versioned for Entry {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        self.custom.differing_keys(&other.custom)
    }
}

/// An entry that is to be created.
#[derive(Debug)]
pub struct NewEntry {
    /// The id that was sent, if any. Whether it counts depends on the [`EntryKind`].
    pub id: Option<EntryId>,
    /// Its values.
    pub custom: CustomValues,
}

impl NewEntry {
    /// Reads an entry from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object, schema: &Schema) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("entry", Presence::Required);
        let id = attributes
            .text("id", MAX_CHARS)
            .set()
            .filter(|id| !id.is_empty());
        let custom = schema
            .create(data)
            .map_err(|problems| attributes.report_all(problems))
            .ok();
        attributes.finish(|| {
            Some(Self {
                id: id.as_deref().and_then(EntryId::parse),
                custom: custom?,
            })
        })
    }

    /// The entry, created at the time `now`. An id can be given again once its entry is gone, and its
    /// versions must not be: they begin at the time.
    #[must_use]
    pub fn into_entry(self, id: EntryId, now: Timestamp) -> Entry {
        Entry {
            id,
            custom: self.custom,
            version: now.micros(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// Reads a partial update of an entry from the `data` of a request.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_update(data: &Object, schema: &Schema) -> Result<CustomChanges, Vec<Problem>> {
    let mut attributes = Attributes::of(data);
    attributes.type_tag("entry", Presence::Optional);
    let changes = schema
        .update(data)
        .map_err(|problems| attributes.report_all(problems))
        .ok();
    attributes.finish(|| changes)
}

/// The problem that a hosted flow's entry names no record.
#[must_use]
pub fn id_required() -> Problem {
    Problem::attribute("id", Issue::Required)
}
