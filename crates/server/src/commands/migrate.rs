//! `customary migrate`

use customary_model::time::Clock;
use customary_store::Db;
use customary_store::migrate::migrate;

use super::OpenArgs;
use crate::output;

pub(crate) async fn run(args: OpenArgs) -> anyhow::Result<()> {
    let db = Db::open(&args.file.database(args.database)?).await?;
    let applied = migrate(&db, Clock::system().now()).await?;
    db.close().await;
    if applied.is_empty() {
        output::line("The tables were up to date.");
    }
    for name in applied {
        output::line(format_args!("Applied {name}"));
    }
    Ok(())
}
