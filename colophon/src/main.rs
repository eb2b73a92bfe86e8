//! The program `colophon`: both services in one process, and the operator's commands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use colophon::{
    dead_letters::{self, DeadLettersArgs},
    import::{self, ImportArgs},
    migrate::{self, MigrateSettings},
    new_epoch::{self, NewEpochSettings},
    serve::{self, ServeSettings},
};
use service_kit::{
    config::{StartError, parse_arguments},
    running::exit_code,
};

/// An author and book catalog: two services that tell each other of every change
#[derive(Debug, Parser)]
#[command(name = "colophon", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    serve: ServeSettings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run both services in this process; the same as no command at all
    Serve(Box<ServeSettings>),
    /// Bring both databases' schemas up to date, and end
    Migrate(MigrateSettings),
    /// Begin a new epoch in a database that was restored from a backup, before its service starts
    NewEpoch(NewEpochSettings),
    /// Read records from a file and send them to the services
    Import(ImportArgs),
    /// Look after the messages that a service could not apply
    DeadLetters(DeadLettersArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<(), StartError> {
    let arguments: Arguments = parse_arguments()?;
    match arguments.command {
        None => serve::run(arguments.serve).await,
        Some(Command::Serve(settings)) => serve::run(*settings).await,
        Some(Command::Migrate(settings)) => migrate::run(settings).await,
        Some(Command::DeadLetters(arguments)) => dead_letters::run(arguments)
            .await
            .map_err(StartError::failed),
        Some(Command::NewEpoch(settings)) => new_epoch::run(settings).await,
        Some(Command::Import(arguments)) => {
            let outcome = import::run(arguments).await.map_err(StartError::failed)?;
            if outcome.is_settled() {
                Ok(())
            } else {
                Err(StartError::failed(
                    "the caches do not hold everything yet; GET /sync of both services says why",
                ))
            }
        }
    }
}
