//! A flow compiled for use: the extension engine's view of a record's custom values.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;

use crate::field::relationship::Cardinality;
use crate::field::{Field, FieldKey, FieldKind};
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};
use crate::reference::{self, Reference};
use crate::version::Key;

/// The enabled fields of an enabled flow, in the order in which records show them, with their
/// rules parsed. Built once per revision of the store, never per request.
#[derive(Debug, Default)]
pub struct Schema {
    fields: Vec<SchemaField>,
    /// Where the field of a key is, in the order of keys.
    by_key: Vec<(FieldKey, usize)>,
    /// How records show each field.
    shows: Vec<Show>,
    relationships: Vec<usize>,
}

/// A field in a [`Schema`].
#[derive(Debug)]
pub struct SchemaField {
    /// Its definition.
    pub field: Arc<Field>,
    /// Its compiled type and rules.
    pub kind: FieldKind,
    /// The value a new record gets when it brings none.
    pub default: Option<Value>,
}

/// How records show a field among their attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    Never,
    WithValue,
    Always,
}

/// The custom values of a record, keyed by each field's immutable key, so that renaming a field or
/// a flow touches no record. Values of fields that are disabled or out of sight stay in it.
///
/// A null is stored as absence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomValues(
    /// In the order of their keys: there are few, and most are read one after the other.
    Vec<(FieldKey, Value)>,
);

/// New values for some of the fields of a record, which [`CustomValues::with`] makes of it.
#[derive(Debug, Clone, Default)]
pub struct CustomChanges(Vec<(Arc<Field>, Value)>);

impl Schema {
    /// Compiles the fields of a flow: the enabled ones, in listing order.
    #[must_use]
    pub fn compile<'a>(fields: impl IntoIterator<Item = &'a Arc<Field>>) -> Self {
        let mut enabled: Vec<&Arc<Field>> =
            fields.into_iter().filter(|field| field.enabled).collect();
        enabled.sort_by(|a, b| a.listing_order(b));
        let compile = |field: &Arc<Field>| {
            // A stored field was checked when it was written, so neither of these can fail.
            let kind = field.kind().ok()?;
            let default = field.field_type.default_value(&field.default).ok()?;
            Some(SchemaField {
                field: Arc::clone(field),
                kind,
                default,
            })
        };
        let fields: Vec<SchemaField> = enabled.into_iter().filter_map(compile).collect();
        let relationships = fields.iter().enumerate();
        let relationships = relationships.filter(|(_, entry)| entry.is_relationship());
        let by_key = fields.iter().enumerate();
        let by_key = by_key.map(|(position, entry)| (entry.field.key, position));
        let mut by_key: Vec<_> = by_key.collect();
        by_key.sort_unstable();
        Self {
            by_key,
            shows: fields.iter().map(SchemaField::show).collect(),
            relationships: relationships.map(|(position, _)| position).collect(),
            fields,
        }
    }

    fn position(&self, key: FieldKey) -> Option<usize> {
        let found = self.by_key.binary_search_by_key(&key, |(known, _)| *known);
        found.ok().map(|index| self.by_key[index].1)
    }

    /// Its fields, in the order in which records show them.
    #[must_use]
    pub fn fields(&self) -> &[SchemaField] {
        &self.fields
    }

    /// The custom values of a record that is to be created with `input`: typed, validated, with
    /// defaults in place of absent keys (`contract/flows.md` §6 and §7). Keys that are no field are
    /// ignored.
    ///
    /// # Errors
    /// Every problem, in field order.
    pub fn create(&self, input: &Object) -> Result<CustomValues, Vec<Problem>> {
        let mut values = CustomValues::default();
        let mut problems = Vec::new();
        for entry in self.attributes() {
            let given = input.get(entry.field.slug.as_str());
            let value = match (&given, &entry.default) {
                (None, Some(default)) => Ok(default.clone()),
                (None, None) if entry.field.required => Err(vec![Issue::Required]),
                (None, None) => Ok(Value::Null),
                (Some(given), _) => entry.accept(given),
            };
            entry.collect(value, &mut problems, |field, value| {
                values.put(field, value);
            });
        }
        if problems.is_empty() {
            Ok(values)
        } else {
            Err(problems)
        }
    }

    /// The changes that a partial update with `input` makes: absent keys stay as they are.
    ///
    /// # Errors
    /// Every problem, in field order.
    pub fn update(&self, input: &Object) -> Result<CustomChanges, Vec<Problem>> {
        let mut changes = CustomChanges::default();
        let mut problems = Vec::new();
        for entry in self.attributes() {
            if let Some(given) = input.get(entry.field.slug.as_str()) {
                let value = entry.accept(&given);
                entry.collect(value, &mut problems, |field, value| {
                    changes.0.push((Arc::clone(field), value));
                });
            }
        }
        if problems.is_empty() {
            Ok(changes)
        } else {
            Err(problems)
        }
    }

    /// What a record shows of its custom values: slug and value, in field order. A field without
    /// a value is `null`, or left out when it says `omit_null`.
    pub fn show<'a>(
        &'a self,
        values: &'a CustomValues,
    ) -> impl Iterator<Item = (&'a str, &'a Value)> {
        // A flow may have a thousand fields, of which a record has ten.
        let mut given = vec![None; self.fields.len()];
        for (key, value) in values.iter() {
            if let Some(position) = self.position(key) {
                given[position] = Some(value);
            }
        }
        let shown = self.shows.iter().zip(given).enumerate();
        shown.filter_map(|(position, (show, value))| {
            let value = match (show, value) {
                (Show::Never, _) | (Show::WithValue, None) => return None,
                (_, value) => value.unwrap_or(&Value::Null),
            };
            Some((self.fields[position].field.slug.as_str(), value))
        })
    }

    /// What a record shows of its references to other records: slug and value, in field order. A
    /// field without any is `null`, or left out when it says `omit_null`.
    pub fn show_relationships<'a>(
        &'a self,
        values: &'a CustomValues,
    ) -> impl Iterator<Item = (&'a str, Value)> {
        self.relationships.iter().filter_map(|position| {
            let entry = &self.fields[*position];
            let value = reference::shown(values.get(entry.field.key), entry.cardinality()?);
            let hidden = value.is_null() && entry.field.omit_null;
            (!hidden).then_some((entry.field.slug.as_str(), value))
        })
    }

    /// The relationship field of that slug.
    #[must_use]
    pub fn relationship(&self, slug: &str) -> Option<&SchemaField> {
        let mut relationships = self.relationships.iter();
        let position = relationships.find(|at| self.fields[**at].field.slug.as_str() == slug)?;
        Some(&self.fields[*position])
    }

    /// The changes that give a record that exists the values of one that is created.
    #[must_use]
    pub fn replace_with(&self, values: &CustomValues) -> CustomChanges {
        let changes = self.attributes().map(|entry| {
            let value = values.get(entry.field.key);
            (Arc::clone(&entry.field), value.clone())
        });
        CustomChanges(changes.collect())
    }

    /// The changes that leave a record without any value or reference.
    #[must_use]
    pub fn clear(&self) -> CustomChanges {
        let fields = self.fields.iter().map(|entry| Arc::clone(&entry.field));
        CustomChanges(fields.map(|field| (field, Value::Null)).collect())
    }

    /// The fields that appear as attributes of a record: all but relationships.
    fn attributes(&self) -> impl Iterator<Item = &SchemaField> {
        self.fields.iter().filter(|entry| !entry.is_relationship())
    }
}

