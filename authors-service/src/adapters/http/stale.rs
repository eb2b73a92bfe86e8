//! What callers are told whose edit came too late: what the author is by now, and what became of
//! it since they read it.

use actix_web::{
    HttpRequest,
    http::header::{ETAG, HeaderValue},
};
use replication::StoreError;
use service_host::{history::HistoryEntry, of_store};
use service_kit::{
    conditional::{EntityTag, matches_no_version},
    problem::Problem,
};
use shared_events::{AuthorState, Key};

use super::{
    api::Api, authors::view, history::UNSHOWN, problems::of_command,
    representation::AuthorRepresentation,
};
use crate::domain::{CommandError, Target};

/// Changes shown at most, the last ones.
const MOST_CHANGES: u32 = 100;

/// A command on `target` that was not carried out.
pub(super) async fn refused(
    api: &Api,
    request: &HttpRequest,
    target: &Target,
    error: CommandError,
) -> Problem {
    let told = match error {
        CommandError::VersionMismatch { .. } => stale(api, request, target).await,
        CommandError::EditConflict { current, .. } => {
            conflicting(api, target, current, error).await
        }
        _ => Ok(of_command(error)),
    };
    told.unwrap_or_else(|problem| problem)
}

/// The author, which is at version `current`, in the state that the caller read: the greatest version
/// that the condition names, as far as the log still holds it.
pub(super) async fn past(
    api: &Api,
    target: &Target,
    current: i64,
) -> Result<Option<AuthorState>, Problem> {
    let Some(version) = named(target, current) else {
        return Ok(None);
    };
    let past = api.queries().past.author_in(target.id, version).await;
    let past = past.map_err(of_store)?.filter(|past| !past.author.deleted);
    Ok(past.map(|past| past.author.state))
}

/// All of it tells of one version, which may be newer than the one that the command was refused for.
async fn stale(api: &Api, request: &HttpRequest, target: &Target) -> Result<Problem, Problem> {
    let view = view(api, target.id).await?;
    let deleted = view.author.deleted;
    let current = AuthorRepresentation::from(view);
    let mut shown = json(&current)?;
    if deleted {
        shown["deleted"] = true.into();
    }
    let tag = current.tagged(api.epoch())?.tag();
    let version = named(target, current.version());
    let problem = if version.is_some() {
        of_command(CommandError::VersionMismatch {
            id: target.id,
            current: current.version(),
        })
    } else {
        let record = format_args!("author {}", target.id);
        matches_no_version(request, record, &tag)
            .with_extension("current_version", current.version())
    };
    let mut problem = tagged(problem, tag)?.with_extension("current", shown);
    if let Some(version) = version {
        let before = current.version() + 1;
        let key = Key::Author(target.id);
        let found = api
            .queries()
            .history
            .events_of(key, Some(before), MOST_CHANGES);
        let since = found.await.map_err(of_store)?;
        let since = since
            .into_iter()
            .take_while(|entry| entry.version > version);
        let changes = since
            .map(|entry| HistoryEntry::new(&entry, &UNSHOWN))
            .collect::<Result<Vec<_>, StoreError>>();
        let changes = changes.map_err(of_store)?;
        // Too many, or so old that the log has let them go.
        let oldest = changes.last().map_or(before, HistoryEntry::version);
        let more = oldest > version + 1;
        problem = problem
            .with_extension("changes_since", json(&changes)?)
            .with_extension("more_changes", more);
    }
    Ok(problem)
}

/// With the tag of the version that is `compared`, even if there is a newer one by now: what is
/// decided on the comparison overwrites nothing else.
async fn conflicting(
    api: &Api,
    target: &Target,
    compared: i64,
    error: CommandError,
) -> Result<Problem, Problem> {
    let current = AuthorRepresentation::from(view(api, target.id).await?);
    let tag = if current.version() == compared {
        current.tagged(api.epoch())?.tag()
    } else {
        EntityTag::of_version(api.epoch(), compared)
    };
    tagged(of_command(error), tag)
}

fn tagged(problem: Problem, tag: EntityTag) -> Result<Problem, Problem> {
    let tag = HeaderValue::try_from(tag.to_string()).map_err(|error| Problem::internal(&error))?;
    Ok(problem.with_header(ETAG, tag))
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(value).map_err(|error| Problem::internal(&error))
}

/// The version that the caller read, as far as the condition tells: of a version that there never was,
/// as the author is at `current`, nothing is known.
fn named(target: &Target, current: i64) -> Option<i64> {
    let expected = target.expected.iter().flatten().copied();
    expected
        .filter(|version| (1..=current).contains(version))
        .max()
}
