//! Unique fields: values that no two records of a flow can share, and how two of them are compared.

use std::fmt::Write;

use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::attributes::{Attributes, Patch};
use crate::email::fold;
use crate::field::{Field, FieldKey, FieldType};
use crate::id::FieldId;
use crate::json::Json;
use crate::problem::Issue;
use crate::schema::CustomValues;
use crate::slug::FieldSlug;
use crate::time::DateValue;

/// How long the key of a value can be before a digest takes its place, in bytes. An entry of an index has
/// to stay small.
const MAX_KEY_BYTES: usize = 200;

/// When two values of a unique field are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// When they are equal.
    Exact,
    /// When they differ in case alone, or not at all.
    IgnoreCase,
}

impl Unique {
    /// Its name, in storage and, but for [`Unique::Exact`], on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::IgnoreCase => "ignore_case",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Exact, Self::IgnoreCase]
            .into_iter()
            .find(|unique| unique.as_str() == name)
    }

    /// Whether fields of this type can be unique in this way. Two values of a boolean are too few, and
    /// references have no value of their own.
    #[must_use]
    pub fn fits(self, field_type: FieldType) -> bool {
        match field_type {
            FieldType::String => true,
            FieldType::Integer | FieldType::Float | FieldType::Date => self == Self::Exact,
            FieldType::Boolean | FieldType::Relationship => false,
        }
    }

    /// The text that two stored values of a field of this type share when they are the same, and only
    /// then; `None` for a value that any number of records can have: null, and a text without anything
    /// to see.
    ///
    /// Numbers are the same when their values are, dates when they are the same instant. Of a text,
    /// nothing is cut off. A long one becomes a digest, which begins as no other key does.
    #[must_use]
    pub fn key(self, field_type: FieldType, value: &Value) -> Option<String> {
        let key = match (field_type, value) {
            (FieldType::String, Value::String(text)) if text.trim().is_empty() => return None,
            (FieldType::String, Value::String(text)) => match self {
                Self::Exact => format!("={text}"),
                Self::IgnoreCase => format!("~{}", fold(text)),
            },
            (FieldType::Integer, Value::Number(number)) => number.as_i64()?.to_string(),
            // Adding zero takes the sign from a zero.
            (FieldType::Float, Value::Number(number)) => format!("{:e}", number.as_f64()? + 0.0),
            (FieldType::Date, Value::String(text)) => {
                let date: DateValue = text.parse().ok()?;
                date.instant().micros().to_string()
            }
            _ => return None,
        };
        Some(if key.len() > MAX_KEY_BYTES {
            digest(&key)
        } else {
            key
        })
    }
}