impl SchemaField {
    fn show(&self) -> Show {
        match self.field.omit_null {
            _ if self.is_relationship() => Show::Never,
            true => Show::WithValue,
            false => Show::Always,
        }
    }

    fn is_relationship(&self) -> bool {
        self.cardinality().is_some()
    }

    /// How many records a relationship may refer to; `None` for other fields.
    #[must_use]
    pub fn cardinality(&self) -> Option<Cardinality> {
        match &self.kind {
            FieldKind::Relationship(rules) => Some(rules.cardinality),
            FieldKind::String(_)
            | FieldKind::Integer(_)
            | FieldKind::Boolean
            | FieldKind::Float(_)
            | FieldKind::Date(_) => None,
        }
    }

    /// The references that a record holds in this field.
    #[must_use]
    pub fn references(&self, values: &CustomValues) -> Vec<Reference> {
        reference::from_stored(values.get(self.field.key))
    }

    /// The change that gives a record these references.
    #[must_use]
    pub fn refer_to(&self, references: &[Reference]) -> CustomChanges {
        CustomChanges(vec![(
            Arc::clone(&self.field),
            reference::to_stored(references),
        )])
    }

    fn accept(&self, given: &Json<'_>) -> Result<Value, Vec<Issue>> {
        match given {
            Json::Null if self.field.required => Err(vec![Issue::Required]),
            given => self.kind.accept(given),
        }
    }

    fn collect(
        &self,
        value: Result<Value, Vec<Issue>>,
        problems: &mut Vec<Problem>,
        keep: impl FnOnce(&Arc<Field>, Value),
    ) {
        match value {
            Ok(value) => keep(&self.field, value),
            Err(issues) => {
                let slug = self.field.slug.as_str();
                problems.extend(issues.into_iter().map(|issue| Problem::field(slug, issue)));
            }
        }
    }
}

impl CustomValues {
    /// Reads the stored document.
    ///
    /// # Errors
    /// The text is not a JSON object.
    pub fn from_stored(document: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(document)
    }

