//! `customary demo-data`

use clap::Args;
use customary_service::{demo, operator};
use indicatif::{ProgressBar, ProgressStyle};

use super::{OpenArgs, sentence};
use crate::output;

#[derive(Args)]
#[command(after_help = "\
Examples:
  customary demo-data --customers 1000
  customary demo-data --customers 1000000 --database postgres://me:secret@db/shop

Every customer is the same every time: a second run adds what is missing.")]
pub(crate) struct DemoDataArgs {
    /// How many made-up customers there are to be
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000)]
    customers: u64,
    /// The store, by its name or id; otherwise the oldest
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    #[command(flatten)]
    open: OpenArgs,
}

pub(crate) async fn run(args: DemoDataArgs) -> anyhow::Result<()> {
    let app = args.open.open().await?;
    let first_key = operator::prepare(&app, None).await.map_err(sentence)?;
    if let Some(secret) = &first_key.new_secret {
        output::line(format_args!(
            "Created the store \"{}\"\n\n  Client id      {}\n  Client secret  {}  (shown this once: keep it)\n",
            first_key.store.name,
            first_key.client_id,
            secret.reveal()
        ));
    }
    let caller = operator::caller(&app, args.store).await.map_err(sentence)?;
    // Shown on a terminal only.
    let bar = ProgressBar::new(args.customers);
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:40} {human_pos} of {human_len} customers, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    let loaded = demo::load(&app, &caller, args.customers, |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    let loaded = loaded.map_err(sentence)?;
    output::line(format_args!(
        "Added {} customers; {} were there already.",
        loaded.added, loaded.found
    ));
    app.db().clone().close().await;
    Ok(())
}
