//! Brings the tables of a database up to date.
//!
//! A migration has the same number and name in both folders, only goes forward, and is frozen once
//! released: its checksum is kept, and a database that was made by another text is refused.

use customary_model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::db::{Db, Row, Tx};
use crate::error::{OpenError, StoreError};
use crate::{dialect, sql};

struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_foundation"),
    migration!(2, "0002_entries"),
    migration!(3, "0003_settings"),
    migration!(4, "0004_statistics"),
    migration!(5, "0005_addresses"),
    migration!(6, "0006_reserved_rates"),
    migration!(7, "0007_slots"),
    migration!(8, "0008_immutable_fields"),
    migration!(9, "0009_safe_writes"),
    migration!(10, "0010_unique_values"),
    migration!(11, "0011_visibility"),
    migration!(12, "0012_number_indexes"),
];

/// So that nodes that start together do not migrate together.
const LOCK: i64 = 0x6375_7374_6f6d;

const TABLE: &str = "schema_migrations";

/// Applies the migrations that the database has not seen, all in one transaction, and returns
/// their names.
///
/// # Errors
/// A migration fails, or the database was made by a newer or another program; nothing is changed.
pub async fn migrate(db: &Db, now: Timestamp) -> Result<Vec<&'static str>, OpenError> {
    db.write(async move |tx| {
        dialect::lock(tx, LOCK).await?;
        create_table(tx).await?;
        let applied = list_applied(tx).await?;
        check(&applied)?;
        let mut names = Vec::new();
        for migration in &MIGRATIONS[applied.len()..] {
            migration.apply(tx, now).await?;
            names.push(migration.name);
        }
        Ok(names)
    })
    .await
}

struct Applied {
    number: i64,
    name: String,
    checksum: String,
}

async fn create_table(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if dialect::has_table(tx, TABLE).await? {
        return Ok(());
    }
    let applied_at = if tx.is_postgres() {
        "TIMESTAMPTZ"
    } else {
        "INTEGER"
    };
    let script = format!(
        "CREATE TABLE {TABLE} (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
         checksum TEXT NOT NULL, applied_at {applied_at} NOT NULL)"
    );
    tx.batch(&script).await
}

async fn list_applied(tx: &mut Tx<'_>) -> Result<Vec<Applied>, StoreError> {
    let sql = sql!("SELECT number, name, checksum FROM schema_migrations ORDER BY number");
    let decode = |row: &Row<'_>| {
        Ok(Applied {
            number: row.get(0)?,
            name: row.get(1)?,
            checksum: row.get(2)?,
        })
    };
    tx.list(sql, &[], decode).await
}

fn check(applied: &[Applied]) -> Result<(), OpenError> {
    for (index, applied) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(index) else {
            return Err(OpenError(format!(
                "the database has the migration {}, which this version does not know: run a newer version of customary",
                applied.name
            )));
        };
        if applied.number != known.number || (applied.checksum != known.checksum()) {
            return Err(OpenError(format!(
                "the migration {} of this database differs from the one in this version: it was made by another program",
                applied.name
            )));
        }
    }
    Ok(())
}

impl Migration {
    async fn apply(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        tx.batch(if tx.is_postgres() {
            self.postgres
        } else {
            self.sqlite
        })
        .await?;
        let sql = sql!(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)"
        );
        tx.execute(
            sql,
            &[
                self.number.into(),
                self.name.into(),
                (&self.checksum()).into(),
                now.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Over both texts, so that the number stands for one pair.
    fn checksum(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.sqlite);
        digest.update(self.postgres);
        digest
            .finalize()
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}
