//! Slots: typed columns beside a record's document, each with a copy of one field's value, so that an
//! index can find records by it and no table changes its shape when a shop adds a field.
//!
//! What a slot holds is computed from the document by [`Slots::values`] and by nothing else.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::email::fold;
use crate::field::{Field, FieldKey, FieldType};
use crate::id::FieldId;
use crate::time::DateValue;

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

/// The slots of one table (or one flow's part of it), with the field that each belongs to.
#[derive(Debug, Clone, Default)]
pub struct Slots(Vec<(Slot, FieldKey, FieldType)>);

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

/// Whether a slot can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    /// It holds the value of every record.
    Ready,
    /// Its field is gone, or extends another resource now: it holds values that are no longer kept right,
    /// and nobody else can have it.
    Abandoned,
}

impl SlotState {
    /// Its name in storage.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Abandoned => "abandoned",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Ready, Self::Abandoned]
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
    /// The slots that these fields hold, in the order of their columns.
    #[must_use]
    pub fn new<'a>(held: impl IntoIterator<Item = (Slot, &'a Field)>) -> Self {
        let held = held.into_iter();
        let mut slots: Vec<_> = held
            .map(|(slot, field)| (slot, field.key.clone(), field.field_type))
            .collect();
        slots.sort_unstable_by_key(|(slot, ..)| *slot);
        Self(slots)
    }

    /// The columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = Slot> {
        self.0.iter().map(|(slot, ..)| *slot)
    }

    /// The slot of the field with this key.
    #[must_use]
    pub fn of(&self, key: &FieldKey) -> Option<Slot> {
        let held = self.0.iter().find(|(_, of, _)| of == key);
        held.map(|(slot, ..)| *slot)
    }

    /// The folded form of the texts that their slots do not hold whole, by key: `like` has to see all of a
    /// text.
    pub fn long_texts<'a>(&'a self, value: impl Fn(&str) -> &'a Value) -> Map<String, Value> {
        let texts = self.0.iter().filter_map(|(slot, key, _)| {
            let text = value(key.as_str()).as_str()?;
            let is_long = slot.kind == SlotKind::Text && !is_held_whole(text);
            is_long.then(|| (key.as_str().to_owned(), fold(text).into()))
        });
        texts.collect()
    }

    /// What each slot holds for a record with these values, in the order of [`Slots::columns`]. `value`
    /// gives what the document has under a key.
    pub fn values<'a>(
        &'a self,
        value: impl Fn(&str) -> &'a Value,
    ) -> impl Iterator<Item = Option<SlotValue>> {
        self.0
            .iter()
            .map(move |(_, key, field_type)| slot_value(*field_type, value(key.as_str())))
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
    date.instant().micros().div_euclid(1_000) as f64
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
    let replaced = text.replace(SEPARATOR, &String::from(IN_PLACE_OF_SEPARATOR));
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
