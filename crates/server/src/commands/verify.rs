//! `customary verify`

use anyhow::ensure;
use customary_service::verify::verify;

use super::{OpenArgs, sentence};
use crate::output;

pub(crate) async fn run(args: OpenArgs) -> anyhow::Result<()> {
    let app = args.open().await?;
    let report = verify(&app).await.map_err(sentence)?;
    for difference in &report.differences {
        output::line(difference);
    }
    ensure!(
        report.differences.is_empty(),
        "{} differences were found in {} records; please report them, with the version of customary",
        report.differences.len(),
        report.records
    );
    output::line(format_args!(
        "{} records are as they should be.",
        report.records
    ));
    Ok(())
}
