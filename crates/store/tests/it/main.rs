//! The statements and the two engines below them.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod customers;
mod idempotency_keys;
mod schema;
mod slot_jobs;
mod transactions;

use customary_model::id::StoreId;
use customary_model::store::Store;
use customary_store::stores;
use customary_testkit::{TestDatabase, customary_model};

/// Adds a store, which has the revision 1.
async fn new_store(database: &TestDatabase) -> StoreId {
    let id = StoreId::generate();
    let created_at = database.clock.now();
    let write = database.db.write(async move |tx| {
        let store = Store {
            id,
            name: id.to_string(),
            created_at,
        };
        stores::insert(tx, &store).await
    });
    write.await.unwrap();
    id
}
