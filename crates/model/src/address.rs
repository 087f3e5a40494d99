//! An address of a customer: the second resource that a flow extends (`contract/customers.md` §7).

use crate::attributes::{Attributes, Patch};
use crate::id::{AddressId, CustomerId};
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};
use crate::schema::{CustomChanges, CustomValues, Schema};
use crate::time::Timestamp;
use crate::version::{Key, Versioned};

/// The attributes of an address. All are text, and an empty text stands for none.
pub const ATTRIBUTES: [&str; 13] = [
    "name",
    "first_name",
    "last_name",
    "phone_number",
    "instructions",
    "company_name",
    "line_1",
    "line_2",
    "city",
    "county",
    "region",
    "postcode",
    "country",
];

/// The longest attribute, in characters.
pub const MAX_CHARS: usize = 2048;

/// What `type` may say: the name of the resource, and the one that the platform's SDK knows.
const TYPES: [&str; 2] = ["address", "customer-address"];

/// The texts of an address, in the order of [`ATTRIBUTES`].
pub type Texts = [String; ATTRIBUTES.len()];

/// An address as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Its id.
    pub id: AddressId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Its attributes.
    pub texts: Texts,
    /// The values of the fields of the flow `addresses`.
    pub custom: CustomValues,
    /// When those values last changed; `None` when they have not since the address was created.
    pub custom_updated_at: Option<Timestamp>,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Versioned for Address {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        let texts = self.texts.iter().zip(&other.texts).zip(ATTRIBUTES);
        let differing = texts.filter(|((text, other), _)| text != other);
        let attributes = differing.map(|(_, name)| Key::Attribute(name));
        attributes
            .chain(self.custom.differing_keys(&other.custom))
            .collect()
    }
}

/// An address that is to be created.
#[derive(Debug)]
pub struct NewAddress {
    texts: Texts,
    custom: CustomValues,
}

