//! What keeps the work on slots right beside writers.

use customary_model::id::{FieldId, StoreId};
use customary_model::resource::{ADDRESSES, CUSTOMERS};
use customary_model::slot::{HeldSlot, SlotState};
use customary_model::store::Store;
use customary_store::db::Sql;
use customary_store::records::Records;
use customary_store::{Db, StoreError, Tx, slot_jobs, slots, stores};
use customary_testkit::{Engine, TestDatabase, both_engines, customary_model, tokio};

async fn writers(database: &TestDatabase, records: Records) -> usize {
    let writers = database
        .db
        .read(async move |tx| slot_jobs::writers(tx, records).await);
    writers.await.unwrap().len()
}

/// On PostgreSQL a transaction may commit what it decided before a slot was given or taken away, so the work
/// waits for all that are under way. SQLite has one writer, behind which the work queues.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_locks_or_writes_a_record_is_known_until_the_end() {
    for statement in [
        "SELECT id FROM customers FOR NO KEY UPDATE",
        "UPDATE customers SET version = version",
    ] {
        let database = TestDatabase::on(Engine::Postgres).await;
        let (url, statement) = (database.url.clone(), Sql::built(statement.to_owned()));
        let (begun, has_begun) = std::sync::mpsc::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let holder = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let db = Db::open(&url.parse().unwrap()).await.unwrap();
                let held = db.write(async move |tx| {
                    tx.execute(&statement, &[]).await?;
                    begun.send(()).unwrap();
                    let _ = released.recv();
                    Ok::<_, StoreError>(())
                });
                held.await.unwrap();
            });
        });
        has_begun.recv().unwrap();
        assert_eq!(writers(&database, Records::Hosted(&CUSTOMERS)).await, 1);
        assert_eq!(writers(&database, Records::Hosted(&ADDRESSES)).await, 0);
        release.send(()).unwrap();
        holder.join().unwrap();
        assert_eq!(writers(&database, Records::Hosted(&CUSTOMERS)).await, 0);
    }
}

/// A store with one customer, and a slot that holds something of that customer's.
async fn a_held_slot(tx: &mut Tx<'_>, state: SlotState) -> Result<(StoreId, FieldId), StoreError> {
    let (store, now) = (
        StoreId::generate(),
        customary_model::time::Clock::default().now(),
    );
    let row = Store {
        id: store,
        name: "A".to_owned(),
        created_at: now,
    };
    stores::insert(tx, &row).await?;
    let customer = Sql::built(
        "INSERT INTO customers (store_id, id, name, name_folded, email, email_folded, custom, version,
             created_at, updated_at, t1)
         VALUES ($1, $2, 'A', 'a', 'a@x.com', 'a@x.com', '{}', 1, $3, $3, 'a')"
            .to_owned(),
    );
    let id = StoreId::generate();
    tx.execute(&customer, &[store.into(), id.into(), now.into()])
        .await?;
    let field_id = FieldId::generate();
    let held = HeldSlot {
        target: CUSTOMERS.slug.to_owned(),
        slot: "t1".parse().unwrap(),
        field_id,
        state,
    };
    slots::insert(tx, store, &held).await?;
    Ok((store, field_id))
}

both_engines! {
    async fn a_slot_is_free_when_it_holds_nothing(database: TestDatabase) {
        let records = Records::Hosted(&CUSTOMERS);
        database.db.write(async move |tx| {
            a_held_slot(tx, SlotState::Clearing).await?;
            let job = slot_jobs::pending(tx, 9).await?.remove(0);
            slot_jobs::begin(tx, &job).await?;
            slot_jobs::finish(tx, &job, records).await?;
            assert_eq!(slot_jobs::pending(tx, 9).await?.len(), 1, "the customer still has a value there");
            assert_eq!(slot_jobs::empty(tx, &job, records, 9).await?, Some(1));
            assert_eq!(slot_jobs::empty(tx, &job, records, 9).await?, Some(0));
            slot_jobs::finish(tx, &job, records).await?;
            assert!(slot_jobs::pending(tx, 9).await?.is_empty());
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn a_job_is_not_taken_for_a_later_one_on_the_same_slot(database: TestDatabase) {
        let records = Records::Hosted(&CUSTOMERS);
        database.db.write(async move |tx| {
            let (store, field) = a_held_slot(tx, SlotState::Clearing).await?;
            let earlier = slot_jobs::pending(tx, 9).await?.remove(0);
            slot_jobs::begin(tx, &earlier).await?;
            slot_jobs::empty(tx, &earlier, records, 9).await?;
            slot_jobs::finish(tx, &earlier, records).await?;

            let target = CUSTOMERS.slug.to_owned();
            let again = HeldSlot { target, slot: earlier.slot, field_id: field, state: SlotState::Building };
            slots::insert(tx, store, &again).await?;
            slots::take_away(tx, store, field).await?;
            let later = slot_jobs::pending(tx, 9).await?.remove(0);
            slot_jobs::begin(tx, &later).await?;
            assert_eq!(slot_jobs::empty(tx, &earlier, records, 9).await?, None);
            slot_jobs::finish(tx, &earlier, records).await?;
            assert_eq!(slot_jobs::pending(tx, 9).await?.len(), 1);
            assert_eq!(slot_jobs::empty(tx, &later, records, 9).await?, Some(0));
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }
}
