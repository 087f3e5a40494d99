//! What the records of a list can be filtered and sorted by: base attributes and fields.

use crate::field::{FieldKey, FieldType};
use crate::id::FieldId;
use crate::page::MAX_SORT_KEYS;
use crate::resource::{Attribute, Resource};
use crate::schema::{Schema, SchemaField};
use crate::slot::{Slot, Slots};

/// The attributes and fields of one list, by name.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'a> {
    resource: &'static Resource,
    schema: &'a Schema,
    slots: &'a Slots,
    is_strict: bool,
}

/// What a condition or an order is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A base attribute.
    Attribute(&'static Attribute),
    /// A field that has a slot.
    Field(SlottedField),
    /// A field that has none: its values are looked for in every document.
    Unslotted(UnslottedField),
}

/// What a name is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// In a filter.
    Filter,
    /// In an order.
    Sort,
}

/// A field that has a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlottedField {
    /// Its name on the wire.
    pub slug: String,
    /// What values it holds.
    pub field_type: FieldType,
    /// Where its values are in the document.
    pub key: FieldKey,
    /// Where a copy of them is.
    pub slot: Slot,
}

/// A field that has no slot, or one that is not filled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnslottedField {
    /// Its id.
    pub id: FieldId,
    /// Its name on the wire.
    pub slug: String,
    /// What values it holds.
    pub field_type: FieldType,
    /// Where its values are in the document.
    pub key: FieldKey,
    /// Whether it is to have a slot, which is being filled.
    pub is_filterable: bool,
}

impl Subject {
    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Attribute(attribute) => attribute.name,
            Self::Field(field) => &field.slug,
            Self::Unslotted(field) => &field.slug,
        }
    }

    /// Whether it is a field.
    #[must_use]
    pub fn is_field(&self) -> bool {
        !matches!(self, Self::Attribute(_))
    }

    /// Whether an index has its values, in their order.
    #[must_use]
    pub fn has_index(&self) -> bool {
        match self {
            Self::Attribute(attribute) => attribute.is_indexed,
            Self::Field(_) => true,
            Self::Unslotted(_) => false,
        }
    }

    /// The type of its values, if it is a field.
    #[must_use]
    pub fn field_type(&self) -> Option<FieldType> {
        match self {
            Self::Attribute(_) => None,
            Self::Field(field) => Some(field.field_type),
            Self::Unslotted(field) => Some(field.field_type),
        }
    }
}

impl UnslottedField {
    /// What to do so that an index serves a filter on it.
    #[must_use]
    pub fn hint(&self) -> String {
        let Self { id, slug, .. } = self;
        if self.field_type == FieldType::Relationship {
            format!(
                "no index can serve the relationship \"{slug}\": narrow the filter by something else"
            )
        } else if self.is_filterable {
            format!(
                "the index of \"{slug}\" is being built: GET /v2/fields/{id} tells how far it is"
            )
        } else {
            format!(
                "\"{slug}\" has no index: PUT /v2/fields/{id} with {{\"data\":{{\"type\":\"field\",\"filterable\":true}}}} builds one"
            )
        }
    }
}

impl<'a> Catalog<'a> {
    /// The attributes of a resource, and the fields of the flow that extends it.
    #[must_use]
    pub fn new(resource: &'static Resource, schema: &'a Schema, slots: &'a Slots) -> Self {
        Self {
            resource,
            schema,
            slots,
            is_strict: false,
        }
    }

    /// The same, and if `is_strict` only what the platform documents: no fields, and one key to sort by.
    #[must_use]
    pub fn strictly(self, is_strict: bool) -> Self {
        Self { is_strict, ..self }
    }

    /// The most keys that an order can have.
    #[must_use]
    pub fn max_sort_keys(&self) -> usize {
        if self.is_strict { 1 } else { MAX_SORT_KEYS }
    }

    fn fields(&self) -> impl Iterator<Item = &'a SchemaField> {
        let count = if self.is_strict { 0 } else { usize::MAX };
        self.schema.fields().iter().take(count)
    }

    /// What `name` stands for in `usage`.
    ///
    /// # Errors
    /// Nothing that can be used so; the sentence says what can.
    pub fn find(&self, name: &str, usage: Usage) -> Result<Subject, String> {
        let attribute = self.resource.attribute(name);
        if let Some(attribute) = attribute.filter(|attribute| usage.allows(attribute)) {
            return Ok(Subject::Attribute(attribute));
        }
        let mut fields = self.fields();
        let Some(SchemaField { field, .. }) =
            fields.find(|field| field.field.slug.as_str() == name)
        else {
            return Err(self.refusal(name, usage));
        };
        if let Some(slot) = self.slots.of(field.key) {
            return Ok(Subject::Field(SlottedField {
                slug: name.to_owned(),
                field_type: field.field_type,
                key: field.key,
                slot,
            }));
        }
        let unslotted = UnslottedField {
            id: field.id,
            slug: name.to_owned(),
            field_type: field.field_type,
            key: field.key,
            is_filterable: field.filterable,
        };
        if usage == Usage::Sort && field.field_type == FieldType::Relationship {
            return Err(self.refusal(name, usage));
        }
        Ok(Subject::Unslotted(unslotted))
    }

    fn refusal(&self, name: &str, usage: Usage) -> String {
        let attributes = self.resource.attributes.iter();
        let attributes = attributes.filter(|attribute| usage.allows(attribute));
        let can_be_used = |field: &&SchemaField| match usage {
            Usage::Filter => true,
            Usage::Sort => field.field.field_type != FieldType::Relationship,
        };
        let fields = self.fields().filter(|field| can_be_used(field));
        let names: Vec<&str> = attributes
            .map(|attribute| attribute.name)
            .chain(fields.map(|field| field.field.slug.as_str()))
            .collect();
        let names = names.join(", ");
        match usage {
            Usage::Filter => format!("\"{name}\" cannot be filtered by: use {names}"),
            Usage::Sort => format!(
                "\"{name}\" cannot be sorted by: use {names}, with - in front for descending"
            ),
        }
    }
}

impl Usage {
    fn allows(self, attribute: &Attribute) -> bool {
        match self {
            Self::Filter => !attribute.operators.is_empty(),
            Self::Sort => attribute.is_sortable,
        }
    }
}
