//! Whether what the server keeps twice is the same: slots and documents, counters and counts. For whoever
//! holds the database itself.

use customary_model::id::StoreId;
use customary_model::resource::HOSTED;
use customary_model::snapshot::StoreSnapshot;
use customary_model::store::Store;
use customary_store as store;
use customary_store::records::Records;
use customary_store::verify::{Batch, compare_counter, compare_slots};

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
    let count = differing.len();
    for id in differing.into_iter().take(MAX_TOLD) {
        report.differences.push(format!(
            "store \"{name}\": the slots of {id} in {target} differ from its document"
        ));
    }
    if count > MAX_TOLD {
        let more = count - MAX_TOLD;
        report.differences.push(format!(
            "store \"{name}\": and those of {more} more in {target}"
        ));
    }
    Ok(())
}

async fn read_snapshot(app: &App, store: StoreId) -> Result<StoreSnapshot, Error> {
    let snapshot = app
        .db()
        .read(async move |tx| store::snapshots::find(tx, store).await)
        .await?;
    snapshot.ok_or_else(|| Error::Internal(format!("the store {store} has disappeared")))
}
