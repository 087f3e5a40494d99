//! The indexes of fields: which field gets a slot, and the work in the background that fills and empties
//! slots.

use std::time::Duration;

use customary_model::field::{Field, FieldPatch, FieldType};
use customary_model::flow::Flow;
use customary_model::id::StoreId;
use customary_model::problem::{Issue, Problem};
use customary_model::slot::{HeldSlot, SLOTS_OF_A_KIND, Slot, SlotKind, SlotState};
use customary_model::snapshot::StoreSnapshot;
use customary_model::time::Timestamp;
use customary_store as store;
use customary_store::Tx;
use customary_store::records::Records;
use customary_store::slot_jobs::SlotJob;

use crate::app::App;
use crate::error::Error;

/// How many jobs are looked up at a time.
const MAX_JOBS: u32 = 100;

/// How long one step may keep a writer waiting, in microseconds. Steps become longer or shorter until they
/// take about that.
const STEP_MICROS: i64 = 4_000;

/// How many records the first step has, and the fewest and the most that any has.
const FIRST_STEP: usize = 200;
const SHORTEST_STEP: usize = 20;
const LONGEST_STEP: usize = 5_000;

/// How long to wait before asking again whether earlier writers have ended.
const WRITERS_INTERVAL: Duration = Duration::from_millis(10);

/// How long to wait for them before other jobs have their turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The slot for a field of a flow, where `wish` is what the request says about it: without a wish, one if
/// there is one.
///
/// # Errors
/// It is wished for, and there is none.
pub(crate) fn choose_slot(
    snapshot: &StoreSnapshot,
    flow: &Flow,
    field_type: FieldType,
    wish: Option<bool>,
) -> Result<Option<Slot>, Error> {
    let Some(kind) = SlotKind::of(field_type).filter(|_| wish != Some(false)) else {
        return Ok(None);
    };
    let mut free = snapshot.free_slots(&Records::of(flow).name(), field_type);
    match free.next() {
        None if wish == Some(true) => Err(no_free_slot(snapshot, flow, kind)),
        slot => Ok(slot),
    }
}

/// Gives a field a slot. The revision moves with the field.
pub(crate) async fn give_slot(
    tx: &mut Tx<'_>,
    store: StoreId,
    flow: &Flow,
    field: &Field,
    slot: Slot,
    state: SlotState,
) -> Result<(), Error> {
    let held = HeldSlot {
        target: Records::of(flow).name(),
        slot,
        field_id: field.id,
        state,
    };
    Ok(store::slots::insert(tx, store, &held).await?)
}

/// Moves the slots of a flow's fields to the records that it has under another slug. Fields for which there
/// is no slot are filterable no more.
pub(crate) async fn move_slots(
    tx: &mut Tx<'_>,
    snapshot: &StoreSnapshot,
    flow: &Flow,
    now: Timestamp,
) -> Result<(), Error> {
    let (store, target) = (snapshot.store_id, Records::of(flow).name());
    let mut given = Vec::new();
    for field in snapshot.fields_of(flow.id) {
        store::slots::take_away(tx, store, field.id).await?;
        if !field.filterable {
            continue;
        }
        let mut free = snapshot.free_slots(&target, field.field_type);
        if let Some(slot) = free.find(|slot| !given.contains(slot)) {
            given.push(slot);
            give_slot(tx, store, flow, &field, slot, SlotState::Building).await?;
        } else {
            // It was filterable, so this changes it.
            if let Some(field) = FieldPatch::filterable(false).apply(&field, now) {
                store::fields::update(tx, store, &field).await?;
            }
        }
    }
    Ok(())
}

