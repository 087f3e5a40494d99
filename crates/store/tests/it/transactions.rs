//! Units of work: all or nothing each, whatever runs beside them.

use customary_model::id::StoreId;
use customary_model::store::Store;
use customary_store::db::{Row, Sql};
use customary_store::{Db, StoreError, Tx, stores};
use customary_testkit::{Engine, TestDatabase, both_engines, customary_model, tokio};

fn store(database: &TestDatabase, name: &str) -> Store {
    Store {
        id: StoreId::generate(),
        name: name.to_owned(),
        created_at: database.clock.now(),
    }
}

async fn names(database: &TestDatabase) -> Vec<String> {
    let stores = database
        .db
        .read(async |tx| stores::list(tx).await)
        .await
        .unwrap();
    let mut names: Vec<String> = stores.into_iter().map(|store| store.name).collect();
    names.sort();
    names
}

/// Inserts a store, and a second one that the first makes impossible.
async fn insert_twice(tx: &mut Tx<'_>, store: &Store) -> Result<(), StoreError> {
    stores::insert(tx, store).await?;
    stores::insert(
        tx,
        &Store {
            id: StoreId::generate(),
            ..store.clone()
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_was_given_up_keeps_no_connection() {
    let database = TestDatabase::on(Engine::Postgres).await;
    let (row, url) = (store(&database, "locked"), database.url.clone());
    let id = row.id;
    database
        .db
        .write(async move |tx| stores::insert(tx, &row).await)
        .await
        .unwrap();

    let (locked, is_locked) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let db = Db::open(&url.parse().unwrap()).await.unwrap();
            let held = db.write(async move |tx| {
                stores::lock(tx, id).await?;
                locked.send(()).unwrap();
                let _ = released.recv();
                Ok::<_, StoreError>(())
            });
            held.await.unwrap();
        });
    });
    is_locked.recv().unwrap();
    // More than there are connections, each given up while it waits for the row.
    for _ in 0..40 {
        let waiting = database
            .db
            .write(async move |tx| stores::lock(tx, id).await);
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), waiting).await;
        assert!(waited.is_err());
    }
    assert_eq!(names(&database).await, ["locked"]);
    release.send(()).unwrap();
    holder.join().unwrap();
}

/// Starts a unit of work on each of these stores before any of them ends, and returns what became of each: every
/// third one fails after it has changed something, every fifth without.
async fn write_together(database: &TestDatabase, stores: Vec<Store>) -> Vec<bool> {
    let write = |(number, store): (usize, Store)| {
        let db = database.db.clone();
        tokio::spawn(async move {
            let work = async move |tx: &mut Tx<'_>| match number {
                _ if number.is_multiple_of(3) => insert_twice(tx, &store).await,
                _ if number.is_multiple_of(5) => Err(StoreError::Conflict("on purpose".to_owned())),
                _ => stores::insert(tx, &store).await,
            };
            db.write_record(number, work).await
        })
    };
    let tasks: Vec<_> = stores.into_iter().enumerate().map(write).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap().is_ok());
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_of_records_share_transactions() {
    let database = TestDatabase::on(Engine::Postgres).await;
    let insert = |number: u32| {
        let (db, store) = (database.db.clone(), store(&database, &number.to_string()));
        let work = async move |tx: &mut Tx<'_>| stores::insert(tx, &store).await;
        tokio::spawn(async move { db.write_record(number, work).await })
    };
    for task in (0..200).map(insert).collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    let sql =
        Sql::built("SELECT COUNT(*), COUNT(DISTINCT CAST(xmin AS text)) FROM stores".to_owned());
    let read = database.db.read(async move |tx| {
        let decode = |row: &Row<'_>| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?));
        tx.find(&sql, &[], decode).await
    });
    let (rows, transactions) = read.await.unwrap().unwrap();
    assert_eq!(rows, 200);
    assert!(
        transactions < 100,
        "{transactions} transactions for {rows} rows"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_a_shared_transaction_takes_nobody_along() {
    let database = TestDatabase::on(Engine::Postgres).await;
    let (lost, db) = (store(&database, "lost"), database.db.clone());
    let (inserted, is_inserted) = tokio::sync::oneshot::channel();
    let inserted = std::sync::Mutex::new(Some(inserted));
    let leaves = tokio::spawn(async move {
        let work = async move |tx: &mut Tx<'_>| {
            stores::insert(tx, &lost).await?;
            let _ = inserted.lock().unwrap().take().map(|told| told.send(()));
            std::future::pending::<Result<(), StoreError>>().await
        };
        db.write_record("lost", work).await
    });
    let stay = |number: u32| {
        let (db, store) = (
            database.db.clone(),
            store(&database, &format!("store {number:02}")),
        );
        let work = async move |tx: &mut Tx<'_>| stores::insert(tx, &store).await;
        tokio::spawn(async move { db.write_record(number, work).await })
    };
    let stays: Vec<_> = (0..50).map(stay).collect();
    is_inserted.await.unwrap();
    leaves.abort();
    assert!(leaves.await.is_err());
    for stays in stays {
        stays.await.unwrap().unwrap();
    }
    let expected: Vec<String> = (0..50).map(|number| format!("store {number:02}")).collect();
    assert_eq!(names(&database).await, expected);
}

/// Commits a store with nothing in common with the caller but the database.
fn write_as_another_process(url: &str, store: Store) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Db::open(&url.parse().unwrap()).await.unwrap();
        db.write(async move |tx| stores::insert(tx, &store).await)
            .await
            .unwrap();
        db.close().await;
    });
}

