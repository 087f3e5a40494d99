//! `customary keys`

use clap::{Args, Subcommand};
use customary_model::application_key::ApplicationKey;
use customary_service::operator;
use serde_json::{Value, json};

use super::{OpenArgs, sentence};
use crate::output;

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Create an application key; its secret is shown once
    #[command(after_help = "Example:\n  customary keys create --name \"Web shop\" --store default")]
    Create {
        /// What the key is for
        #[arg(long, default_value = "Key from the command line")]
        name: String,
        #[command(flatten)]
        target: Target,
    },
    /// List the application keys of a store
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Delete an application key; its tokens end at once
    Delete {
        /// The id or client id of the key
        key: String,
        #[command(flatten)]
        target: Target,
    },
}

#[derive(Args)]
pub(crate) struct Target {
    /// The name or id of the store [default: the oldest one]
    #[arg(long)]
    store: Option<String>,
    #[command(flatten)]
    open: OpenArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Create { name, target } => {
            let app = target.open.open().await?;
            let (key, secret) = operator::create_key(&app, target.store, &name)
                .await
                .map_err(sentence)?;
            let secret = secret.reveal();
            if target.json {
                let mut value = value(&key);
                value["client_secret"] = secret.into();
                output::json(&value);
            } else {
                output::line(format_args!(
                    "Created the key \"{}\"\n\n  Key id         {}\n  Client id      {}\n  Client secret  {secret}  \
                     (shown this once: keep it)",
                    key.name, key.id, key.client_id
                ));
            }
        }
        KeysCommand::List { target } => {
            let app = target.open.open().await?;
            let keys = operator::list_keys(&app, target.store)
                .await
                .map_err(sentence)?;
            if target.json {
                output::json(&keys.iter().map(value).collect::<Vec<_>>());
            } else if keys.is_empty() {
                output::line("The store has no key: customary keys create makes one.");
            } else {
                for key in keys {
                    output::line(format_args!(
                        "{}  {}  {}  {}",
                        key.id, key.created_at, key.client_id, key.name
                    ));
                }
            }
        }
        KeysCommand::Delete { key, target } => {
            let app = target.open.open().await?;
            let deleted = operator::delete_key(&app, target.store, key)
                .await
                .map_err(sentence)?;
            if target.json {
                output::json(&value(&deleted));
            } else {
                output::line(format_args!(
                    "Deleted the key \"{}\" ({}); its tokens have ended.",
                    deleted.name, deleted.id
                ));
            }
        }
    }
    Ok(())
}

fn value(key: &ApplicationKey) -> Value {
    json!({
        "id": key.id,
        "store_id": key.store_id,
        "name": key.name,
        "client_id": key.client_id,
        "created_at": key.created_at,
    })
}
