//! `customary signing-keys`

use clap::Subcommand;
use customary_service::operator;

use super::{OpenArgs, sentence};
use crate::output;

#[derive(Subcommand)]
pub(crate) enum SigningKeysCommand {
    /// Sign tokens with a new key from now on
    ///
    /// Tokens signed with the key before it stay valid until they expire: bearer tokens after an hour at
    /// most, customers' tokens after a day. Rotate twice to end every token there is.
    Rotate(OpenArgs),
}

pub(crate) async fn run(command: SigningKeysCommand) -> anyhow::Result<()> {
    let SigningKeysCommand::Rotate(open) = command;
    let app = open.open().await?;
    let id = operator::rotate_signing_key(&app).await.map_err(sentence)?;
    output::line(format_args!("Tokens are signed with key {id} from now on."));
    Ok(())
}
