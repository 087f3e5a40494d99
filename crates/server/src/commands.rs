//! The commands, one file each. They call the service as any other client does.

pub(crate) mod demo_data;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod serve;
pub(crate) mod signing_keys;
pub(crate) mod stores;
pub(crate) mod verify;

use clap::{Args, Subcommand};
use customary_model::time::Clock;
use customary_service::{App, Error, Limits};
use customary_store::Db;
use customary_store::migrate::migrate;

use crate::config::{ConfigFile, DatabaseLayer};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Serve(serve::ServeArgs),
    /// Create and list stores
    Stores {
        #[command(subcommand)]
        command: stores::StoresCommand,
    },
    /// Create, list and delete application keys
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Rotate the key that signs tokens
    SigningKeys {
        #[command(subcommand)]
        command: signing_keys::SigningKeysCommand,
    },
    /// Load made-up customers with ten custom fields
    DemoData(demo_data::DemoDataArgs),
    /// Bring the tables of a database up to date; `serve` does so by itself
    Migrate(OpenArgs),
    /// Check that what is kept twice is the same: slots and unique values and documents, counters and counts
    Verify(OpenArgs),
    /// Print the OpenAPI document
    Openapi,
}

/// Which database a command works on.
#[derive(Args)]
pub(crate) struct OpenArgs {
    #[command(flatten)]
    file: ConfigFile,
    #[command(flatten)]
    database: DatabaseLayer,
}

impl OpenArgs {
    /// Opens the database, with its tables up to date.
    async fn open(self) -> anyhow::Result<App> {
        let db = Db::open(&self.file.database(self.database)?).await?;
        let clock = Clock::system();
        migrate(&db, clock.now()).await?;
        Ok(App::new(db, clock, Limits::default()))
    }
}

/// A failure of the service, as a sentence for the operator.
fn sentence(error: Error) -> anyhow::Error {
    match error {
        Error::Unavailable(reason) => anyhow::anyhow!("the database is busy: {reason}; try again"),
        Error::Internal(text) => anyhow::anyhow!("the database cannot be used: {text}"),
        other => anyhow::anyhow!("{other}"),
    }
}
