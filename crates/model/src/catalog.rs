//! What the records of a list can be filtered and sorted by: base attributes, and fields that have a
//! slot.

use crate::field::{FieldKey, FieldType};
use crate::resource::{Attribute, Resource};
use crate::schema::{Schema, SchemaField};
use crate::slot::{Slot, Slots};

/// The attributes and fields of one list, by name.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'a> {
    resource: &'static Resource,
    schema: &'a Schema,
    slots: &'a Slots,
}

/// What a condition or an order is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A base attribute.
    Attribute(&'static Attribute),
    /// A field that has a slot.
    Field(SlottedField),
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

impl<'a> Catalog<'a> {
    /// The attributes of a resource, and the fields of the flow that extends it.
    #[must_use]
    pub fn new(resource: &'static Resource, schema: &'a Schema, slots: &'a Slots) -> Self {
        Self {
            resource,
            schema,
            slots,
        }
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
        let mut fields = self.schema.fields().iter();
        let field = fields.find(|field| field.field.slug.as_str() == name);
        let slot = field.and_then(|field| self.slots.of(&field.field.key));
        match (field, slot) {
            (Some(field), Some(slot)) => Ok(Subject::Field(SlottedField {
                slug: name.to_owned(),
                field_type: field.field.field_type,
                key: field.field.key.clone(),
                slot,
            })),
            (Some(_), None) => Err(self.refusal(name, usage, ", because it has no slot")),
            (None, _) => Err(self.refusal(name, usage, "")),
        }
    }

    fn refusal(&self, name: &str, usage: Usage, reason: &str) -> String {
        let attributes = self.resource.attributes.iter();
        let attributes = attributes.filter(|attribute| usage.allows(attribute));
        let has_slot = |field: &&SchemaField| self.slots.of(&field.field.key).is_some();
        let fields = self.schema.fields().iter().filter(has_slot);
        let names: Vec<&str> = attributes
            .map(|attribute| attribute.name)
            .chain(fields.map(|field| field.field.slug.as_str()))
            .collect();
        let names = names.join(", ");
        match usage {
            Usage::Filter => format!("\"{name}\" cannot be filtered by{reason}: use {names}"),
            Usage::Sort => format!(
                "\"{name}\" cannot be sorted by{reason}: use {names}, with - in front for descending"
            ),
        }
    }
}

impl Usage {
    fn allows(self, attribute: &Attribute) -> bool {
        match self {
            Self::Filter => true,
            Self::Sort => attribute.is_sortable,
        }
    }
}
