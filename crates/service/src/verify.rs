//! Whether what the server keeps twice is the same: slots and unique values and documents, counters and counts.
//! For whoever holds the database itself.

use customary_model::entry::EntryId;
use customary_model::id::StoreId;
use customary_model::resource::HOSTED;
use customary_model::snapshot::StoreSnapshot;
use customary_model::store::Store;
use customary_store as store;
use customary_store::records::Records;
use customary_store::verify::{Batch, compare_counter, compare_slots, compare_unique_values};

use crate::app::App;
use crate::error::Error;

/// How many differences are told of each kind of records.
const MAX_TOLD: usize = 10;

/// What was compared, and what differs.
#[derive(Debug, Default)]
pub struct Report {
    /// How many records were compared.
    pub records: usize,
    /// One sentence for each difference.
    pub differences: Vec<String>,
}

/// Compares everything, a part at a time: the server may be running.
///
/// # Errors
/// The database's own trouble.
pub async fn verify(app: &App) -> Result<Report, Error> {
    let mut report = Report::default();
    let stores = app
        .db()
        .read(async |tx| store::stores::list(tx).await)
        .await?;
    for store in stores {
        let snapshot = read_snapshot(app, store.id).await?;
        let flows = snapshot.flows().iter();
        let entries = flows.map(|flow| Records::Entries(flow.id));
        for records in HOSTED.map(Records::Hosted).into_iter().chain(entries) {
            verify_records(app, &store, records, &mut report).await?;
            verify_unique_values(app, &store, records, &mut report).await?;
        }
        let (name, id) = (&store.name, store.id);
        let stray = app
            .db()
            .read(async move |tx| store::unique_values::count_stray(tx, id).await)
            .await?;
        if stray > 0 {
            report.differences.push(format!(
                "store \"{name}\": there are {stray} values of fields that are not unique"
            ));
        }
    }
    Ok(report)
}

async fn verify_records(
    app: &App,
    store: &Store,
    records: Records,
    report: &mut Report,
) -> Result<(), Error> {
    let (name, target, store) = (&store.name, records.name(), store.id);
    let (counted, counter) = app
        .db()
        .read(async move |tx| compare_counter(tx, store, records).await)
        .await?;
    if counted != counter {
        report.differences.push(format!(
            "store \"{name}\": {target} has {counted} records, and its counter says {counter}"
        ));
    }
    let (mut after, mut differing) = (None, Vec::new());
    loop {
        // The slots are read with the records: both may change meanwhile.
        let batch = app.db().read(async move |tx| {
            let snapshot = store::snapshots::find(tx, store).await?;
            let Some(snapshot) = snapshot else {
                return Ok(Batch::default());
            };
            let slots = snapshot.slots(&records.name());
            let clearing = snapshot.slots_being_cleared(&records.name());
            compare_slots(tx, store, records, &slots, &clearing, after.as_ref()).await
        });
        let batch = batch.await?;
        report.records += batch.count;
        differing.extend(batch.differing);
        after = batch.last;
        if after.is_none() {
            break;
        }
    }
    tell(report, name, "slots", &target, &differing);
    Ok(())
}

async fn verify_unique_values(
    app: &App,
    store: &Store,
    records: Records,
    report: &mut Report,
) -> Result<(), Error> {
    let (name, store) = (&store.name, store.id);
    let (mut after, mut differing) = (None, Vec::new());
    loop {
        // Which fields are unique is read with the records, too.
        let batch = app.db().read(async move |tx| {
            let snapshot = store::snapshots::find(tx, store).await?;
            let slots = snapshot.map(|snapshot| snapshot.slots(&records.name()));
            let slots = slots.filter(|slots| !slots.unique().is_empty());
            let Some(slots) = slots else {
                return Ok(None);
            };
            compare_unique_values(tx, store, records, slots.unique(), after.as_ref())
                .await
                .map(Some)
        });
        let Some(batch) = batch.await? else {
            break;
        };
        differing.extend(batch.differing);
        after = batch.last;
        if after.is_none() {
            break;
        }
    }
    tell(report, name, "unique values", &records.name(), &differing);
    Ok(())
}

/// Tells of the first records that differ, and how many more there are.
fn tell(report: &mut Report, store: &str, what: &str, target: &str, differing: &[EntryId]) {
    for id in differing.iter().take(MAX_TOLD) {
        report.differences.push(format!(
            "store \"{store}\": the {what} of {id} in {target} differ from its document"
        ));
    }
    if differing.len() > MAX_TOLD {
        let more = differing.len() - MAX_TOLD;
        report.differences.push(format!(
            "store \"{store}\": and those of {more} more in {target}"
        ));
    }
}

async fn read_snapshot(app: &App, store: StoreId) -> Result<StoreSnapshot, Error> {
    let snapshot = app
        .db()
        .read(async move |tx| store::snapshots::find(tx, store).await)
        .await?;
    snapshot.ok_or_else(|| Error::Internal(format!("the store {store} has disappeared")))
}
