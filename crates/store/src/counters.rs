//! How many rows a table has per store, without counting them.

use customary_model::id::StoreId;

use crate::db::{Param, Tx};
use crate::error::StoreError;
use crate::{dialect, sql};

/// The expression for the value of a counter, in a statement whose first parameter is the store. The
/// name is one of our own: a table, or the id of a flow.
pub(crate) fn value(name: &str) -> String {
    value_of(&format!("'{name}'"))
}

/// The same for a name that is a parameter of the statement.
pub(crate) fn value_of(name: &str) -> String {
    format!("COALESCE((SELECT SUM(n) FROM counters WHERE store_id = $1 AND name = {name}), 0)")
}

/// Adds `change` to a counter, in the transaction of the write that it counts. `spread` is any
/// number of the row, such as bits of its id: concurrent writers with different numbers do not
/// wait for one another.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    store: StoreId,
    name: &str,
    spread: u128,
    change: i64,
) -> Result<(), StoreError> {
    let buckets = dialect::counter_buckets(tx);
    let bucket = i64::try_from(spread % u128::from(buckets.unsigned_abs())).unwrap_or_default();
    let sql = sql!(
        "INSERT INTO counters (store_id, name, bucket, n) VALUES ($1, $2, $3, $4)
         ON CONFLICT (store_id, name, bucket) DO UPDATE SET n = counters.n + excluded.n"
    );
    tx.execute(
        sql,
        &[
            store.into(),
            name.into(),
            Param::Integer(bucket),
            Param::Integer(change),
        ],
    )
    .await?;
    Ok(())
}