    /// The document to store.
    #[must_use]
    pub fn to_stored(&self) -> String {
        let mut document = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut document);
        let written = serializer.collect_map(self.iter());
        written
            .ok()
            .and_then(|()| String::from_utf8(document).ok())
            .unwrap_or_default()
    }

    /// The value under a field's key; null when there is none.
    #[must_use]
    pub fn get(&self, key: FieldKey) -> &Value {
        let found = self.find(key).ok();
        found.map_or(&Value::Null, |index| &self.0[index].1)
    }

    fn find(&self, key: FieldKey) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |(known, _)| *known)
    }

    /// All values, by the keys of their fields.
    pub fn iter(&self) -> impl Iterator<Item = (FieldKey, &Value)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// These values with the changes made.
    ///
    /// Whatever changes a record comes through here with its current values, which are certain only
    /// while it is locked. So here is where a change is refused that depends on them.
    ///
    /// # Errors
    /// Every change of a value that is [immutable](Field::immutable).
    pub fn with(&self, changes: CustomChanges) -> Result<Self, Vec<Problem>> {
        let refused = changes.0.iter();
        let refused = refused.filter_map(|(field, value)| self.refuse_to_change(field, value));
        let problems: Vec<Problem> = refused.collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut values = self.clone();
        for (field, value) in changes.0 {
            values.put(&field, value);
        }
        Ok(values)
    }

    /// The fields whose values differ from those of `other`.
    #[must_use]
    pub fn differing_keys(&self, other: &Self) -> Vec<Key> {
        let all = self.iter().chain(other.iter()).map(|(key, _)| key);
        let differing = all.filter(|key| self.get(*key) != other.get(*key));
        differing.map(Key::Field).collect()
    }

    fn refuse_to_change(&self, field: &Field, value: &Value) -> Option<Problem> {
        let current = self.get(field.key);
        if !field.immutable || current.is_null() || current == value {
            return None;
        }
        let words = if value.is_null() {
            "is immutable: its value can only be removed by deleting the whole record"
        } else {
            "is immutable: its value cannot change once it is set, so leave it out or send the same value"
        };
        Some(Problem::field(field.slug.as_str(), Issue::other(words)))
    }

    fn put(&mut self, field: &Field, value: Value) {
        let key = field.key;
        match (self.find(key), value) {
            (Ok(index), Value::Null) => {
                self.0.remove(index);
            }
            (Err(_), Value::Null) => {}
            (Ok(index), value) => self.0[index].1 = value,
            (Err(index), value) => self.0.insert(index, (key, value)),
        }
    }
}

impl<'de> Deserialize<'de> for CustomValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Document)
    }
}

/// Reads the values of a document.
struct Document;

