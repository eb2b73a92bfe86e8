//! Errors of the use cases as problem documents.

use service_host::{conflicts_json, of_store};
use service_kit::{
    health::unavailable,
    problem::{Problem, ProblemKind},
};
use shared_events::BookId;
use values::FieldError;

use crate::domain::{Claim, CommandError};

/// A command that was not carried out.
pub(super) fn of_command(error: CommandError) -> Problem {
    let detail = error.to_string();
    match error {
        CommandError::NoSuchBook(_) => Problem::new(ProblemKind::NotFound, detail),
        CommandError::NoSuchAuthors(ids) => Problem::new(ProblemKind::NotFound, detail)
            .with_extension(
                "missing_author_ids",
                ids.iter().map(|id| id.get()).collect::<Vec<_>>(),
            ),
        CommandError::BookDeleted(_) => Problem::new(ProblemKind::Gone, detail),
        CommandError::VersionMismatch { current, .. } => {
            Problem::new(ProblemKind::PreconditionFailed, detail)
                .with_extension("current_version", current)
        }
        CommandError::EditConflict {
            current, conflicts, ..
        } => Problem::new(ProblemKind::EditConflict, detail)
            .with_extension("current_version", current)
            .with_extension("conflicts", conflicts_json(conflicts)),
        CommandError::InvalidFields(errors) => Problem::invalid_fields(errors),
        CommandError::NoSuchVersion { .. } => no_way_back("unknown_version", &detail),
        CommandError::InvalidVersion { .. } => no_way_back("invalid_version", &detail),
        CommandError::NotLinked(_) => Problem::new(ProblemKind::NotFound, detail),
        CommandError::BookFull(_) => Problem::new(ProblemKind::Conflict, detail),
        CommandError::Taken(claims) => {
            let error = |(claim, id): &(Claim, BookId)| {
                FieldError::new(claim.field(), "taken", format!("belongs to book {id}"))
            };
            Problem::new(ProblemKind::Conflict, detail)
                .with_errors(claims.iter().map(error).collect())
                .with_extension(
                    "conflicting_book_ids",
                    claims.iter().map(|(_, id)| id.get()).collect::<Vec<_>>(),
                )
        }
        CommandError::AnsweredBefore => Problem::new(ProblemKind::KeyInUse, detail),
        CommandError::Contended => unavailable(&detail),
        CommandError::Store(error) => of_store(error),
    }
}

/// To the version that was asked for. Of a wrong field is told what it must be, without a full stop.
fn no_way_back(code: &'static str, why: &str) -> Problem {
    let why = why.trim_end_matches('.');
    let message = format!("must be another version: {why}");
    Problem::invalid_fields(vec![FieldError::new("to", code, message)])
}

/// The same for a command on links: there a deleted book is as absent as one that never was.
pub(super) fn of_link_command(error: CommandError) -> Problem {
    match error {
        CommandError::BookDeleted(_) => Problem::new(ProblemKind::NotFound, error.to_string()),
        other => of_command(other),
    }
}
