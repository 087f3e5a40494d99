//! The settings of a store, with the platform's defaults (`contract/conventions.md` §9).

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::address;
use crate::attributes::{Attributes, Patch, Presence};
use crate::json::{self, Json, Object};
use crate::page::MAX_LIMIT;
use crate::problem::{Issue, Problem};

/// The most addresses that a store can let a customer have.
pub const MAX_ADDRESSES: u32 = 500;

/// Settings that the platform does not know.
pub const ADDITIONS: [&str; 2] = ["require_if_match", "compat"];

/// The most items that a list among the settings has.
const MAX_TEXTS: usize = 100;

/// The settings of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How many records a page has when the request does not say.
    pub page_length: u32,
    /// Kept for the platform's clients.
    pub list_child_products: bool,
    /// Kept for the platform's clients.
    pub additional_languages: Vec<String>,
    /// `line` or `simple`; kept for the platform's clients.
    pub calculation_method: String,
    /// What an address must have.
    pub address_mandatory_fields: Vec<String>,
    /// Kept for the platform's clients.
    pub include_organization_resources: bool,
    /// How many addresses a customer can have.
    pub shopper_address_limit: u32,
    /// Whether a change or deletion of a record has to say which version it is based on.
    pub require_if_match: bool,
    /// What the store's API is besides the platform's.
    pub compat: Compat,
    /// How many fields a flow may have. Read-only.
    #[serde(skip)]
    pub field_limit: usize,
}

/// How an API relates to the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compat {
    /// It has all of it, and more that a client may ask for.
    #[default]
    Extended,
    /// It has what is documented, and nothing else.
    Strict,
}

impl Compat {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extended => "extended",
            Self::Strict => "strict",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mandatory = [
            "first_name",
            "last_name",
            "line_1",
            "county",
            "postcode",
            "country",
        ];
        Self {
            page_length: 25,
            list_child_products: true,
            additional_languages: Vec::new(),
            calculation_method: "line".to_owned(),
            address_mandatory_fields: mandatory.map(ToOwned::to_owned).to_vec(),
            include_organization_resources: false,
            shopper_address_limit: 25,
            require_if_match: false,
            compat: Compat::Extended,
            field_limit: 100,
        }
    }
}

impl Settings {
    /// These settings after an update with the `data` of a request. Keys that cannot be set are
    /// ignored, in a strict store also those that the platform does not know, but for the way back.
    ///
    /// # Errors
    /// Everything that is wrong with the update.
    pub fn updated(&self, data: &Object, is_strict: bool) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("settings", Presence::Required);
        let page_length = read_number(&mut attributes, "page_length", i64::from(MAX_LIMIT));
        let shopper_address_limit = read_number(
            &mut attributes,
            "shopper_address_limit",
            i64::from(MAX_ADDRESSES),
        );
        let list_child_products = attributes.boolean("list_child_products");
        let include_organization_resources = attributes.boolean("include_organization_resources");
        let require_if_match = if is_strict {
            None
        } else {
            attributes.boolean("require_if_match")
        };
        let compat = read_compat(&mut attributes);
        let additional_languages = read_texts(&mut attributes, "additional_languages", |_| true);
        let known = |name: &str| name == "type" || address::ATTRIBUTES.contains(&name);
        let address_mandatory_fields =
            read_texts(&mut attributes, "address_mandatory_fields", known);
        let calculation_method = read_calculation_method(&mut attributes);
        attributes.finish(|| {
            let current = self.clone();
            Some(Self {
                page_length: page_length.unwrap_or(current.page_length),
                list_child_products: list_child_products.unwrap_or(current.list_child_products),
                additional_languages: additional_languages.unwrap_or(current.additional_languages),
                calculation_method: calculation_method.unwrap_or(current.calculation_method),
                address_mandatory_fields: address_mandatory_fields
                    .unwrap_or(current.address_mandatory_fields),
                include_organization_resources: include_organization_resources
                    .unwrap_or(current.include_organization_resources),
                shopper_address_limit: shopper_address_limit
                    .unwrap_or(current.shopper_address_limit),
                require_if_match: require_if_match.unwrap_or(current.require_if_match),
                compat: compat.unwrap_or(current.compat),
                field_limit: current.field_limit,
            })
        })
    }

    /// These settings with the platform's defaults for all that the platform knows.
    #[must_use]
    pub fn reset(&self) -> Self {
        Self {
            require_if_match: self.require_if_match,
            compat: self.compat,
            ..Self::default()
        }
    }
}