impl<'de> Visitor<'de> for Document {
    type Value = CustomValues;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CustomValues, A::Error> {
        let mut values = Vec::with_capacity(16);
        while let Some(entry) = map.next_entry()? {
            values.push(entry);
        }
        values.sort_unstable_by_key(|(key, _): &(FieldKey, Value)| *key);
        Ok(CustomValues(values))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;
    use crate::field::{FieldKey, FieldType};
    use crate::id::{FieldId, FlowId};
    use crate::slug::FieldSlug;
    use crate::time::Timestamp;
    use crate::version::KeyVersions;

    fn field(key: u64, slug: &str, field_type: FieldType) -> Field {
        Field {
            id: FieldId::generate(),
            flow_id: FlowId::generate(),
            key: FieldKey::from_number(key),
            slug: FieldSlug::parse(slug).unwrap(),
            name: slug.to_owned(),
            description: String::new(),
            field_type,
            validation_rules: RawValue::from_string("[]".to_owned()).unwrap(),
            required: false,
            default: RawValue::NULL.to_owned(),
            enabled: true,
            order: None,
            omit_null: false,
            immutable: false,
            filterable: true,
            unique: None,
            version: 1,
            key_versions: KeyVersions::default(),
            created_at: Timestamp::from_micros(0),
            updated_at: Timestamp::from_micros(0),
        }
    }

    fn schema(fields: Vec<Field>) -> Schema {
        let fields: Vec<Arc<Field>> = fields.into_iter().map(Arc::new).collect();
        Schema::compile(&fields)
    }

    fn object(value: &Value) -> Object {
        Object::parse(value.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn fields_show_in_order_with_those_without_one_last() {
        let schema = schema(vec![
            field(1, "none", FieldType::String),
            Field {
                order: Some(2),
                ..field(2, "two", FieldType::String)
            },
            Field {
                order: Some(1),
                ..field(3, "one", FieldType::String)
            },
            Field {
                enabled: false,
                ..field(4, "disabled", FieldType::String)
            },
        ]);
        let values = CustomValues::default();
        let shown: Vec<&str> = schema.show(&values).map(|(slug, _)| slug).collect();
        assert_eq!(shown, ["one", "two", "none"]);
    }

    #[test]
    fn a_default_applies_to_an_absent_key_and_not_to_null() {
        let schema = schema(vec![Field {
            default: RawValue::from_string("0".to_owned()).unwrap(),
            ..field(1, "note", FieldType::String)
        }]);
        assert_eq!(
            schema
                .create(&object(&json!({})))
                .unwrap()
                .get(FieldKey::from_number(1)),
            &json!("0")
        );
        assert_eq!(
            schema
                .create(&object(&json!({"note": null})))
                .unwrap()
                .get(FieldKey::from_number(1)),
            &Value::Null
        );
        let changes = schema.update(&object(&json!({}))).unwrap();
        let values = CustomValues::default();
        assert_eq!(values.with(changes), Ok(values));
    }

    #[test]
    fn a_required_value_may_be_absent_only_from_an_update() {
        let schema = schema(vec![Field {
            required: true,
            ..field(1, "tier", FieldType::String)
        }]);
        let required = vec![Problem::field("tier", Issue::Required)];
        assert_eq!(schema.create(&object(&json!({}))).unwrap_err(), required);
        assert_eq!(
            schema.create(&object(&json!({"tier": null}))).unwrap_err(),
            required
        );
        assert_eq!(
            schema.update(&object(&json!({"tier": null}))).unwrap_err(),
            required
        );
        assert!(schema.update(&object(&json!({}))).is_ok());
        assert!(schema.create(&object(&json!({"tier": ""}))).is_ok());
    }

    #[test]
    fn values_out_of_sight_survive_an_update() {
        let visible = schema(vec![field(1, "a", FieldType::Integer)]);
        let values = CustomValues::from_stored(r#"{"1":1,"2":"hidden"}"#).unwrap();
        let changes = visible.update(&object(&json!({"a": null, "b": 5})));
        let values = values.with(changes.unwrap()).unwrap();
        assert_eq!(values.to_stored(), r#"{"2":"hidden"}"#);
        let shown: Vec<(&str, &Value)> = visible.show(&values).collect();
        assert_eq!(shown, [("a", &Value::Null)]);
    }

    #[test]
    fn an_immutable_value_is_set_once_and_stays() {
        let immutable = |key, slug, field_type| Field {
            immutable: true,
            ..field(key, slug, field_type)
        };
        let schema = schema(vec![
            immutable(1, "sku", FieldType::String),
            immutable(2, "weight", FieldType::Float),
            field(3, "note", FieldType::String),
            immutable(4, "maker", FieldType::Relationship),
        ]);
        let update = |values: &CustomValues, changes: &Value| {
            let changes = schema.update(&object(changes)).unwrap();
            values.with(changes).map_err(|problems| {
                let said = problems.iter().map(ToString::to_string);
                said.collect::<Vec<_>>()
            })
        };
        let empty = CustomValues::default();
        assert_eq!(update(&empty, &json!({"sku": null})), Ok(empty.clone()));
        let values = update(&empty, &json!({"sku": "a", "weight": 3, "note": "x"})).unwrap();
        assert_eq!(
            update(&values, &json!({"sku": "a", "weight": 3.0, "note": "y"})),
            Ok(CustomValues::from_stored(r#"{"1":"a","2":3,"3":"y"}"#).unwrap())
        );
        let cannot_change = "is immutable: its value cannot change once it is set, so leave it out or send the same value";
        let cannot_go = "is immutable: its value can only be removed by deleting the whole record";
        assert_eq!(
            update(&values, &json!({"weight": null, "note": "z", "sku": ""})),
            Err(vec![
                format!("data.sku: \"sku\" {cannot_change}"),
                format!("data.weight: \"weight\" {cannot_go}"),
            ])
        );

        let maker = schema.relationship("maker").unwrap();
        let reference = |id: &str| Reference {
            type_name: "company".to_owned(),
            id: id.to_owned(),
        };
        let values = values.with(maker.refer_to(&[reference("a")])).unwrap();
        assert!(values.with(maker.refer_to(&[reference("a")])).is_ok());
        for other in [
            vec![reference("b")],
            vec![reference("a"), reference("b")],
            vec![],
        ] {
            assert!(values.with(maker.refer_to(&other)).is_err());
        }

        // Replacing and clearing all values are changes like any others.
        assert_eq!(values.with(schema.clear()).unwrap_err().len(), 3);
        let replace = |with: &Value| {
            let new = schema.create(&object(with)).unwrap();
            values.with(schema.replace_with(&new))
        };
        assert!(replace(&json!({"sku": "a", "weight": 3})).is_ok());
        assert_eq!(replace(&json!({"sku": "a"})).unwrap_err().len(), 1);
    }
}