impl NewAddress {
    /// Reads an address from the `data` of a request. `mandatory` are the attributes that a store asks
    /// for, in the order in which missing ones are reported.
    ///
    /// # Errors
    /// Everything that is wrong with its own attributes and with its custom values.
    pub fn parse(
        data: &Object,
        schema: &Schema,
        mandatory: &[String],
    ) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        let patches = read_texts(&mut attributes);
        let texts = patches.map(|patch| patch.set().unwrap_or_default());
        require(&mut attributes, mandatory, |index| Some(&texts[index]));
        let custom = schema
            .create(data)
            .map_err(|problems| attributes.report_all(problems))
            .ok();
        attributes.finish(|| {
            Some(Self {
                texts,
                custom: custom?,
            })
        })
    }

    /// The address, created for a customer at the time `now`.
    #[must_use]
    pub fn into_address(self, customer_id: CustomerId, now: Timestamp) -> Address {
        Address {
            id: AddressId::generate(),
            customer_id,
            texts: self.texts,
            custom: self.custom,
            custom_updated_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A partial update of an address.
#[derive(Debug, Clone)]
pub struct AddressPatch {
    texts: [Patch<String>; ATTRIBUTES.len()],
    custom: CustomChanges,
}

impl AddressPatch {
    /// Reads an update from the `data` of a request. What the store asks for may stay away, but not
    /// become blank.
    ///
    /// # Errors
    /// Everything that is wrong with its own attributes and with its custom values.
    pub fn parse(
        data: &Object,
        schema: &Schema,
        mandatory: &[String],
    ) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        let texts = read_texts(&mut attributes);
        require(&mut attributes, mandatory, |index| match &texts[index] {
            Patch::Keep => None,
            Patch::Clear => Some(""),
            Patch::Set(text) => Some(text),
        });
        let custom = schema
            .update(data)
            .map_err(|problems| attributes.report_all(problems))
            .ok();
        attributes.finish(|| {
            Some(Self {
                texts,
                custom: custom?,
            })
        })
    }

    /// The address after the update, at the time `now`; `None` when nothing changes.
    ///
    /// # Errors
    /// Every change of custom values that the current ones do not allow.
    pub fn apply(self, current: &Address, now: Timestamp) -> Result<Option<Address>, Vec<Problem>> {
        let mut changed = current.clone();
        for (text, patch) in changed.texts.iter_mut().zip(self.texts) {
            match patch {
                Patch::Keep => {}
                Patch::Clear => text.clear(),
                Patch::Set(new) => *text = new,
            }
        }
        changed.custom = current.custom.with(self.custom)?;
        if changed == *current {
            return Ok(None);
        }
        let now = current.updated_at.next(now);
        if changed.custom != current.custom {
            changed.custom_updated_at = Some(now);
        }
        changed.version += 1;
        changed.updated_at = now;
        Ok(Some(changed))
    }
}

fn read_texts(attributes: &mut Attributes<'_>) -> [Patch<String>; ATTRIBUTES.len()] {
    match attributes.get("type") {
        None | Some(Json::Null) => {}
        Some(Json::Text(text)) if TYPES.contains(&text.as_str()) => {}
        Some(_) => attributes.report(
            "type",
            Issue::NotOneOf(TYPES.map(ToOwned::to_owned).to_vec()),
        ),
    }
    ATTRIBUTES.map(|name| attributes.text(name, MAX_CHARS))
}

/// Reports the mandatory attributes that are blank. `text` gives what a request makes of the attribute
/// at an index; `None` when it leaves it alone.
fn require<'a>(
    attributes: &mut Attributes<'_>,
    mandatory: &[String],
    text: impl Fn(usize) -> Option<&'a str>,
) {
    for name in mandatory {
        // The setting may also name `type`, which every address has.
        let index = ATTRIBUTES.iter().position(|known| known == name);
        let text = index.and_then(&text);
        if text.is_some_and(|text| text.trim().is_empty()) && !attributes.has_problem(name) {
            attributes.report(name, Issue::Required);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    fn mandatory() -> Vec<String> {
        ["type", "line_1", "country"]
            .map(ToOwned::to_owned)
            .to_vec()
    }

    fn names(problems: Result<impl std::fmt::Debug, Vec<Problem>>) -> Vec<String> {
        let problems = problems.unwrap_err();
        problems
            .iter()
            .map(|problem| format!("{} {}", problem.name(), problem.issue))
            .collect()
    }

    #[test]
    fn what_is_mandatory_may_neither_be_missing_nor_blank() {
        let parse = |text| NewAddress::parse(&object(text), &Schema::default(), &mandatory());
        assert_eq!(
            names(parse("{}")),
            ["line_1 is required", "country is required"]
        );
        assert_eq!(
            names(parse(r#"{"country":" ","line_1":5,"type":"customer"}"#)),
            [
                "type must be one of address, customer-address",
                "line_1 must be a string",
                "country is required"
            ]
        );
        let address =
            parse(r#"{"country":"UK","line_1":"1","city":null,"type":"customer-address"}"#);
        let texts = address.unwrap().texts;
        assert_eq!((texts[6].as_str(), texts[8].as_str()), ("1", ""));
    }

    #[test]
    fn an_update_leaves_alone_what_it_does_not_name() {
        let parse = |text| AddressPatch::parse(&object(text), &Schema::default(), &mandatory());
        assert_eq!(names(parse(r#"{"line_1":null}"#)), ["line_1 is required"]);
        let current = Address {
            texts: ATTRIBUTES.map(ToOwned::to_owned),
            ..NewAddress {
                texts: Texts::default(),
                custom: CustomValues::default(),
            }
            .into_address(CustomerId::generate(), Timestamp::from_micros(0))
        };
        let apply = |text| {
            let patch: AddressPatch = parse(text).unwrap();
            patch
                .apply(&current, Timestamp::from_micros(5_000))
                .unwrap()
        };
        assert_eq!(apply("{}"), None);
        assert_eq!(apply(r#"{"name":"name"}"#), None);
        let changed = apply(r#"{"name":"Home","city":null}"#).unwrap();
        assert_eq!(
            (changed.texts[0].as_str(), changed.texts[8].as_str()),
            ("Home", "")
        );
        assert_eq!((&changed.texts[1], changed.version), (&current.texts[1], 2));
        assert_eq!(changed.updated_at, Timestamp::from_micros(5_000));
        assert_eq!(changed.custom_updated_at, None);
    }
}
