//! A field of a flow: its definition, and the kinds of value it can hold.

pub mod date;
pub mod kind;
mod limits;
pub mod number;
pub mod ordered;
mod pattern;
pub mod relationship;
pub mod rule;
pub mod text;

use std::fmt::{self, Write};

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::attributes::{Attributes, Patch, Presence};
use crate::core;
use crate::id::{FieldId, FlowId};
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};
use crate::slot::SlotKind;
use crate::slug::{FieldSlug, FlowSlug, MAX_CHARS};
use crate::time::Timestamp;
use crate::unique::{self, Unique};
use crate::version::{Key, KeyVersions, Versioned};

pub use kind::{FieldKind, FieldType};

/// Under which key a field's values are kept in a record: a number of the store that is never
/// given twice, written in base 36. It stays when the field's slug changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldKey(u64);

/// The base in which keys are written.
const RADIX: u32 = 36;

impl FieldKey {
    /// The key for the store's `number`th field.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Reads a key; `None` when the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        let number = text.bytes().all(is_digit).then_some(text)?;
        u64::from_str_radix(number, RADIX).ok().map(Self)
    }
}

/// A field as it is stored. `default` and `validation_rules` are kept as they were sent, because
/// clients compare what they get with what they sent (`contract/flows.md` §4).
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own on the wire"
)]
pub struct Field {
    /// Its id.
    pub id: FieldId,
    /// The flow it belongs to.
    pub flow_id: FlowId,
    /// The key of its values in a record.
    pub key: FieldKey,
    /// The key of its values on the wire.
    pub slug: FieldSlug,
    /// Its name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What values it holds. Never changes.
    pub field_type: FieldType,
    /// Its validation rules, as they were sent: a JSON array.
    pub validation_rules: Box<RawValue>,
    /// Whether a record must have a value.
    pub required: bool,
    /// The value of a record that is created without one, as it was sent: a JSON scalar.
    pub default: Box<RawValue>,
    /// Whether records show and accept it.
    pub enabled: bool,
    /// Its place among the fields; those without one come last.
    pub order: Option<i64>,
    /// Whether a record leaves the key out while the value is null.
    pub omit_null: bool,
    /// Whether a value stays as it is once a record has one.
    pub immutable: bool,
    /// Whether an index serves filters and orders by it: it has a slot, or one is being filled.
    pub filterable: bool,
    /// Whether, and in which sense, no two records can have the same value.
    pub unique: Option<Unique>,
    /// Grows by one with every change.
    pub version: i64,
    /// At which version each attribute last changed.
    pub key_versions: KeyVersions,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Field {
    /// The type and its rules, compiled for use.
    ///
    /// # Errors
    /// The problems of the rules; none for a field that [`NewField::parse`] let pass.
    pub fn kind(&self) -> Result<FieldKind, Vec<Problem>> {
        FieldKind::compile(self.field_type, &self.validation_rules)
    }

    /// The order in which fields are listed and appear in a record: by `order`, those without one
    /// last, then by age (`contract/flows.md` §4).
    #[must_use]
    pub fn listing_order(&self, other: &Self) -> std::cmp::Ordering {
        let place = |field: &Self| {
            (
                field.order.is_none(),
                field.order,
                field.created_at,
                field.id,
            )
        };
        place(self).cmp(&place(other))
    }
}

impl Versioned for Field {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        let (rules, default) = (&self.validation_rules, &self.default);
        Key::attributes([
            ("name", self.name != other.name),
            ("slug", self.slug != other.slug),
            ("description", self.description != other.description),
            (
                "validation_rules",
                rules.get() != other.validation_rules.get(),
            ),
            ("required", self.required != other.required),
            ("default", default.get() != other.default.get()),
            ("enabled", self.enabled != other.enabled),
            ("order", self.order != other.order),
            ("omit_null", self.omit_null != other.omit_null),
            ("immutable", self.immutable != other.immutable),
            ("unique", self.unique != other.unique),
            ("filterable", self.filterable != other.filterable),
        ])
    }
}