fn read_compat(attributes: &mut Attributes<'_>) -> Option<Compat> {
    let all = [Compat::Extended, Compat::Strict];
    let found = match attributes.get("compat")? {
        Json::Text(text) => all.into_iter().find(|compat| compat.as_str() == text),
        _ => None,
    };
    if found.is_none() {
        let names = all.map(|compat| compat.as_str().to_owned()).to_vec();
        attributes.report("compat", Issue::NotOneOf(names));
    }
    found
}

/// A whole number from 1 to `most`, or the text of one.
fn read_number(attributes: &mut Attributes<'_>, name: &str, most: i64) -> Option<u32> {
    let number = match attributes.get(name)? {
        Json::Number(text) => json::integer(text),
        Json::Text(text) => json::integer(&text),
        _ => None,
    };
    let fitting = number
        .filter(|number| (1..=most).contains(number))
        .and_then(|number| u32::try_from(number).ok());
    if fitting.is_none() {
        attributes.report(
            name,
            Issue::other(format!("must be a whole number from 1 to {most}")),
        );
    }
    fitting
}

/// An array of strings, each of which counts once.
fn read_texts(
    attributes: &mut Attributes<'_>,
    name: &str,
    is_known: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let Json::Array(raw) = attributes.get(name)? else {
        attributes.report(name, Issue::NotA("an array of strings"));
        return None;
    };
    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match Json::of(item) {
            Json::Text(text) if texts.contains(&text) => {}
            Json::Text(text) if is_known(&text) && texts.len() < MAX_TEXTS => texts.push(text),
            Json::Text(text) if is_known(&text) => {
                attributes.report(
                    name,
                    Issue::other(format!(
                        "has more than {MAX_TEXTS} items, of which \"{text}\" is one"
                    )),
                );
                return None;
            }
            Json::Text(text) => {
                attributes.report(
                    name,
                    Issue::other(format!(
                        "names \"{text}\", which is no attribute of an address"
                    )),
                );
                return None;
            }
            _ => {
                attributes.report(name, Issue::NotA("an array of strings"));
                return None;
            }
        }
    }
    Some(texts)
}

fn read_calculation_method(attributes: &mut Attributes<'_>) -> Option<String> {
    let known = ["line", "simple"];
    match attributes.text("calculation_method", usize::MAX) {
        Patch::Set(text) if known.contains(&text.as_str()) => Some(text),
        Patch::Keep => None,
        Patch::Clear | Patch::Set(_) => {
            attributes.report(
                "calculation_method",
                Issue::NotOneOf(known.map(ToOwned::to_owned).to_vec()),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn updated(text: &str) -> Result<Settings, Vec<String>> {
        let updated = Settings::default().updated(&Object::parse(text.as_bytes()).unwrap(), false);
        updated.map_err(|problems| {
            problems
                .iter()
                .map(|problem| problem.name().to_owned())
                .collect()
        })
    }

    #[test]
    fn an_update_changes_what_it_names_and_can_set() {
        let settings = updated(
            r#"{"type":"settings","id":"","page_length":"20","additional_languages":["fr","de"],
            "calculation_method":"simple","field_limit":5,"unknown":1}"#,
        );
        let expected = Settings {
            page_length: 20,
            additional_languages: vec!["fr".to_owned(), "de".to_owned()],
            calculation_method: "simple".to_owned(),
            ..Settings::default()
        };
        assert_eq!(settings, Ok(expected));
    }

    #[test]
    fn every_problem_is_named() {
        let problems = updated(
            r#"{"page_length":0,"shopper_address_limit":501,"list_child_products":"yes","additional_languages":"fr",
            "address_mandatory_fields":["shoe_size"],"calculation_method":"other"}"#,
        );
        assert_eq!(
            problems.unwrap_err(),
            [
                "type",
                "page_length",
                "shopper_address_limit",
                "list_child_products",
                "additional_languages",
                "address_mandatory_fields",
                "calculation_method"
            ]
        );
    }

    #[test]
    fn what_is_stored_may_know_fewer_settings() {
        let stored: Settings = serde_json::from_str(r#"{"page_length":7}"#).unwrap();
        assert_eq!(
            stored,
            Settings {
                page_length: 7,
                ..Settings::default()
            }
        );
    }
}
