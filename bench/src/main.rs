//! Measures what the servers can do, what a peer does and what Colophon does, in one run.

mod failure;
mod flames;
mod growth;
mod load;
mod options;
mod page;
mod processor;
mod readings;
mod row;
mod run;
mod scenarios;
mod searching;
mod servers;
mod statistics;
mod table;

use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::{failure::Result, options::Options};

/// One thread: the load must leave the machine to what is measured, and the system ends children
/// with the thread that started them.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let result = tokio::select! {
        result = run::run(options) => result,
        stopped = interrupted() => stopped,
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            run::say(&format!("bench: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Ends when somebody asks for the end; what was started goes with what held it.
async fn interrupted() -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked?,
        _ = terminate.recv() => {}
    }
    Ok(ExitCode::from(130))
}