fn digest(key: &str) -> String {
    let digest = Sha256::digest(key);
    digest.iter().fold("#".to_owned(), |mut hex, byte| {
        // Writing into a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A unique field, as far as comparing values needs to know it.
#[derive(Debug, Clone)]
pub struct UniqueField {
    /// Its id.
    pub id: FieldId,
    /// The key of its values on the wire.
    pub slug: FieldSlug,
    key: FieldKey,
    field_type: FieldType,
    unique: Unique,
}

impl UniqueField {
    /// The field, if it is unique.
    #[must_use]
    pub fn of(field: &Field) -> Option<Self> {
        field.unique.map(|unique| Self {
            id: field.id,
            slug: field.slug.clone(),
            key: field.key,
            field_type: field.field_type,
            unique,
        })
    }

    /// What a record with these values has in this field.
    #[must_use]
    pub fn value<'a>(&self, custom: &'a CustomValues) -> &'a Value {
        custom.get(self.key)
    }

    /// The key of what a record with these values has in this field; `None` when others can have it too.
    #[must_use]
    pub fn key(&self, custom: &CustomValues) -> Option<String> {
        self.unique.key(self.field_type, self.value(custom))
    }
}

/// The unique fields of the records of one target, those that are disabled included: their values stay.
#[derive(Debug, Clone, Default)]
pub struct UniqueFields(Vec<UniqueField>);

impl UniqueFields {
    /// Those of these fields that are unique.
    #[must_use]
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Self {
        let mut unique: Vec<_> = fields.into_iter().filter_map(UniqueField::of).collect();
        unique.sort_unstable_by_key(|field| field.id);
        Self(unique)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, always in the same order.
    pub fn iter(&self) -> impl Iterator<Item = &UniqueField> {
        self.0.iter()
    }

    /// What no other record can have while one has these values: fields with the keys of the values, in
    /// the order of [`UniqueFields::iter`].
    pub fn keys(&self, custom: &CustomValues) -> impl Iterator<Item = (FieldId, String)> {
        self.0
            .iter()
            .filter_map(|field| Some((field.id, field.key(custom)?)))
    }
}

/// Reads the attribute `unique` of a field. Old clients of the platform send `false`, for an attribute that it once had.
pub(crate) fn read(attributes: &mut Attributes<'_>) -> Patch<Unique> {
    match attributes.get("unique") {
        None => Patch::Keep,
        Some(Json::Null | Json::Boolean(false)) => Patch::Clear,
        Some(Json::Boolean(true)) => Patch::Set(Unique::Exact),
        Some(Json::Text(text)) if text == Unique::IgnoreCase.as_str() => {
            Patch::Set(Unique::IgnoreCase)
        }
        Some(_) => {
            attributes.report("unique", Issue::NotA("true, false or \"ignore_case\""));
            Patch::Keep
        }
    }
}

/// Notes what keeps a field of this type, with this default, from being unique.
pub(crate) fn check(
    attributes: &mut Attributes<'_>,
    field_type: FieldType,
    unique: Option<Unique>,
    default: &RawValue,
) {
    let Some(unique) = unique else {
        return;
    };
    if !unique.fits(field_type) {
        let words = match unique {
            Unique::Exact => "can be true only for the types string, integer, float and date",
            Unique::IgnoreCase => "can be \"ignore_case\" only for the type string",
        };
        attributes.report("unique", Issue::other(words));
    } else if let Ok(Some(default)) = field_type.default_value(default)
        && unique.key(field_type, &default).is_some()
    {
        let words = "cannot be combined with a default, which the second record would share with the first: \
                     set \"default\" to null";
        attributes.report("unique", Issue::other(words));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn same(unique: Unique, field_type: FieldType, a: &Value, b: &Value) -> bool {
        let key = |value| unique.key(field_type, value).unwrap();
        key(a) == key(b)
    }

    #[test]
    fn values_are_compared_by_what_they_mean() {
        use FieldType::{Date, Float, Integer, String};
        use Unique::{Exact, IgnoreCase};
        let long = "é".repeat(150);
        for (unique, field_type, a, b, expected) in [
            (Exact, String, json!("a"), json!("a"), true),
            (Exact, String, json!("a"), json!("A"), false),
            (Exact, String, json!("a"), json!("a "), false),
            (
                IgnoreCase,
                String,
                json!("Straße É"),
                json!("STRAßE é"),
                true,
            ),
            (IgnoreCase, String, json!("a"), json!(" a"), false),
            (Exact, String, json!(long), json!(long), true),
            (
                Exact,
                String,
                json!(long),
                json!(long.to_uppercase()),
                false,
            ),
            (
                IgnoreCase,
                String,
                json!(long),
                json!(long.to_uppercase()),
                true,
            ),
            (Exact, Integer, json!(i64::MAX), json!(i64::MAX - 1), false),
            (Exact, Float, json!(1), json!(1.0), true),
            (Exact, Float, json!(0.0), json!(-0.0), true),
            (Exact, Float, json!(1e300), json!(1.1e300), false),
            (
                Exact,
                Date,
                json!("2020-01-01"),
                json!("2020-01-01 00:00:00"),
                true,
            ),
            (
                Exact,
                Date,
                json!("2020-01-01"),
                json!("2020-01-01T01:00:00+01:00"),
                true,
            ),
            (Exact, Date, json!("2020-01-01"), json!("2020-01-02"), false),
        ] {
            let found = same(unique, field_type, &a, &b);
            assert_eq!(found, expected, "{unique:?} {field_type} {a} {b}");
        }
    }

    #[test]
    fn what_is_not_there_is_shared_by_all() {
        for value in [json!(null), json!(""), json!(" \t\u{a0}\n")] {
            assert_eq!(
                Unique::Exact.key(FieldType::String, &value),
                None,
                "{value}"
            );
        }
        assert_eq!(Unique::Exact.key(FieldType::Float, &Value::Null), None);
    }

    #[test]
    fn no_text_is_taken_for_the_digest_of_another() {
        let long = json!("a".repeat(5_000));
        let digest = Unique::Exact.key(FieldType::String, &long).unwrap();
        assert_eq!(digest.len(), 65);
        assert!(!same(
            Unique::Exact,
            FieldType::String,
            &long,
            &json!(digest)
        ));
        assert!(!same(
            Unique::IgnoreCase,
            FieldType::String,
            &long,
            &json!(digest)
        ));
        assert_eq!(
            Unique::Exact.key(FieldType::String, &json!(digest)),
            Some(format!("={digest}"))
        );
    }

    proptest! {
        #[test]
        fn two_texts_share_a_key_only_when_they_are_equal(a in "\\PC{0,150}", b in "\\PC{0,150}") {
            let key = |text: &str| Unique::Exact.key(FieldType::String, &json!(text));
            if let (Some(one), Some(two)) = (key(&a), key(&b)) {
                prop_assert_eq!(one == two, a == b);
                prop_assert!(one.len() <= MAX_KEY_BYTES);
            }
        }
    }
}
