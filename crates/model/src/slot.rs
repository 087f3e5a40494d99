//! Slots: typed columns beside a record's document, each with a copy of one field's value, so that an
//! index can find records by it and no table changes its shape when a shop adds a field.
//!
//! What a slot holds is computed from the document by [`Slots::values`] and by nothing else.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::email::fold;
use crate::field::{Field, FieldKey, FieldType};
use crate::id::FieldId;
use crate::time::DateValue;
use crate::unique::UniqueFields;

/// How many slots of each kind a table has.
pub const SLOTS_OF_A_KIND: u8 = 16;

/// How much of a text a slot holds, in bytes: once folded and once as it is. An entry of an index has to
/// stay small.
pub const MAX_TEXT_BYTES: usize = 256;

/// Between the folded text and the text itself. Nothing sorts before it, so a short text comes before
/// those that it begins.
pub const SEPARATOR: char = '\u{1}';

/// What stands for [`SEPARATOR`] where a text holds it.
const IN_PLACE_OF_SEPARATOR: char = '\u{2}';

/// A slot: one of the columns `t1` to `t16` or `n1` to `n16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    kind: SlotKind,
    number: u8,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotKind {
    /// A text, see [`text_key`].
    Text,
    /// A number; also a date, in milliseconds since 1970, and a boolean, as 0 or 1.
    Number,
}

/// The slots of one table (or one flow's part of it), with the field that each belongs to, and what else is
/// kept beside its documents: what is derived from them, and the values of unique fields.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    held: Vec<Held>,
    types: Arc<FieldTypes>,
    unique: UniqueFields,
}

/// The types of all fields of a store. A field has its type for good, so what is derived by it stays
/// right whatever becomes of the field and its flow.
pub type FieldTypes = HashMap<FieldKey, FieldType>;

/// A slot that records keep a value in.
#[derive(Debug, Clone)]
struct Held {
    slot: Slot,
    key: FieldKey,
    field_type: FieldType,
    /// Whether every record has its value there already.
    is_ready: bool,
}

/// A slot that is not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSlot {
    /// Where: the slug of a hosted resource, or the id of a flow with entries of its own.
    pub target: String,
    /// Which.
    pub slot: Slot,
    /// The field whose values it holds.
    pub field_id: FieldId,
    /// Whether they can be relied on.
    pub state: SlotState,
}

/// Whether a slot can be relied on. A field may have one that is being built while another of its is being
/// cleared; the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotState {
    /// Every write puts the value there, and the records that were there before are gone through.
    Building,
    /// It holds the value of every record.
    Ready,
    /// Nothing is written there any more, and what is left is removed; then another field can have it.
    Clearing,
}

impl SlotState {
    /// Its name in storage.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Ready => "ready",
            Self::Clearing => "clearing",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Building, Self::Ready, Self::Clearing]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// A value as a slot holds it.
#[derive(Debug, Clone, PartialEq)]
pub enum SlotValue {
    /// In a slot for texts.
    Text(String),
    /// In a slot for numbers. Never NaN, and zero has no sign.
    Number(f64),
}

impl SlotKind {
    /// The kind of slot that a field of this type takes; `None` when no slot can hold its values.
    #[must_use]
    pub fn of(field_type: FieldType) -> Option<Self> {
        match field_type {
            FieldType::String => Some(Self::Text),
            FieldType::Integer | FieldType::Float | FieldType::Date | FieldType::Boolean => {
                Some(Self::Number)
            }
            FieldType::Relationship => None,
        }
    }

    /// All slots of this kind.
    pub fn all(self) -> impl Iterator<Item = Slot> {
        (1..=SLOTS_OF_A_KIND).map(move |number| Slot { kind: self, number })
    }
}

impl Slot {
    /// The slots that can hold the values of a field of this type, the best first. The indexes of the later half of
    /// the numbers do not hold the others (migration 0012), so that fewer change with these: they are for what
    /// changes often.
    pub fn of(field_type: FieldType) -> impl Iterator<Item = Self> {
        let mut slots: Vec<_> = SlotKind::of(field_type)
            .into_iter()
            .flat_map(SlotKind::all)
            .collect();
        if matches!(field_type, FieldType::Date | FieldType::Boolean) {
            slots.reverse();
        }
        slots.into_iter()
    }

    /// What it holds.
    #[must_use]
    pub fn kind(self) -> SlotKind {
        self.kind
    }
}

impl fmt::Display for Slot {
    /// The name of its column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            SlotKind::Text => 't',
            SlotKind::Number => 'n',
        };
        write!(f, "{letter}{}", self.number)
    }
}

/// The text names no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSlot;

impl FromStr for Slot {
    type Err = NoSlot;

    fn from_str(text: &str) -> Result<Self, NoSlot> {
        let all = [SlotKind::Text, SlotKind::Number].into_iter();
        all.flat_map(SlotKind::all)
            .find(|slot| slot.to_string() == text)
            .ok_or(NoSlot)
    }
}

