//! References from one record to others: the values of `relationship` fields
//! (`contract/flows.md` §9).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::field::relationship::Cardinality;
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};
use crate::slug::MAX_CHARS;

/// The most records that one field of one record may refer to. They are part of the record, which
/// is read and answered whole.
pub const MAX_REFERENCES: usize = 1_000;

/// A reference: what the other side is called, and its id. Both are kept as they were sent, and the
/// other side need not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What kind of record it is said to be.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The id of the record.
    pub id: String,
}

/// The references in the `data` of a request: one, several, or none.
///
/// # Errors
/// Something in it is no reference, or there are too many.
pub fn parse_references(data: &RawValue) -> Result<Vec<Reference>, Vec<Problem>> {
    let wrong = || {
        vec![problem(
            "data",
            Issue::NotA("a reference {\"type\": …, \"id\": …}, an array of them, or null"),
        )]
    };
    let references = match Json::of(data) {
        Json::Null => Vec::new(),
        Json::Object(raw) => vec![parse_reference("data", raw)?],
        Json::Array(raw) => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| wrong())?;
            let mut references: Vec<Reference> =
                Vec::with_capacity(items.len().min(MAX_REFERENCES));
            for (index, item) in items.into_iter().enumerate() {
                references.push(parse_reference(&format!("data[{index}]"), item)?);
            }
            references
        }
        Json::Boolean(_) | Json::Number(_) | Json::Text(_) => return Err(wrong()),
    };
    check_count(references.len())?;
    Ok(references)
}

/// `existing` with `more` behind them; one that is there already is not added again.
///
/// # Errors
/// There would be too many.
pub fn with_references(
    existing: Vec<Reference>,
    more: Vec<Reference>,
) -> Result<Vec<Reference>, Vec<Problem>> {
    let mut seen: std::collections::HashSet<String> = existing
        .iter()
        .map(|reference| reference.id.clone())
        .collect();
    let mut references = existing;
    references.extend(
        more.into_iter()
            .filter(|reference| seen.insert(reference.id.clone())),
    );
    check_count(references.len())?;
    Ok(references)
}

/// The value to store: an array whatever the cardinality, which may change; null for none.
#[must_use]
pub fn to_stored(references: &[Reference]) -> Value {
    if references.is_empty() {
        Value::Null
    } else {
        serde_json::to_value(references).unwrap_or_default()
    }
}

/// The references in a stored value.
#[must_use]
pub fn from_stored(value: &Value) -> Vec<Reference> {
    Vec::deserialize(value).unwrap_or_default()
}

/// What an answer shows of a stored value: an array or an object as the field's cardinality has it;
/// null for none.
#[must_use]
pub fn shown(value: &Value, cardinality: Cardinality) -> Value {
    match (value, cardinality) {
        (Value::Array(items), Cardinality::One) => items.first().cloned().unwrap_or_default(),
        (value, Cardinality::Many | Cardinality::One) => value.clone(),
    }
}

fn parse_reference(path: &str, raw: &RawValue) -> Result<Reference, Vec<Problem>> {
    let Ok(object) = serde_json::from_str::<Object>(raw.get()) else {
        return Err(vec![problem(
            path,
            Issue::NotA("an object with a type and an id"),
        )]);
    };
    let text = |name: &str| {
        let path = format!("{path}.{name}");
        match object.get(name) {
            Some(Json::Text(text)) if text.chars().count() > MAX_CHARS => Err(problem(
                &path,
                Issue::TooLong {
                    max_chars: MAX_CHARS,
                },
            )),
            Some(Json::Text(text)) if !text.is_empty() => Ok(text),
            None | Some(Json::Text(_) | Json::Null) => Err(problem(&path, Issue::Required)),
            Some(_) => Err(problem(&path, Issue::NotA("a string"))),
        }
    };
    match (text("type"), text("id")) {
        (Ok(type_name), Ok(id)) => Ok(Reference { type_name, id }),
        (type_name, id) => Err([type_name.err(), id.err()].into_iter().flatten().collect()),
    }
}

fn check_count(count: usize) -> Result<(), Vec<Problem>> {
    if count <= MAX_REFERENCES {
        return Ok(());
    }
    let words =
        format!("has {count} references, and a field of a record holds at most {MAX_REFERENCES}");
    Err(vec![problem("data", Issue::other(words))])
}

fn problem(path: &str, issue: Issue) -> Problem {
    Problem {
        path: path.to_owned(),
        origin: crate::problem::Origin::Field,
        issue,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(data: &Value) -> Result<Vec<Reference>, Vec<String>> {
        let raw = serde_json::value::to_raw_value(data).unwrap();
        parse_references(&raw)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    fn reference(id: &str) -> Reference {
        Reference {
            type_name: "product".to_owned(),
            id: id.to_owned(),
        }
    }

    #[test]
    fn one_several_or_none_are_read() {
        let one = json!({ "type": "product", "id": "a" });
        assert_eq!(parse(&one), Ok(vec![reference("a")]));
        assert_eq!(
            parse(&json!([one, { "type": "product", "id": "b", "more": 1 }])),
            Ok(vec![reference("a"), reference("b")])
        );
        assert_eq!(parse(&Value::Null), Ok(vec![]));
        assert_eq!(parse(&json!([])), Ok(vec![]));
    }

    #[test]
    fn what_is_no_reference_is_named() {
        for (data, said) in [
            (
                json!({}),
                vec![
                    "data.type: \"type\" is required",
                    "data.id: \"id\" is required",
                ],
            ),
            (
                json!([{ "type": "a", "id": "" }]),
                vec!["data[0].id: \"data[0].id\" is required"],
            ),
            (
                json!([{ "type": "a", "id": "b" }, 5]),
                vec!["data[1]: \"data[1]\" must be an object with a type and an id"],
            ),
            (
                json!({ "type": 5, "id": "b" }),
                vec!["data.type: \"type\" must be a string"],
            ),
            (
                json!("a"),
                vec![
                    "data: \"data\" must be a reference {\"type\": …, \"id\": …}, an array of them, or null",
                ],
            ),
        ] {
            assert_eq!(parse(&data).unwrap_err(), said);
        }
        assert!(parse(&json!({ "type": "a", "id": "x".repeat(256) })).is_err());
    }

    #[test]
    fn adding_repeats_nothing_and_stops_at_the_limit() {
        let both = with_references(
            vec![reference("a")],
            vec![reference("b"), reference("a"), reference("b")],
        );
        assert_eq!(both, Ok(vec![reference("a"), reference("b")]));
        let many: Vec<Reference> = (0..=MAX_REFERENCES)
            .map(|number| reference(&number.to_string()))
            .collect();
        assert!(with_references(Vec::new(), many).is_err());
    }

    #[test]
    fn what_is_shown_follows_the_cardinality() {
        let stored = to_stored(&[reference("a"), reference("b")]);
        assert_eq!(shown(&stored, Cardinality::Many), stored);
        assert_eq!(
            shown(&stored, Cardinality::One),
            json!({ "type": "product", "id": "a" })
        );
        assert_eq!(to_stored(&[]), Value::Null);
        assert_eq!(from_stored(&stored).len(), 2);
        assert_eq!(from_stored(&Value::Null), []);
    }
}
