//! The binary `customary`: configuration, logging and commands. It wires everything and decides
//! nothing.

mod commands;
mod config;
mod output;
mod telemetry;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::commands::{
    Command, demo_data, keys, migrate, openapi, serve, signing_keys, stores, verify,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customer profiles whose schema a shop extends at run time.
#[derive(Parser)]
#[command(name = "customary", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  customary serve                                   a file customary.db in this folder
  customary serve --ephemeral                       everything in memory, for tests
  customary serve --database postgres://me@db/shop  on PostgreSQL
  customary keys create --name \"Web shop\"           another client id and secret

Every setting is also an environment variable: --database is CUSTOMARY_DATABASE.";

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failures; whatever else is wrong ends with 1.
            let code = u8::from(error.use_stderr());
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    config::check_environment(&Cli::command())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(args).await,
            Command::Stores { command } => stores::run(command).await,
            Command::Keys { command } => keys::run(command).await,
            Command::SigningKeys { command } => signing_keys::run(command).await,
            Command::DemoData(args) => demo_data::run(args).await,
            Command::Migrate(args) => migrate::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::Openapi => {
                openapi::run();
                Ok(())
            }
        }
    })
}