impl Slots {
    /// The slots that these fields hold, in the order of their columns. One that is being cleared is held
    /// by none.
    #[must_use]
    pub fn new<'a>(
        held: impl IntoIterator<Item = (Slot, SlotState, &'a Field)>,
        types: Arc<FieldTypes>,
        unique: UniqueFields,
    ) -> Self {
        let held = held.into_iter();
        let mut held: Vec<_> = held
            .filter(|(_, state, _)| *state != SlotState::Clearing)
            .map(|(slot, state, field)| Held {
                slot,
                key: field.key,
                field_type: field.field_type,
                is_ready: state == SlotState::Ready,
            })
            .collect();
        held.sort_unstable_by_key(|held| held.slot);
        Self {
            held,
            types,
            unique,
        }
    }

    /// The fields whose values no two of the records share.
    #[must_use]
    pub fn unique(&self) -> &UniqueFields {
        &self.unique
    }

    /// The columns that a write sets, in order.
    pub fn columns(&self) -> impl Iterator<Item = Slot> {
        self.held.iter().map(|held| held.slot)
    }

    /// Whether a slot may hold this, where the document says that it holds `expected`: while it is being
    /// built, it may be empty still.
    #[must_use]
    pub fn may_hold(
        &self,
        slot: Slot,
        found: Option<&SlotValue>,
        expected: Option<&SlotValue>,
    ) -> bool {
        let is_built = self
            .held
            .iter()
            .any(|held| held.slot == slot && held.is_ready);
        found == expected || !is_built && found.is_none()
    }

    /// The slot where the values of the field with this key can be looked for.
    #[must_use]
    pub fn of(&self, key: FieldKey) -> Option<Slot> {
        let held = self.held.iter().find(|held| held.key == key);
        held.filter(|held| held.is_ready).map(|held| held.slot)
    }

    /// Whether the store has a field with this key.
    #[must_use]
    pub fn knows(&self, key: FieldKey) -> bool {
        self.types.contains_key(&key)
    }

    /// What filters need of a document in another form, by key (see [`derived`]).
    pub fn derived<'a>(
        &self,
        values: impl Iterator<Item = (FieldKey, &'a Value)>,
    ) -> Map<String, Value> {
        let derived = values.filter_map(|(key, value)| {
            let field_type = self.types.get(&key)?;
            Some((key.to_string(), derived(*field_type, value)?))
        });
        derived.collect()
    }

    /// What each slot holds for a record with these values, in the order of [`Slots::columns`]. `value`
    /// gives what the document has under a key.
    pub fn values<'a>(
        &'a self,
        value: impl Fn(FieldKey) -> &'a Value,
    ) -> impl Iterator<Item = Option<SlotValue>> {
        self.held
            .iter()
            .map(move |held| slot_value(held.field_type, value(held.key)))
    }
}

/// What a filter needs of a value and no database computes like another: a text folded, if that makes a
/// difference; the milliseconds of a date; the ids of references, each between separators. `None` when
/// the value itself will do.
#[must_use]
pub fn derived(field_type: FieldType, value: &Value) -> Option<Value> {
    match (field_type, value) {
        (FieldType::String, Value::String(text)) => {
            let folded = fold(text);
            (folded != *text).then(|| folded.into())
        }
        (FieldType::Date, Value::String(text)) => Some(millis(text.parse().ok()?).into()),
        (FieldType::Relationship, Value::Array(references)) => {
            let ids = references
                .iter()
                .filter_map(|reference| reference["id"].as_str());
            Some(ids.map(reference_key).collect::<String>().into())
        }
        _ => None,
    }
}

/// What the slot of a field of this type holds for a stored value; `None` for null.
#[must_use]
pub fn slot_value(field_type: FieldType, value: &Value) -> Option<SlotValue> {
    match (field_type, value) {
        (FieldType::String, Value::String(text)) => Some(SlotValue::Text(text_key(text))),
        (FieldType::Date, Value::String(text)) => {
            let date: DateValue = text.parse().ok()?;
            Some(SlotValue::Number(date_number(date)))
        }
        (FieldType::Boolean, Value::Bool(truth)) => Some(SlotValue::Number(f64::from(*truth))),
        (FieldType::Integer | FieldType::Float, Value::Number(number)) => {
            // Adding zero takes the sign from a zero.
            number
                .as_f64()
                .map(|number| SlotValue::Number(number + 0.0))
        }
        _ => None,
    }
}

/// A date as a slot holds it: milliseconds since 1970, which are exact from the year 1 to 9999.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "fifteen digits, of which a float keeps every one"
)]
pub fn date_number(date: DateValue) -> f64 {
    millis(date) as f64
}

fn millis(date: DateValue) -> i64 {
    date.instant().micros().div_euclid(1_000)
}

/// The id of a reference as [`derived`] holds it: what contains this refers to that record.
#[must_use]
pub fn reference_key(id: &str) -> String {
    format!("{SEPARATOR}{}{SEPARATOR}", without_separator(id))
}

