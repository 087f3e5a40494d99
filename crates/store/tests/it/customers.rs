//! Adding customers: many at a time, and beside others.

use std::sync::Arc;

use customary_model::customer::Customer;
use customary_model::email::Email;
use customary_model::id::{CustomerId, StoreId};
use customary_model::schema::CustomValues;
use customary_model::settings::Settings;
use customary_model::slot::Slots;
use customary_model::store::Revision;
use customary_store::db::{Row, Sql};
use customary_store::{StoreError, Tx, customers, stores};
use customary_testkit::{Engine, TestDatabase, both_engines, customary_model, tokio};

use crate::new_store;

/// That of a new store.
const SEEN: Revision = Revision(1);

fn customer(database: &TestDatabase, name: &str) -> Customer {
    let now = database.clock.now();
    Customer {
        id: CustomerId::generate(),
        name: name.to_owned(),
        email: Email::parse(&format!("{name}@example.com")).unwrap(),
        external_ref: None,
        password_hash: None,
        custom: CustomValues::default(),
        custom_updated_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Adds each of these for a caller of its own, all before any of them hears of it, and returns what they hear.
async fn insert_together(
    database: &TestDatabase,
    new: Vec<(StoreId, Revision, Customer)>,
) -> Vec<Result<(), StoreError>> {
    let insert = |(store, seen, customer): (StoreId, Revision, Customer)| {
        let db = database.db.clone();
        tokio::spawn(async move {
            let slots = Arc::new(Slots::default());
            let work = async move |tx: &mut Tx<'_>| {
                customers::insert(tx, store, seen, &slots, &customer).await?;
                match customer.name.as_str() {
                    "fails-late" => Err(StoreError::Driver("on purpose".to_owned())),
                    _ => Ok(()),
                }
            };
            db.write_record(CustomerId::generate(), work).await
        })
    };
    let tasks: Vec<_> = new.into_iter().map(insert).collect();
    let mut heard = Vec::new();
    for task in tasks {
        heard.push(task.await.unwrap());
    }
    heard
}

/// The names of the customers of a store, in the order of the alphabet.
async fn names(database: &TestDatabase, store: StoreId) -> Vec<String> {
    let sql = Sql::built("SELECT name FROM customers WHERE store_id = $1 ORDER BY name".to_owned());
    let read = database.db.read(async move |tx| {
        let name = |row: &Row<'_>| row.get(0);
        tx.list::<String>(&sql, &[store.into()], name).await
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_that_share_a_transaction_are_rows_of_one_statement() {
    let database = TestDatabase::on(Engine::Postgres).await;
    let store = new_store(&database).await;
    let new = (0..200).map(|number| {
        let customer = customer(&database, &number.to_string());
        (store, SEEN, customer)
    });
    for heard in insert_together(&database, new.collect()).await {
        heard.unwrap();
    }
    let sql = Sql::built(
        "SELECT COUNT(*), COUNT(DISTINCT CAST(xmin AS text) || ' ' || CAST(cmin AS text)),
                COUNT(DISTINCT CAST(xmin AS text)) FROM customers"
            .to_owned(),
    );
    let read = database.db.read(async move |tx| {
        let decode =
            |row: &Row<'_>| Ok([row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?]);
        tx.find(&sql, &[], decode).await
    });
    let [rows, statements, transactions] = read.await.unwrap().unwrap();
    assert_eq!(rows, 200);
    // Two are for more rows than there are shapes of statements.
    assert!(
        statements <= 2 * transactions && statements < 100,
        "{statements} statements of {transactions} transactions for {rows} rows"
    );
}

both_engines! {
    async fn customers_added_side_by_side_succeed_and_fail_alone(database: TestDatabase) {
        let stores = [new_store(&database).await, new_store(&database).await];
        // Each address comes twice to each store.
        let new = (0..200).map(|number| {
            let (store, name) = (stores[number % 2], format!("customer-{:02}", number / 4));
            (store, SEEN, customer(&database, &name))
        });
        let heard = insert_together(&database, new.collect()).await;
        let added = heard.iter().filter(|heard| heard.is_ok());
        assert_eq!(added.count(), 100);
        let refused = heard.iter().filter(|heard| matches!(heard, Err(StoreError::Conflict(what)) if what == "email"));
        assert_eq!(refused.count(), 100);
        let expected: Vec<String> = (0..50).map(|number| format!("customer-{number:02}")).collect();
        for store in stores {
            assert_eq!(names(&database, store).await, expected);
        }
    }

    async fn who_is_outdated_or_fails_late_takes_no_customer_of_another_along(database: TestDatabase) {
        let store = new_store(&database).await;
        let new = (0..100).map(|number| match number % 10 {
            3 => (store, Revision(SEEN.0 - 1), customer(&database, &format!("outdated-{number}"))),
            7 => (store, SEEN, customer(&database, "fails-late")),
            _ => (store, SEEN, customer(&database, &format!("customer-{number:02}"))),
        });
        let heard = insert_together(&database, new.collect()).await;
        for (number, heard) in heard.iter().enumerate() {
            let is_expected = match number % 10 {
                3 => matches!(heard, Err(StoreError::Stale(_))),
                7 => matches!(heard, Err(StoreError::Driver(_))),
                _ => heard.is_ok(),
            };
            assert!(is_expected, "{number}: {heard:?}");
        }
        let kept = (0..100).filter(|number| !matches!(number % 10, 3 | 7));
        let kept: Vec<String> = kept.map(|number| format!("customer-{number:02}")).collect();
        assert_eq!(names(&database, store).await, kept);
    }

    async fn many_customers_are_not_added_when_the_store_changes_first(database: TestDatabase) {
        let store = new_store(&database).await;
        let new = [customer(&database, "a"), customer(&database, "b")];
        let added = database.db.write(async move |tx| {
            stores::share(tx, store, SEEN).await?;
            stores::update_settings(tx, store, &Settings::default()).await?;
            customers::insert_many(tx, store, SEEN, &Slots::default(), &new).await
        });
        assert!(matches!(added.await, Err(StoreError::Stale(_))));
        assert_eq!(names(&database, store).await, [""; 0]);
    }
}
