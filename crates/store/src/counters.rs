//! How many rows a table has per store, without counting them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use customary_model::id::StoreId;

use crate::db::{Param, Tx};
use crate::error::StoreError;
use crate::{dialect, sql};

/// Transactions take turns with the buckets, so that those at the same time seldom have the same.
static NEXT_BUCKET: AtomicU32 = AtomicU32::new(0);

/// The expression for the value of a counter, in a statement whose first parameter is the store. The
/// name is one of our own: a table, or the id of a flow.
pub(crate) fn value(name: &str) -> String {
    value_of(&format!("'{name}'"))
}

/// The same for a name that is a parameter of the statement.
pub(crate) fn value_of(name: &str) -> String {
    format!("COALESCE((SELECT SUM(n) FROM counters WHERE store_id = $1 AND name = {name}), 0)")
}

/// What a transaction adds to counters.
#[derive(Default)]
pub(crate) struct Additions(BTreeMap<(StoreId, String), i64>);

impl Additions {
    fn add(&mut self, counter: (StoreId, String), change: i64) {
        *self.0.entry(counter).or_default() += change;
    }

    /// Adds what another transaction would have added.
    pub(crate) fn add_all(&mut self, others: Self) {
        for (counter, change) in others.0 {
            self.add(counter, change);
        }
    }
}

/// Adds `change` to a counter when the transaction ends: whoever counts the same waits for as short as can be.
pub(crate) fn add(tx: &mut Tx<'_>, store: StoreId, name: &str, change: i64) {
    tx.additions.add((store, name.to_owned()), change);
}

/// Writes what was added, as the last statements of a transaction. The order is the same for all, so of two
/// that add to several counters none waits for the other while it is waited for.
///
/// # Errors
/// The database's own trouble.
pub(crate) async fn write(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let sql = sql!(
        "INSERT INTO counters (store_id, name, bucket, n) VALUES ($1, $2, $3, $4)
         ON CONFLICT (store_id, name, bucket) DO UPDATE SET n = counters.n + excluded.n"
    );
    let bucket = NEXT_BUCKET.fetch_add(1, Ordering::Relaxed) % dialect::counter_buckets(tx);
    for ((store, name), change) in std::mem::take(&mut tx.additions).0 {
        let (bucket, change) = (Param::Integer(bucket.into()), Param::Integer(change));
        tx.execute(sql, &[store.into(), (&name).into(), bucket, change])
            .await?;
    }
    Ok(())
}
