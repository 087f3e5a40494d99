//! Which state of a record somebody has seen, and what has changed since.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::field::FieldKey;
use crate::schema::Schema;
use crate::store::Revision;

/// In front of the names of base attributes, so that none of them is taken for the key of a field.
const ATTRIBUTE: char = '@';

/// Names one state of a record, together with how the store showed it then: a renamed field changes
/// the record that clients see without a new version of it.
///
/// ```
/// use customary_model::{store::Revision, version::EntityTag};
/// let tag = EntityTag::new(7, Revision(12));
/// assert_eq!(tag.to_string(), "7-12");
/// assert_eq!(EntityTag::version_in("7-12"), Some(7));
/// assert_eq!(EntityTag::version_in("another server's"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTag {
    version: i64,
    revision: Revision,
    also: Option<i64>,
}

impl EntityTag {
    /// The tag of a record with this version in a store of this revision.
    #[must_use]
    pub fn new(version: i64, revision: Revision) -> Self {
        Self {
            version,
            revision,
            also: None,
        }
    }

    /// The tag of something that also shows what makes no new version when it moves, such as a time of use.
    #[must_use]
    pub fn also(self, also: Option<i64>) -> Self {
        Self { also, ..self }
    }

    /// The version of a record that the text of a tag names; `None` when it is not one of ours.
    #[must_use]
    pub fn version_in(tag: &str) -> Option<i64> {
        let (version, revision) = tag.split_once('-')?;
        let is_ours = revision.starts_with(|c: char| c.is_ascii_digit());
        version.parse().ok().filter(|_| is_ours)
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.version, self.revision.0)?;
        match self.also {
            Some(number) => write!(f, "-{number}"),
            None => Ok(()),
        }
    }
}

/// Something whose changes are counted.
pub trait Versioned {
    /// Grows with every change.
    fn version(&self) -> i64;

    /// The keys whose values differ from those of `other`.
    fn differing_keys(&self, other: &Self) -> Vec<Key>;

    /// The tag of this state, in a store of this revision.
    fn tag(&self, revision: Revision) -> EntityTag {
        EntityTag::new(self.version(), revision)
    }
}

impl<T: Versioned> Versioned for Arc<T> {
    fn version(&self) -> i64 {
        T::version(self)
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        T::differing_keys(self, other)
    }

    fn tag(&self, revision: Revision) -> EntityTag {
        T::tag(self, revision)
    }
}

/// What a part of a record is kept under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The name of a base attribute.
    Attribute(&'static str),
    /// The immutable key of a field.
    Field(FieldKey),
}

impl Key {
    /// The attributes of which it is said that they differ.
    #[must_use]
    pub fn attributes<const N: usize>(differs: [(&'static str, bool); N]) -> Vec<Self> {
        let differing = differs.into_iter().filter(|(_, differs)| *differs);
        differing.map(|(name, _)| Self::Attribute(name)).collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, "{ATTRIBUTE}{name}"),
            Self::Field(key) => key.fmt(f),
        }
    }
}

/// At which version each key of a record last changed. A key that has not changed since the record was
/// created is not in it, so a record that was never updated has an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyVersions(BTreeMap<String, i64>);

impl KeyVersions {
    /// Reads the stored document.
    ///
    /// # Errors
    /// The text is no JSON object of integers.
    pub fn from_stored(document: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(document).map(Self)
    }

    /// The document to store.
    #[must_use]
    pub fn to_stored(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// These, after `before` has become `after`.
    #[must_use]
    pub fn moved<T: Versioned>(&self, before: &T, after: &T) -> Self {
        let mut versions = self.clone();
        let differing = after.differing_keys(before).into_iter();
        versions
            .0
            .extend(differing.map(|key| (key.to_string(), after.version())));
        versions
    }

    /// What has changed since a version, by the names on the wire: attributes, then the fields of the
    /// schema in its order. Fields that it does not show are left out.
    #[must_use]
    pub fn since(&self, version: i64, schema: &Schema) -> Vec<String> {
        let is_later = |key: &str| self.0.get(key).is_some_and(|changed| *changed > version);
        let attributes = self.0.keys().filter(|key| is_later(key));
        let attributes = attributes.filter_map(|key| key.strip_prefix(ATTRIBUTE));
        let fields = schema.fields().iter().map(|entry| &entry.field);
        let fields = fields.filter(|field| is_later(&field.key.to_string()));
        attributes
            .chain(fields.map(|field| field.slug.as_str()))
            .map(ToOwned::to_owned)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Record(i64, [u8; 2]);

    impl Versioned for Record {
        fn version(&self) -> i64 {
            self.0
        }

        fn differing_keys(&self, other: &Self) -> Vec<Key> {
            let mut keys = Key::attributes([("name", self.1[0] != other.1[0])]);
            if self.1[1] != other.1[1] {
                keys.extend(FieldKey::parse("name").map(Key::Field));
            }
            keys
        }
    }

    #[test]
    fn a_key_is_noted_with_the_version_that_changed_it() {
        let (first, second, third) = (Record(1, [0, 0]), Record(2, [1, 1]), Record(3, [2, 1]));
        let none = KeyVersions::default();
        assert_eq!(none.to_stored(), "{}");
        let versions = none.moved(&first, &second).moved(&second, &third);
        assert_eq!(versions.to_stored(), r#"{"@name":3,"name":2}"#);
        assert_eq!(
            KeyVersions::from_stored(&versions.to_stored()).ok(),
            Some(versions.clone())
        );
        let schema = Schema::default();
        assert_eq!(versions.since(2, &schema), ["name"]);
        assert_eq!(versions.since(3, &schema), [""; 0]);
    }

    #[test]
    fn only_our_own_tags_name_a_version() {
        let tag = EntityTag::new(3, Revision(5)).also(Some(9));
        assert_eq!(tag.to_string(), "3-5-9");
        assert_eq!(EntityTag::version_in("3-5-9"), Some(3));
        for other in ["", "3", "-1", "3-", "a-1", "3-x", "99999999999999999999-1"] {
            assert_eq!(EntityTag::version_in(other), None, "{other}");
        }
    }
}