both_engines! {
    async fn a_failed_unit_leaves_nothing(database: TestDatabase) {
        let doomed = store(&database, "doomed");
        let failed = database.db.write(async move |tx| insert_twice(tx, &doomed).await).await;
        assert!(matches!(failed, Err(StoreError::Conflict(_))), "{failed:?}");
        assert_eq!(names(&database).await, [""; 0]);
        let (first, second) = (store(&database, "kept"), store(&database, "kept too"));
        let kept = database.db.write(async move |tx| {
            stores::insert(tx, &first).await?;
            stores::insert(tx, &second).await
        });
        kept.await.unwrap();
        assert_eq!(names(&database).await, ["kept", "kept too"]);
    }

    async fn concurrent_units_succeed_and_fail_alone(database: TestDatabase) {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let (db, store) = (database.db.clone(), store(&database, &format!("store {number:02}")));
                tokio::spawn(async move {
                    db.write(async move |tx| {
                        if number % 3 == 0 { insert_twice(tx, &store).await } else { stores::insert(tx, &store).await }
                    })
                    .await
                })
            })
            .collect();
        for (number, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.unwrap().is_ok(), number % 3 != 0, "{number}");
        }
        let expected: Vec<String> = (0..100).filter(|number| number % 3 != 0).map(|number| format!("store {number:02}")).collect();
        assert_eq!(names(&database).await, expected);
    }

    async fn units_of_records_succeed_and_fail_alone(database: TestDatabase) {
        let stores: Vec<Store> = (0..200).map(|number| store(&database, &format!("store {number:03}"))).collect();
        let is_kept = |number: usize| !number.is_multiple_of(3) && !number.is_multiple_of(5);
        let outcomes = write_together(&database, stores.clone()).await;
        assert_eq!(outcomes, (0..200).map(is_kept).collect::<Vec<_>>());
        let kept = stores.into_iter().enumerate().filter(|(number, _)| is_kept(*number));
        assert_eq!(names(&database).await, kept.map(|(_, store)| store.name).collect::<Vec<_>>());
    }

    async fn a_unit_that_panics_harms_no_other(database: TestDatabase) {
        let (first, second) = (store(&database, "lost"), store(&database, "kept"));
        let db = database.db.clone();
        let lost = tokio::spawn(async move {
            db.write(async move |tx| {
                stores::insert(tx, &first).await?;
                assert!(first.name.is_empty(), "on purpose");
                Ok::<_, StoreError>(())
            })
            .await
        });
        assert!(!matches!(lost.await, Ok(Ok(()))));
        database.db.write(async move |tx| stores::insert(tx, &second).await).await.unwrap();
        assert_eq!(names(&database).await, ["kept"]);
    }

    async fn a_read_sees_one_state_from_beginning_to_end(database: TestDatabase) {
        let (new, url) = (store(&database, "new"), database.url.clone());
        let seen = database.db.read(async move |tx| {
            let before = stores::list(tx).await?.len();
            // Meanwhile, another process commits.
            let other = std::thread::spawn(move || write_as_another_process(&url, new));
            other.join().unwrap();
            Ok::<_, StoreError>((before, stores::list(tx).await?.len()))
        });
        assert_eq!(seen.await.unwrap(), (0, 0));
        assert_eq!(names(&database).await, ["new"]);
    }

    async fn what_a_unit_was_told_is_kept_is_there_after_a_restart(database: TestDatabase) {
        let kept = store(&database, "kept");
        database.db.write(async move |tx| stores::insert(tx, &kept).await).await.unwrap();
        let again = database.again().await;
        assert_eq!(names(&again).await, ["kept"]);
        again.db.close().await;
        let closed = database.db.clone();
        closed.close().await;
        assert!(database.db.read(async |tx| stores::list(tx).await).await.is_err());
    }
}
