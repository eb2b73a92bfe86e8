//! `colophon dead-letters`: looks after the messages that a service could not apply, over HTTP.

mod api;
mod args;
mod error;
mod letter;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use std::io::{self, Write};

use serde_json::json;
use uuid::Uuid;

pub use args::{
    Action, At, DeadLettersArgs, ListArgs, PurgeArgs, RedriveArgs, ServiceName, ShowArgs,
};
pub use error::DeadLettersError;

use crate::client::{Service, services};

/// Does what was asked, and prints it on standard output.
///
/// # Errors
/// [`DeadLettersError`] if a service does not answer (the other one was asked all the same), or
/// none has the letter that was named.
pub async fn run(args: DeadLettersArgs) -> Result<(), DeadLettersError> {
    act(&args.action, &mut io::stdout()).await
}

async fn act(action: &Action, out: &mut dyn Write) -> Result<(), DeadLettersError> {
    let at = action.at();
    let (authors, books) = services(&at.services, 1).map_err(DeadLettersError::Client)?;
    let asked = match at.service {
        None => vec![authors, books],
        Some(ServiceName::Authors) => vec![authors],
        Some(ServiceName::Books) => vec![books],
    };
    let mut anywhere = false;
    let mut failed = None;
    for service in &asked {
        match act_at(service, action, out).await {
            Ok(here) => anywhere |= here,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match (failed, action.id()) {
        (Some(error), _) => Err(error),
        (None, Some(id)) if !anywhere => Err(DeadLettersError::NoSuchLetter(id)),
        (None, _) => Ok(()),
    }
}

/// Returns whether the service has what the action is about.
async fn act_at(
    service: &Service,
    action: &Action,
    out: &mut dyn Write,
) -> Result<bool, DeadLettersError> {
    let json = action.at().json;
    match action {
        Action::List(ListArgs { all, .. }) => {
            list(service, *all, json, out).await?;
            Ok(true)
        }
        Action::Show(ShowArgs { id, .. }) => show(service, *id, json, out).await,
        Action::Redrive(RedriveArgs { id, .. }) => redrive(service, *id, json, out).await,
        Action::Purge(PurgeArgs { id, .. }) => purge(service, *id, json, out).await,
    }
}

async fn list(
    service: &Service,
    all: bool,
    json: bool,
    out: &mut dyn Write,
) -> Result<(), DeadLettersError> {
    let mut page = api::list(service, all, None).await?;
    if !json {
        match (page.is_empty(), all) {
            (true, false) => writeln!(out, "{}: no dead letters", service.name())?,
            (true, true) => writeln!(out, "{}: nothing is parked", service.name())?,
            (false, _) => {
                writeln!(out, "{}:", service.name())?;
                letter::write_head(out)?;
            }
        }
    }
    loop {
        for letter in &page {
            match json {
                true => letter.write_json(service.name(), out)?,
                false => letter.write_row(out)?,
            }
        }
        match page.last() {
            Some(last) if page.len() == api::PAGE => {
                page = api::list(service, all, Some(last.id)).await?;
            }
            _ => return Ok(()),
        }
    }
}

async fn show(
    service: &Service,
    id: Uuid,
    json: bool,
    out: &mut dyn Write,
) -> Result<bool, DeadLettersError> {
    let Some(letter) = api::show(service, id).await? else {
        return Ok(false);
    };
    match json {
        true => letter.write_json(service.name(), out)?,
        false => letter.write_whole(service.name(), out)?,
    }
    Ok(true)
}

async fn redrive(
    service: &Service,
    id: Option<Uuid>,
    json: bool,
    out: &mut dyn Write,
) -> Result<bool, DeadLettersError> {
    let Some(redriven) = api::redrive(service, id).await? else {
        return Ok(false);
    };
    let name = service.name();
    match (json, redriven) {
        (true, _) => writeln!(out, "{}", json!({ "service": name, "redriven": redriven }))?,
        (false, 0) => writeln!(out, "{name}: nothing more to try")?,
        (false, 1) => writeln!(out, "{name}: 1 message is tried once more")?,
        (false, many) => writeln!(out, "{name}: {many} messages are tried once more")?,
    }
    Ok(true)
}

async fn purge(
    service: &Service,
    id: Option<Uuid>,
    json: bool,
    out: &mut dyn Write,
) -> Result<bool, DeadLettersError> {
    if !api::purge(service, id).await? {
        return Ok(false);
    }
    let name = service.name();
    match json {
        true => writeln!(out, "{}", json!({ "service": name, "purged": true }))?,
        false => writeln!(out, "{name}: purged")?,
    }
    Ok(true)
}