/// A field that is to be created.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own on the wire"
)]
pub struct NewField {
    /// The flow named in `relationships.flow.data.id`. Whether it exists is for the caller to see.
    pub flow_id: FlowId,
    /// See [`Field::slug`].
    pub slug: FieldSlug,
    /// See [`Field::name`].
    pub name: String,
    /// See [`Field::description`].
    pub description: String,
    /// See [`Field::field_type`].
    pub field_type: FieldType,
    /// See [`Field::validation_rules`].
    pub validation_rules: Box<RawValue>,
    /// See [`Field::required`].
    pub required: bool,
    /// See [`Field::default`].
    pub default: Box<RawValue>,
    /// See [`Field::enabled`].
    pub enabled: bool,
    /// See [`Field::order`].
    pub order: Option<i64>,
    /// See [`Field::omit_null`].
    pub omit_null: bool,
    /// See [`Field::immutable`].
    pub immutable: bool,
    /// See [`Field::filterable`]; `None` when there is no wish.
    pub filterable: Option<bool>,
    /// See [`Field::unique`].
    pub unique: Option<Unique>,
}

impl NewField {
    /// Reads a field from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it (`contract/flows.md` §4 and §6).
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("field", Presence::Required);
        let name = read_name(&mut attributes, Presence::Required);
        let slug = read_slug(&mut attributes, Presence::Required);
        let field_type = read_field_type(&mut attributes);
        if field_type.is_none() && attributes.get("field_type").is_none() {
            attributes.report("field_type", Issue::Required);
        }
        let flow_id = read_flow_id(&mut attributes, Presence::Required);
        let description = attributes
            .text("description", usize::MAX)
            .set()
            .unwrap_or_default();
        let required = attributes.boolean("required").unwrap_or(false);
        let enabled = attributes.boolean("enabled").unwrap_or(true);
        let omit_null = attributes.boolean("omit_null").unwrap_or(false);
        let immutable = attributes.boolean("immutable").unwrap_or(false);
        let filterable = attributes.boolean("filterable");
        let order = attributes.integer("order").set();
        let validation_rules =
            read_rules(&mut attributes).unwrap_or_else(|| rule::none().to_owned());
        let default = read_default(&mut attributes).unwrap_or_else(|| RawValue::NULL.to_owned());
        let unique = unique::read(&mut attributes).set();
        if let Some(field_type) = field_type {
            check_filterable(&mut attributes, field_type, filterable);
            check_rules(&mut attributes, field_type, &validation_rules);
            check_default(&mut attributes, field_type, &default);
            unique::check(&mut attributes, field_type, unique, &default);
        }
        attributes.finish(|| {
            let field_type = field_type?;
            Some(Self {
                flow_id: flow_id?,
                slug: slug?,
                name: name?,
                description,
                required: required && field_type != FieldType::Relationship,
                field_type,
                validation_rules,
                default,
                enabled,
                order,
                omit_null,
                immutable,
                filterable,
                unique,
            })
        })
    }

    /// The field, created at the time `now`.
    #[must_use]
    pub fn into_field(self, id: FieldId, key: FieldKey, now: Timestamp) -> Field {
        Field {
            id,
            flow_id: self.flow_id,
            key,
            slug: self.slug,
            name: self.name,
            description: self.description,
            field_type: self.field_type,
            validation_rules: self.validation_rules,
            required: self.required,
            default: self.default,
            enabled: self.enabled,
            order: self.order,
            omit_null: self.omit_null,
            immutable: self.immutable,
            filterable: self.filterable.unwrap_or(false),
            unique: self.unique,
            version: 1,
            key_versions: KeyVersions::default(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// A partial update of a field.
#[derive(Debug, Default)]
pub struct FieldPatch {
    name: Option<String>,
    slug: Option<FieldSlug>,
    description: Patch<String>,
    validation_rules: Option<Box<RawValue>>,
    required: Option<bool>,
    default: Option<Box<RawValue>>,
    enabled: Option<bool>,
    order: Patch<i64>,
    omit_null: Option<bool>,
    immutable: Option<bool>,
    filterable: Option<bool>,
    unique: Patch<Unique>,
}

/// Attributes of fields that the platform does not have.
pub const ADDITIONS: [&str; 3] = ["immutable", "filterable", "unique"];

impl FieldPatch {
    /// The rules that it sets, if it does.
    #[must_use]
    pub fn validation_rules(&self) -> Option<&RawValue> {
        self.validation_rules.as_deref()
    }

    /// An update of [`Field::filterable`] alone.
    #[must_use]
    pub fn filterable(filterable: bool) -> Self {
        Self {
            filterable: Some(filterable),
            ..Self::default()
        }
    }

    /// Reads an update of `current` from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it, a change of what cannot change included.
    pub fn parse(data: &Object, current: &Field) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("field", Presence::Optional);
        let name = read_name(&mut attributes, Presence::Optional);
        let slug = read_slug(&mut attributes, Presence::Optional);
        if read_field_type(&mut attributes)
            .is_some_and(|field_type| field_type != current.field_type)
        {
            let words = format!(
                "cannot change: it is {}; create another field instead",
                current.field_type
            );
            attributes.report("field_type", Issue::other(words));
        }
        if read_flow_id(&mut attributes, Presence::Optional)
            .is_some_and(|flow_id| flow_id != current.flow_id)
        {
            attributes.report(
                FLOW_ID,
                Issue::other("cannot change: a field stays in its flow"),
            );
        }
        let description = attributes.text("description", usize::MAX);
        let required = attributes.boolean("required");
        let enabled = attributes.boolean("enabled");
        let omit_null = attributes.boolean("omit_null");
        let immutable = attributes.boolean("immutable");
        let filterable = attributes.boolean("filterable");
        check_filterable(&mut attributes, current.field_type, filterable);
        let order = attributes.integer("order");
        let validation_rules = read_rules(&mut attributes);
        if let Some(rules) = &validation_rules {
            check_rules(&mut attributes, current.field_type, rules);
        }
        let default = read_default(&mut attributes);
        if let Some(default) = &default {
            check_default(&mut attributes, current.field_type, default);
        }
        let unique = unique::read(&mut attributes);
        unique::check(
            &mut attributes,
            current.field_type,
            unique.clone().over(current.unique),
            default.as_ref().unwrap_or(&current.default),
        );
        attributes.finish(|| {
            Some(Self {
                name,
                slug,
                description,
                validation_rules,
                required,
                default,
                enabled,
                order,
                omit_null,
                immutable,
                filterable,
                unique,
            })
        })
    }

    /// The field after the update, at the time `now`; `None` when nothing changes.
    #[must_use]
    pub fn apply(self, current: &Field, now: Timestamp) -> Option<Field> {
        let mut changed = Field {
            name: self.name.unwrap_or_else(|| current.name.clone()),
            slug: self.slug.unwrap_or_else(|| current.slug.clone()),
            description: self
                .description
                .over(Some(current.description.clone()))
                .unwrap_or_default(),
            validation_rules: self
                .validation_rules
                .unwrap_or_else(|| current.validation_rules.clone()),
            required: self.required.unwrap_or(current.required)
                && current.field_type != FieldType::Relationship,
            default: self.default.unwrap_or_else(|| current.default.clone()),
            enabled: self.enabled.unwrap_or(current.enabled),
            order: self.order.over(current.order),
            omit_null: self.omit_null.unwrap_or(current.omit_null),
            immutable: self.immutable.unwrap_or(current.immutable),
            filterable: self.filterable.unwrap_or(current.filterable),
            unique: self.unique.over(current.unique),
            ..current.clone()
        };
        if changed.differing_keys(current).is_empty() {
            return None;
        }
        changed.version += 1;
        changed.key_versions = current.key_versions.moved(current, &changed);
        changed.updated_at = current.updated_at.next(now);
        Some(changed)
    }
}

/// Why a flow cannot have a field of this slug, if it cannot: the slug is reserved there.
#[must_use]
pub fn reserved_slug_problem(flow: &FlowSlug, field: &FieldSlug) -> Option<Problem> {
    core::is_reserved(flow.as_str(), field.as_str()).then(|| {
        let words = format!("\"{field}\" is reserved in the flow \"{flow}\": choose another slug");
        Problem::attribute("slug", Issue::other(words))
    })
}

const FLOW_ID: &str = "relationships.flow.data.id";

/// Reads the `name` of a flow or field.
pub(crate) fn read_name(attributes: &mut Attributes<'_>, presence: Presence) -> Option<String> {
    let name = attributes.filled_text("name", MAX_CHARS, presence)?;
    if name.starts_with('$') {
        attributes.report("name", Issue::other("may not start with $"));
    }
    Some(name)
}

/// Only what has one value can have a slot.
fn check_filterable(
    attributes: &mut Attributes<'_>,
    field_type: FieldType,
    filterable: Option<bool>,
) {
    if filterable == Some(true) && SlotKind::of(field_type).is_none() {
        let words =
            format!("cannot be true for a {field_type}: an index holds one value of a record");
        attributes.report("filterable", Issue::other(words));
    }
}

fn read_slug(attributes: &mut Attributes<'_>, presence: Presence) -> Option<FieldSlug> {
    let text = attributes.filled_text("slug", MAX_CHARS, presence)?;
    let slug = FieldSlug::parse(&text);
    if slug.is_none() {
        attributes.report(
            "slug",
            Issue::other("may hold only letters, digits, - and _"),
        );
    }
    slug
}

fn read_field_type(attributes: &mut Attributes<'_>) -> Option<FieldType> {
    let found = match attributes.get("field_type")? {
        Json::Text(text) => FieldType::parse(&text),
        _ => None,
    };
    if found.is_none() {
        let names = FieldType::ALL.iter().map(ToString::to_string).collect();
        attributes.report("field_type", Issue::NotOneOf(names));
    }
    found
}

/// Reads `relationships.flow.data`: its `id`, and its `type` if there is one.
fn read_flow_id(attributes: &mut Attributes<'_>, presence: Presence) -> Option<FlowId> {
    let data = attributes.object();
    let data = ["relationships", "flow", "data"]
        .iter()
        .try_fold(None::<Object>, |object, key| {
            object.as_ref().unwrap_or(data).object(key).map(Some)
        });
    let Some(data) = data.flatten() else {
        let names_flow = attributes
            .object()
            .object("relationships")
            .is_some_and(|object| object.get("flow").is_some());
        if presence == Presence::Required || names_flow {
            attributes.report(FLOW_ID, Issue::Required);
        }
        return None;
    };
    match data.get("type") {
        None => {}
        Some(Json::Text(text)) if text == "flow" => {}
        Some(_) => attributes.report(
            "relationships.flow.data.type",
            Issue::NotOneOf(vec!["flow".to_owned()]),
        ),
    }
    match data.get("id") {
        Some(Json::Text(text)) => match text.parse() {
            Ok(id) => return Some(id),
            Err(error) => attributes.report(FLOW_ID, Issue::other(error.to_string())),
        },
        Some(Json::Null) | None => attributes.report(FLOW_ID, Issue::Required),
        Some(_) => attributes.report(FLOW_ID, Issue::NotA("a string")),
    }
    None
}

fn read_rules(attributes: &mut Attributes<'_>) -> Option<Box<RawValue>> {
    match attributes.get("validation_rules")? {
        Json::Null => Some(rule::none().to_owned()),
        Json::Array(raw) => Some(compact(raw)),
        _ => {
            attributes.report("validation_rules", Issue::NotA("an array"));
            None
        }
    }
}

fn check_rules(attributes: &mut Attributes<'_>, field_type: FieldType, rules: &RawValue) {
    if let Err(problems) = FieldKind::compile(field_type, rules) {
        attributes.report_all(problems);
    }
}

fn read_default(attributes: &mut Attributes<'_>) -> Option<Box<RawValue>> {
    match attributes.get("default")? {
        Json::Array(_) | Json::Object(_) => {
            attributes.report("default", Issue::NotA("a string, number, boolean or null"));
            None
        }
        Json::Null => Some(RawValue::NULL.to_owned()),
        Json::Boolean(true) => Some(RawValue::TRUE.to_owned()),
        Json::Boolean(false) => Some(RawValue::FALSE.to_owned()),
        Json::Number(text) => RawValue::from_string(text.to_owned()).ok(),
        Json::Text(text) => serde_json::value::to_raw_value(&text).ok(),
    }
}

fn check_default(attributes: &mut Attributes<'_>, field_type: FieldType, default: &RawValue) {
    if let Err(issue) = field_type.default_value(default) {
        attributes.report("default", issue);
    }
}

/// The same JSON without blanks between its parts; numbers and texts are kept as written.
fn compact(raw: &RawValue) -> Box<RawValue> {
    let (mut compacted, mut in_text, mut escaped) =
        (String::with_capacity(raw.get().len()), false, false);
    for c in raw.get().chars() {
        if in_text || !c.is_ascii_whitespace() {
            compacted.push(c);
        }
        if c == '"' && !escaped {
            in_text = !in_text;
        }
        escaped = in_text && c == '\\' && !escaped;
    }
    RawValue::from_string(compacted).unwrap_or_else(|_| raw.to_owned())
}

impl fmt::Display for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut digits = Vec::new();
        loop {
            let digit = u32::try_from(rest % u64::from(RADIX)).unwrap_or_default();
            digits.extend(char::from_digit(digit, RADIX));
            rest /= u64::from(RADIX);
            if rest == 0 {
                break;
            }
        }
        digits
            .iter()
            .rev()
            .try_for_each(|digit| f.write_char(*digit))
    }
}

