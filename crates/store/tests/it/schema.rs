//! The tables of both engines: alike, and keyed by store.

use std::collections::BTreeMap;

use customary_store::db::{Param, Row, Sql};
use customary_store::migrate::migrate;
use customary_store::{StoreError, Tx};
use customary_testkit::{Engine, TestDatabase, both_engines, tokio};

/// The tables of the server itself, which are the same for every store.
const GLOBAL: [&str; 4] = ["client_ids", "schema_migrations", "signing_keys", "stores"];

/// A table: its columns with whether each may be null, and its indexes with their columns.
#[derive(Debug, Default, PartialEq)]
struct Table {
    columns: Vec<(String, bool)>,
    indexes: BTreeMap<String, (bool, Vec<String>)>,
}

type Schema = BTreeMap<String, Table>;

async fn read_schema(database: &TestDatabase, engine: Engine) -> Schema {
    database
        .db
        .read(async move |tx| {
            let mut schema = Schema::new();
            for (table, column, nullable) in columns(tx, engine).await? {
                schema
                    .entry(table)
                    .or_default()
                    .columns
                    .push((column, nullable));
            }
            for (table, index, unique, column) in indexes(tx, engine).await? {
                let table = schema.get_mut(&table).expect("an index belongs to a table");
                table
                    .indexes
                    .entry(index)
                    .or_insert((unique, Vec::new()))
                    .1
                    .push(column);
            }
            Ok::<_, StoreError>(schema)
        })
        .await
        .unwrap()
}

async fn columns(
    tx: &mut Tx<'_>,
    engine: Engine,
) -> Result<Vec<(String, String, bool)>, StoreError> {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT t.name, c.name, c.\"notnull\" = 0 FROM sqlite_schema t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), is_nullable = 'YES'
             FROM information_schema.columns WHERE table_schema = current_schema()
             ORDER BY table_name, ordinal_position"
        }
    };
    let decode = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    tx.list(&Sql::built(sql.to_owned()), &[], decode).await
}

/// Every column of every index; those behind a primary key are called `primary`.
async fn indexes(
    tx: &mut Tx<'_>,
    engine: Engine,
) -> Result<Vec<(String, String, bool, String)>, StoreError> {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT t.name, CASE i.origin WHEN 'pk' THEN 'primary' WHEN 'u' THEN 'unique' ELSE i.name END,
                    i.\"unique\" = 1, COALESCE(c.name, 'expression')
             FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
             WHERE t.type = 'table' ORDER BY t.name, i.name, c.seqno"
        }
        Engine::Postgres => {
            "SELECT CAST(t.relname AS TEXT),
                    CASE WHEN i.indisprimary THEN 'primary' WHEN k.conname IS NOT NULL THEN 'unique'
                         ELSE CAST(n.relname AS TEXT) END,
                    i.indisunique, COALESCE(CAST(a.attname AS TEXT), 'expression')
             FROM pg_index i
             JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
             CROSS JOIN LATERAL unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS c(attnum, place)
             LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.attnum AND c.attnum > 0
             LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'
             WHERE t.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 1, 2, c.place"
        }
    };
    let decode = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    tx.list(&Sql::built(sql.to_owned()), &[], decode).await
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let sqlite = TestDatabase::on(Engine::Sqlite).await;
    let postgres = TestDatabase::on(Engine::Postgres).await;
    let mut sqlite = read_schema(&sqlite, Engine::Sqlite).await;
    let postgres = read_schema(&postgres, Engine::Postgres).await;
    // A number that is the primary key is SQLite's own row number, and needs no index.
    for table in sqlite.values_mut().filter(|table| table.indexes.is_empty()) {
        let key = table.columns[0].0.clone();
        table
            .indexes
            .insert("primary".to_owned(), (true, vec![key]));
    }
    assert!(sqlite.len() > 5);
    assert_eq!(sqlite, postgres);
}

#[tokio::test]
async fn store_id_comes_first_in_every_table_key_and_index() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let schema = read_schema(&TestDatabase::on(engine).await, engine).await;
        for name in GLOBAL {
            assert!(schema.contains_key(name), "{name}");
        }
        for (name, table) in schema
            .iter()
            .filter(|(name, _)| !GLOBAL.contains(&name.as_str()))
        {
            assert_eq!(table.columns[0], ("store_id".to_owned(), false), "{name}");
            assert!(table.indexes.contains_key("primary"), "{name}");
            for (index, (_, columns)) in &table.indexes {
                assert_eq!(columns[0], "store_id", "{name}.{index}");
            }
        }
    }
}

both_engines! {
    async fn a_database_is_migrated_once(database: TestDatabase) {
        let now = database.clock.now();
        assert_eq!(migrate(&database.db, now).await.unwrap(), [""; 0]);
        let change = |sql: &'static str| {
            let db = database.db.clone();
            async move {
                let run = db.write(async move |tx| tx.execute(&Sql::built(sql.to_owned()), &[]).await);
                run.await.unwrap();
            }
        };
        change("UPDATE schema_migrations SET checksum = 'other' WHERE number = 1").await;
        let error = migrate(&database.db, now).await.unwrap_err().to_string();
        assert!(error.contains("0001_foundation of this database differs"), "{error}");
    }

    async fn a_newer_database_is_left_alone(database: TestDatabase) {
        let now = database.clock.now();
        database.db.write(async move |tx| {
            let sql = "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (9999, '9999_later', '', $1)";
            tx.execute(&Sql::built(sql.to_owned()), &[Param::Time(now)]).await
        }).await.unwrap();
        let error = migrate(&database.db, now).await.unwrap_err().to_string();
        assert!(error.contains("9999_later") && error.contains("run a newer version"), "{error}");
    }
}

#[tokio::test]
async fn nodes_that_start_together_migrate_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let first = TestDatabase::unmigrated(engine).await;
        let second = first.again().await;
        let now = first.clock.now();
        let (one, two) = tokio::join!(migrate(&first.db, now), migrate(&second.db, now));
        let applied = [one.unwrap().len(), two.unwrap().len()];
        assert!(
            applied.contains(&0) && !applied.iter().all(|count| *count == 0),
            "{applied:?}"
        );
    }
}