fn without_separator(text: &str) -> String {
    text.replace(SEPARATOR, &String::from(IN_PLACE_OF_SEPARATOR))
}

/// A text as a slot holds it: the beginning of the text without regard to case, then that of the text
/// itself. So the slot sorts as lists of texts do, finds a text by its exact spelling, and finds what
/// begins with something in any case.
///
/// ```
/// use customary_model::slot::text_key;
/// assert_eq!(text_key("Gold"), "gold\u{1}Gold");
/// assert!(text_key("gold") < text_key("Golden"));
/// ```
#[must_use]
pub fn text_key(text: &str) -> String {
    let replaced = without_separator(text);
    let folded = fold(&replaced);
    let (folded, exact) = (beginning(&folded), beginning(&replaced));
    format!("{folded}{SEPARATOR}{exact}")
}

/// The part of a text that a slot holds: whole characters, at most [`MAX_TEXT_BYTES`] bytes.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// Whether a slot holds a text whole, so that two such texts are the same when their slots are.
#[must_use]
pub fn is_held_whole(text: &str) -> bool {
    let has_stand_in = text.contains([SEPARATOR, IN_PLACE_OF_SEPARATOR]);
    // A text that just fits could be the beginning of a longer one.
    !has_stand_in && text.len() < MAX_TEXT_BYTES - 4 && fold(text).len() < MAX_TEXT_BYTES - 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn slots_are_named_by_kind_and_number() {
        let names: Vec<String> = SlotKind::Text.all().map(|slot| slot.to_string()).collect();
        assert_eq!((names.len(), &*names[0], &*names[15]), (16, "t1", "t16"));
        let slot: Slot = "n16".parse().unwrap();
        assert_eq!(
            (slot.kind(), slot.to_string().as_str()),
            (SlotKind::Number, "n16")
        );
        for wrong in ["n0", "n17", "t", "x1", "t01"] {
            assert_eq!(wrong.parse::<Slot>(), Err(NoSlot), "{wrong}");
        }
    }

    #[test]
    fn what_changes_often_has_other_numbers_than_what_does_not() {
        for (field_type, best) in [
            (FieldType::String, Some("t1")),
            (FieldType::Integer, Some("n1")),
            (FieldType::Float, Some("n1")),
            (FieldType::Date, Some("n16")),
            (FieldType::Boolean, Some("n16")),
            (FieldType::Relationship, None),
        ] {
            let slots: Vec<Slot> = Slot::of(field_type).collect();
            assert_eq!(slots.len(), if best.is_some() { 16 } else { 0 });
            let first = slots.first().map(ToString::to_string);
            assert_eq!(first.as_deref(), best);
        }
    }

    #[test]
    fn values_become_what_a_slot_compares() {
        for (field_type, value, number) in [
            (
                FieldType::Integer,
                json!(i64::MAX),
                9_223_372_036_854_775_807.0,
            ),
            (FieldType::Boolean, json!(true), 1.0),
            (FieldType::Date, json!("1969-12-31 23:59:59"), -1_000.0),
            (FieldType::Date, json!("9999-12-30"), 253_402_128_000_000.0),
        ] {
            let expected = Some(SlotValue::Number(number));
            assert_eq!(slot_value(field_type, &value), expected, "{value}");
        }
        let zero = slot_value(FieldType::Float, &json!(-0.0));
        assert!(matches!(zero, Some(SlotValue::Number(zero)) if zero.is_sign_positive()));
        assert_eq!(slot_value(FieldType::String, &Value::Null), None);
    }

    #[test]
    fn what_filters_need_is_derived_where_it_differs() {
        for (field_type, value, expected) in [
            (FieldType::String, json!("Zoë"), Some(json!("zoë"))),
            (FieldType::String, json!("zoë"), None),
            (
                FieldType::Date,
                json!("1970-01-02"),
                Some(json!(86_400_000)),
            ),
            (FieldType::Integer, json!(7), None),
            (
                FieldType::Relationship,
                json!([{ "type": "entry", "id": "a" }, { "type": "entry", "id": "b" }]),
                Some(json!("\u{1}a\u{1}\u{1}b\u{1}")),
            ),
        ] {
            assert_eq!(derived(field_type, &value), expected, "{value}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "ä".repeat(200);
        assert_eq!(text_key(&long), format!("{0}\u{1}{0}", "ä".repeat(128)));
        assert!(!is_held_whole(&long));
        assert!(is_held_whole("short"));
        assert!(!is_held_whole("a\u{1}b"));
    }

    proptest! {
        #[test]
        fn the_order_of_slots_is_the_order_of_texts(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let order = (fold(&a), &a).cmp(&(fold(&b), &b));
            prop_assert_eq!(text_key(&a).cmp(&text_key(&b)), order);
        }

        #[test]
        fn texts_that_are_held_whole_differ_in_their_slots(a in "[ -~äßİ]{0,300}", b in "[ -~äßİ]{0,300}") {
            if is_held_whole(&a) && a != b {
                prop_assert_ne!(text_key(&a), text_key(&b));
            }
        }
    }
}