fn no_free_slot(snapshot: &StoreSnapshot, flow: &Flow, kind: SlotKind) -> Error {
    let target = Records::of(flow).name();
    let held = snapshot.held_slots(&target);
    let mut held: Vec<_> = held.filter(|held| held.slot.kind() == kind).collect();
    held.sort_unstable_by_key(|held| (held.state == SlotState::Clearing, held.slot));
    let is_held = |held: &&&HeldSlot| held.state != SlotState::Clearing;
    let holders = held.iter().take_while(is_held);
    let holders = holders.filter_map(|held| snapshot.field(held.field_id));
    let mut holders: Vec<String> = holders.map(|field| format!("\"{}\"", field.slug)).collect();
    let clearing = held.iter().skip_while(is_held).count();
    if clearing > 0 {
        holders.push(format!("{clearing} that are just being cleared"));
    }
    let (what, holders) = (
        match kind {
            SlotKind::Text => "strings",
            SlotKind::Number => "numbers, dates and booleans",
        },
        holders.join(", "),
    );
    let words = format!(
        "cannot be true: the flow \"{}\" has {SLOTS_OF_A_KIND} indexes for {what}, and all are held: by {holders}; \
         set filterable to false on one of them first",
        flow.slug
    );
    Error::invalid(Problem::attribute("filterable", Issue::other(words)))
}

/// Fills and empties what slots there are to fill and empty, and returns whether there were any.
///
/// # Errors
/// The database's own trouble; what is left, the next call does.
pub async fn work(app: &App) -> Result<bool, Error> {
    let jobs = app
        .db()
        .read(async |tx| store::slot_jobs::pending(tx, MAX_JOBS).await)
        .await?;
    let mut failed = None;
    for job in &jobs {
        // One that fails does not keep the others from their turn.
        failed = do_job(app, job).await.err().or(failed);
    }
    failed.map_or(Ok(!jobs.is_empty()), Err)
}

async fn do_job(app: &App, job: &SlotJob) -> Result<(), Error> {
    let Some(records) = Records::named(&job.target) else {
        return Err(Error::Internal(format!(
            "there are no records called {:?}",
            job.target
        )));
    };
    if !job.has_begun {
        wait_for_writers(app, records).await?;
        let begun = job.clone();
        app.db()
            .write(async move |tx| store::slot_jobs::begin(tx, &begun).await)
            .await?;
    }
    let mut limit = FIRST_STEP;
    loop {
        let started = app.clock().now();
        let step = job.clone();
        let done = app.db().write(async move |tx| match step.state {
            SlotState::Building => store::slot_jobs::fill(tx, &step, records, limit).await,
            SlotState::Clearing | SlotState::Ready => {
                store::slot_jobs::empty(tx, &step, records, limit).await
            }
        });
        let Some(done) = done.await? else {
            return Ok(());
        };
        if done == 0 {
            break;
        }
        limit = next_step(limit, app.clock().now().micros() - started.micros());
    }
    let finished = job.clone();
    app.db()
        .write(async move |tx| store::slot_jobs::finish(tx, &finished, records).await)
        .await?;
    Ok(())
}

/// How many records the next step has, after one of `limit` took so long.
fn next_step(limit: usize, micros: i64) -> usize {
    let next = if micros > STEP_MICROS {
        limit / 2
    } else {
        limit * 2
    };
    next.clamp(SHORTEST_STEP, LONGEST_STEP)
}

/// Waits until everybody who may not know of a job has committed or given up, for whoever they overlook
/// the job would overlook too.
///
/// # Errors
/// [`Error::Unavailable`] when one of them takes long: other jobs need not wait for it.
async fn wait_for_writers(app: &App, records: Records) -> Result<(), Error> {
    let wait = async {
        let mut earlier: Option<Vec<String>> = None;
        loop {
            let mut left = app
                .db()
                .read(async move |tx| store::slot_jobs::writers(tx, records).await)
                .await?;
            if let Some(earlier) = &earlier {
                left.retain(|writer| earlier.contains(writer));
            }
            if left.is_empty() {
                return Ok(());
            }
            earlier = Some(left);
            tokio::time::sleep(WRITERS_INTERVAL).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    waited.unwrap_or_else(|_| {
        Err(Error::Unavailable(format!(
            "a transaction that writes {} does not end",
            records.name()
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_and_shrink_within_bounds() {
        assert_eq!(next_step(200, 1_000), 400);
        assert_eq!(next_step(200, 9_000), 100);
        assert_eq!(next_step(LONGEST_STEP, 0), LONGEST_STEP);
        assert_eq!(next_step(SHORTEST_STEP, i64::MAX), SHORTEST_STEP);
    }
}
