//! Counts that are remembered for as long as nothing is written (ADR 12).

use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::{Param, Row, Sql, Tx};
use crate::dialect::State;
use crate::error::StoreError;

/// How many counts are kept.
const COUNTS: usize = 10_000;

/// What was counted, by a digest of the statement and its values and of the connection, with the version of the
/// database that it is true of.
pub(super) struct Counts(Cache<[u8; 32], (String, Counted)>);

/// A row of a revision and a count, if there was one.
type Counted = Option<(i64, i64)>;

impl Default for Counts {
    fn default() -> Self {
        Self(Cache::new(COUNTS))
    }
}

impl Tx<'_> {
    /// The one row of a statement that counts: a revision and the count. It is remembered for the state of the
    /// database that [`dialect::state`](crate::dialect::state) has named, if it has.
    ///
    /// # Errors
    /// The database's own trouble.
    pub(crate) async fn count(
        &mut self,
        state: Option<State>,
        sql: &Sql,
        params: &[Param<'_>],
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let decode: fn(&Row<'_>) -> _ = |row| Ok((row.get(0)?, row.get(1)?));
        let (Some(counts), Some(state)) = (self.counts, state) else {
            return self.find(sql, params, decode).await;
        };
        let key = digest(&state.connection, sql, params);
        if let Some((version, counted)) = counts.0.get(&key)
            && version == state.version
        {
            return Ok(counted);
        }
        let counted = self.find(sql, params, decode).await?;
        counts.0.insert(key, (state.version, counted));
        Ok(counted)
    }
}

fn digest(connection: &str, sql: &Sql, params: &[Param<'_>]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(bytes.len().to_be_bytes());
        hasher.update(bytes);
    };
    part(connection.as_bytes());
    part(sql.postgres().as_bytes());
    for param in params {
        part(format!("{param:?}").as_bytes());
        match param {
            Param::Null => {}
            Param::Uuid(id) => part(id.as_bytes()),
            Param::Text(text) | Param::Json(text) => part(text.as_bytes()),
            Param::Integer(number) => part(&number.to_be_bytes()),
            Param::Number(number) => part(&number.to_be_bytes()),
            Param::Boolean(value) => part(&[u8::from(*value)]),
            Param::Time(time) => part(&time.micros().to_be_bytes()),
        }
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use customary_testkit::{Engine, new_url, tokio};

    use super::*;
    use crate::db::Db;
    use crate::{dialect, sql};

    /// A statement that gives another number each time tells what was remembered.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_connection_of_sqlite_remembers_for_itself() {
        let (url, _folder) = new_url(Engine::Sqlite).await;
        let db = Db::open(&url.parse().unwrap()).await.unwrap();
        let read = || {
            let db = db.clone();
            tokio::spawn(async move {
                db.read(async move |tx| {
                    let state = dialect::state(tx).await?;
                    let sql = sql!("SELECT 1, abs(random() / 2)");
                    let counted = tx.count(state, sql, &[]).await?;
                    Ok::<_, StoreError>((std::thread::current().id(), counted))
                })
                .await
            })
        };
        let (mut threads, mut counts) = (HashSet::new(), HashSet::new());
        for _ in 0..20 {
            for reading in [read(), read(), read()] {
                let (thread, counted) = reading.await.unwrap().unwrap();
                threads.insert(thread);
                counts.insert(counted);
            }
        }
        assert_eq!(counts.len(), threads.len());
    }
}
