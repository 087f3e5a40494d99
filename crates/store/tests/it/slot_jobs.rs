//! What keeps the work on slots right beside writers.

use customary_model::resource::{ADDRESSES, CUSTOMERS};
use customary_store::db::Sql;
use customary_store::records::Records;
use customary_store::{Db, StoreError, slot_jobs};
use customary_testkit::{Engine, TestDatabase, customary_model, tokio};

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
