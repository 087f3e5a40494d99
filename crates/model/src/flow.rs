//! A flow: a table whose columns, the fields, a shop adds at run time.

use crate::attributes::{Attributes, Patch, Presence};
use crate::field::read_name;
use crate::id::FlowId;
use crate::json::Object;
use crate::problem::{Issue, Problem};
use crate::slug::{FlowSlug, MAX_CHARS};
use crate::time::Timestamp;
use crate::version::{Key, KeyVersions, Versioned};

/// A flow as it is stored (`contract/flows.md` §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Its name for people.
    pub name: String,
    /// Its name in URLs, unique in the store; a core slug makes it extend that resource.
    pub slug: FlowSlug,
    /// What it is for.
    pub description: String,
    /// Whether records show its fields.
    pub enabled: bool,
    /// Grows by one with every change.
    pub version: i64,
    /// At which version each attribute last changed.
    pub key_versions: KeyVersions,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Versioned for Flow {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        Key::attributes([
            ("name", self.name != other.name),
            ("slug", self.slug != other.slug),
            ("description", self.description != other.description),
            ("enabled", self.enabled != other.enabled),
        ])
    }
}

/// A flow that is to be created.
#[derive(Debug)]
pub struct NewFlow {
    /// See [`Flow::name`].
    pub name: String,
    /// See [`Flow::slug`].
    pub slug: FlowSlug,
    /// See [`Flow::description`].
    pub description: String,
    /// See [`Flow::enabled`].
    pub enabled: bool,
}

impl NewFlow {
    /// Reads a flow from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("flow", Presence::Required);
        let name = read_name(&mut attributes, Presence::Required);
        let slug = read_slug(&mut attributes, Presence::Required);
        let description = attributes
            .text("description", usize::MAX)
            .set()
            .unwrap_or_default();
        let enabled = attributes.boolean("enabled").unwrap_or(true);
        attributes.finish(|| {
            Some(Self {
                name: name?,
                slug: slug?,
                description,
                enabled,
            })
        })
    }

    /// The flow, created at the time `now`.
    #[must_use]
    pub fn into_flow(self, id: FlowId, now: Timestamp) -> Flow {
        Flow {
            id,
            name: self.name,
            slug: self.slug,
            description: self.description,
            enabled: self.enabled,
            version: 1,
            key_versions: KeyVersions::default(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// A partial update of a flow.
#[derive(Debug)]
pub struct FlowPatch {
    name: Option<String>,
    slug: Option<FlowSlug>,
    description: Patch<String>,
    enabled: Option<bool>,
}

impl FlowPatch {
    /// Reads an update from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("flow", Presence::Optional);
        let name = read_name(&mut attributes, Presence::Optional);
        let slug = read_slug(&mut attributes, Presence::Optional);
        let description = attributes.text("description", usize::MAX);
        let enabled = attributes.boolean("enabled");
        attributes.finish(|| {
            Some(Self {
                name,
                slug,
                description,
                enabled,
            })
        })
    }

    /// The flow after the update, at the time `now`; `None` when nothing changes.
    #[must_use]
    pub fn apply(self, current: &Flow, now: Timestamp) -> Option<Flow> {
        let mut changed = Flow {
            name: self.name.unwrap_or_else(|| current.name.clone()),
            slug: self.slug.unwrap_or_else(|| current.slug.clone()),
            description: self
                .description
                .over(Some(current.description.clone()))
                .unwrap_or_default(),
            enabled: self.enabled.unwrap_or(current.enabled),
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

fn read_slug(attributes: &mut Attributes<'_>, presence: Presence) -> Option<FlowSlug> {
    let text = attributes.filled_text("slug", MAX_CHARS, presence)?;
    let slug = FlowSlug::parse(&text);
    if slug.is_none() {
        let words = "may hold only letters, digits, - and _, and for a template one part in parentheses: products(book)";
        attributes.report("slug", Issue::other(words));
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn only_type_name_and_slug_are_needed() {
        let flow = NewFlow::parse(&object(
            r#"{"type":"flow","name":"Customers","slug":"customers"}"#,
        ))
        .unwrap();
        assert!(flow.enabled);
        assert_eq!(flow.description, "");
        assert_eq!(NewFlow::parse(&object("{}")).unwrap_err().len(), 3);
    }

    #[test]
    fn an_update_that_says_nothing_new_changes_nothing() {
        let now = Timestamp::from_micros(0);
        let new = NewFlow::parse(&object(
            r#"{"type":"flow","name":"A","slug":"a","description":"d"}"#,
        ))
        .unwrap();
        let flow = new.into_flow(FlowId::generate(), now);
        let patch = |text| {
            FlowPatch::parse(&object(text))
                .unwrap()
                .apply(&flow, now.plus_seconds(1))
        };
        assert_eq!(patch("{}"), None);
        assert_eq!(patch(r#"{"name":"A","enabled":true}"#), None);
        assert_eq!(patch(r#"{"description":null}"#).unwrap().description, "");
        assert!(FlowPatch::parse(&object(r#"{"name":null}"#)).is_err());
        assert!(FlowPatch::parse(&object(r#"{"enabled":null}"#)).is_err());
    }
}