impl Serialize for FieldKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = FieldKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the key of a field")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldKey, E> {
                FieldKey::parse(text)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    fn a_field(extra: &str) -> String {
        format!(
            r#"{{"type":"field","name":"Size","slug":"size","field_type":"string",
            "relationships":{{"flow":{{"data":{{"id":"6d320b42-0000-4000-8000-000000000000"}}}}}}{extra}}}"#
        )
    }

    #[test]
    fn keys_are_numbers_in_base_36() {
        for (number, text) in [
            (0, "0"),
            (1, "1"),
            (35, "z"),
            (36, "10"),
            (u64::MAX, "3w5e11264sgsf"),
        ] {
            assert_eq!(FieldKey::from_number(number).to_string(), text);
            assert_eq!(FieldKey::parse(text), Some(FieldKey::from_number(number)));
        }
        for other in ["", "A", "+1", "-1", "ü", "3w5e11264sgsg"] {
            assert_eq!(FieldKey::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_default_and_rules_are_kept_as_they_were_sent() {
        let field = NewField::parse(&object(&a_field(
            r#","default":0,"validation_rules":[ {"type": "enum", "options": ["a b", "\" c"]} ]"#,
        )))
        .unwrap();
        assert_eq!(field.default.get(), "0");
        assert_eq!(
            field.validation_rules.get(),
            r#"[{"type":"enum","options":["a b","\" c"]}]"#
        );
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let problems = NewField::parse(&object(
            r#"{"name":"$x","slug":"a b","field_type":"money","order":1.5,"enabled":"yes"}"#,
        ))
        .unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "data.type: \"type\" is required",
                "data.name: \"name\" may not start with $",
                "data.slug: \"slug\" may hold only letters, digits, - and _",
                "data.field_type: \"field_type\" must be one of string, integer, boolean, float, date, relationship",
                "data.relationships.flow.data.id: \"relationships.flow.data.id\" is required",
                "data.enabled: \"enabled\" must be a boolean",
                "data.order: \"order\" must be an integer of at most 64 bits",
            ]
        );
    }
}
