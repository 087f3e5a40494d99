//! Counts that are remembered for as long as nothing is written (ADR 12).

use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::{Param, Sql, Tx};
use crate::dialect::State;
use crate::error::StoreError;

/// How many counts are kept.
const COUNTS: usize = 10_000;

/// What was counted, by keys.
pub(super) struct Counts(Cache<CountKey, Counted>);

/// What a count is remembered by: a digest of the statement and its values, and of the connection where each has
/// states of its own.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct CountKey([u8; 32]);

/// A count, with the revision of the store and the state of the database that it is true of.
#[derive(Clone)]
pub(crate) struct Counted {
    pub(crate) state: String,
    pub(crate) revision: i64,
    pub(crate) count: i64,
}

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
        let key = state.and_then(|state| {
            let key = self.count_key(&state.connection, sql.postgres(), params)?;
            Some((key, state.version))
        });
        if let Some((key, version)) = &key
            && let Some(counted) = self.remembered(key)
            && counted.state == *version
        {
            return Ok(Some((counted.revision, counted.count)));
        }
        let found = self
            .find(sql, params, |row| Ok((row.get(0)?, row.get(1)?)))
            .await?;
        if let (Some((key, state)), Some((revision, count))) = (key, found) {
            let counted = Counted {
                state,
                revision,
                count,
            };
            self.remember(key, counted);
        }
        Ok(found)
    }

    /// What a count is remembered by; `None` in a transaction that remembers none.
    pub(crate) fn count_key(
        &self,
        connection: &str,
        text: &str,
        params: &[Param<'_>],
    ) -> Option<CountKey> {
        self.counts
            .map(|_| CountKey(digest(connection, text, params)))
    }

    /// What was counted the last time.
    pub(crate) fn remembered(&self, key: &CountKey) -> Option<Counted> {
        self.counts.and_then(|counts| counts.0.get(key))
    }

    /// Remembers a count.
    pub(crate) fn remember(&self, key: CountKey, counted: Counted) {
        if let Some(counts) = self.counts {
            counts.0.insert(key, counted);
        }
    }
}

fn digest(connection: &str, statement: &str, params: &[Param<'_>]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(bytes.len().to_be_bytes());
        hasher.update(bytes);
    };
    part(connection.as_bytes());
    part(statement.as_bytes());
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
