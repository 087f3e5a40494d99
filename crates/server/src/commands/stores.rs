//! `customary stores`

use clap::Subcommand;
use customary_service::operator;
use serde_json::json;

use super::{OpenArgs, sentence};
use crate::output;

#[derive(Subcommand)]
pub(crate) enum StoresCommand {
    /// Create a store with a first application key
    #[command(after_help = "Example:\n  customary stores create \"Spring shop\" --json")]
    Create {
        /// The name of the store, unique on the server
        name: String,
        #[command(flatten)]
        open: OpenArgs,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List all stores
    List {
        #[command(flatten)]
        open: OpenArgs,
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(command: StoresCommand) -> anyhow::Result<()> {
    match command {
        StoresCommand::Create { name, open, json } => {
            let app = open.open().await?;
            let (store, key) = operator::create_store(&app, &name)
                .await
                .map_err(sentence)?;
            let secret = key.client_secret.reveal();
            if json {
                output::json(&json!({
                    "store_id": store.id, "name": store.name, "client_id": key.client_id, "client_secret": secret,
                }));
            } else {
                output::line(format_args!(
                    "Created the store \"{}\"\n\n  Store id       {}\n  Client id      {}\n  Client secret  {secret}  \
                     (shown this once: keep it)",
                    store.name, store.id, key.client_id
                ));
            }
        }
        StoresCommand::List { open, json } => {
            let app = open.open().await?;
            let stores = operator::list_stores(&app).await.map_err(sentence)?;
            if json {
                let stores: Vec<_> = stores
                    .iter()
                    .map(|store| json!({ "store_id": store.id, "name": store.name, "created_at": store.created_at }))
                    .collect();
                output::json(&stores);
            } else if stores.is_empty() {
                output::line("There is no store yet: customary serve makes the first one.");
            } else {
                for store in stores {
                    output::line(format_args!(
                        "{}  {}  {}",
                        store.id, store.created_at, store.name
                    ));
                }
            }
        }
    }
    Ok(())
}
