//! Slots: which field has which, and what a write puts into them.

use customary_model::id::{FieldId, FlowId, StoreId};
use customary_model::schema::CustomValues;
use customary_model::slot::{HeldSlot, Slot, SlotState, SlotValue, Slots};
use uuid::Uuid;

use crate::db::{Param, Row, Tx};
use crate::error::StoreError;
use crate::sql;

/// The slots of all tables of a store.
pub(crate) async fn list(tx: &mut Tx<'_>, store: StoreId) -> Result<Vec<HeldSlot>, StoreError> {
    let sql = sql!(
        "SELECT target, slot, field_id, state FROM field_slots WHERE store_id = $1 ORDER BY target, slot"
    );
    let decode = |row: &Row<'_>| {
        Ok(HeldSlot {
            target: row.get(0)?,
            slot: row.parsed(1, |text| text.parse::<Slot>().ok())?,
            field_id: row.id(2)?,
            state: row.parsed(3, SlotState::parse)?,
        })
    };
    tx.list(sql, &[store.into()], decode).await
}

/// Gives a slot to a field. The revision moves with the field.
///
/// # Errors
/// [`StoreError::Conflict`] when it is taken.
pub async fn insert(tx: &mut Tx<'_>, store: StoreId, held: &HeldSlot) -> Result<(), StoreError> {
    let sql = sql!(
        "INSERT INTO field_slots (store_id, target, slot, field_id, state, job) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let slot = held.slot.to_string();
    let params = [
        store.into(),
        (&held.target).into(),
        (&slot).into(),
        held.field_id.into(),
        held.state.as_str().into(),
        Uuid::new_v4().into(),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Takes the slots of a field away: nothing is written there from now on, and what is left is cleared in
/// the background. The revision moves with what caused it.
///
/// # Errors
/// The database's own trouble.
pub async fn take_away(tx: &mut Tx<'_>, store: StoreId, field: FieldId) -> Result<(), StoreError> {
    let sql = sql!(
        "UPDATE field_slots SET state = $3, job = $4, position = NULL, done = 0
         WHERE store_id = $1 AND field_id = $2 AND state <> $3"
    );
    let state = SlotState::Clearing.as_str();
    let job = Uuid::new_v4();
    let params = [store.into(), field.into(), state.into(), job.into()];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Forgets the slots of a flow's own entries, which are gone.
///
/// # Errors
/// The database's own trouble.
pub async fn delete_of_flow(
    tx: &mut Tx<'_>,
    store: StoreId,
    flow: FlowId,
) -> Result<(), StoreError> {
    let sql = sql!("DELETE FROM field_slots WHERE store_id = $1 AND target = $2");
    let target = flow.to_string();
    tx.execute(sql, &[store.into(), (&target).into()]).await?;
    Ok(())
}

/// What a write of a record sets besides the columns of its own: its slots, and what filters need of the
/// document in another form.
pub(crate) struct SlotColumns {
    derived: String,
    values: Vec<(Slot, Option<SlotValue>)>,
}

impl SlotColumns {
    pub(crate) fn of(slots: &Slots, custom: &CustomValues) -> Self {
        let derived = slots.derived(custom.iter());
        let values = slots.columns().zip(slots.values(|key| custom.get(key)));
        Self {
            derived: serde_json::to_string(&derived).unwrap_or_default(),
            values: values.collect(),
        }
    }

    /// What an update of `before` to `after` sets: only those slots that change, because SQLite writes anew
    /// whatever indexes a column that is set, and each index holds several.
    pub(crate) fn of_change(slots: &Slots, before: &CustomValues, after: &CustomValues) -> Self {
        let mut columns = Self::of(slots, after);
        let mut before = slots.values(|key| before.get(key));
        columns
            .values
            .retain(|(_, value)| before.next().as_ref() != Some(value));
        columns
    }

    /// `, derived, t1, …` for the columns of an `INSERT`.
    pub(crate) fn names(&self) -> String {
        let slots = self.values.iter().map(|(slot, _)| slot.to_string());
        listed(std::iter::once("derived".to_owned()).chain(slots))
    }

    /// `, $first, …` for its values.
    pub(crate) fn placeholders(&self, first: usize) -> String {
        listed((first..=first + self.values.len()).map(|number| format!("${number}")))
    }

    /// `, derived = $first, …` for an `UPDATE`.
    pub(crate) fn assignments(&self, first: usize) -> String {
        let slots = self.values.iter().zip(first + 1..);
        let slots = slots.map(|((slot, _), number)| format!("{slot} = ${number}"));
        listed(std::iter::once(format!("derived = ${first}")).chain(slots))
    }

    /// The values, in the same order.
    pub(crate) fn params(&self) -> impl Iterator<Item = Param<'_>> {
        let slots = self.values.iter().map(|(_, value)| param(value.as_ref()));
        std::iter::once(Param::Json(&self.derived)).chain(slots)
    }
}

fn listed(items: impl Iterator<Item = String>) -> String {
    items.fold(String::new(), |list, item| list + ", " + &item)
}

pub(crate) fn param(value: Option<&SlotValue>) -> Param<'_> {
    match value {
        None => Param::Null,
        Some(SlotValue::Text(text)) => Param::Text(text),
        Some(SlotValue::Number(number)) => Param::Number(*number),
    }
}
