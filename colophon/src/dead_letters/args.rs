//! What `colophon dead-letters` can be told.

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use crate::service_urls::ServiceUrls;

/// Arguments of `colophon dead-letters`.
#[derive(Debug, Clone, Args)]
pub struct DeadLettersArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with dead letters.
#[derive(Debug, Clone, Subcommand)]
pub enum Action {
    /// List the messages that were given up
    List(ListArgs),
    /// Show one with its payload
    Show(ShowArgs),
    /// Have one tried once more, now, or all of them; twice is no more than once
    Redrive(RedriveArgs),
    /// Forget one for good, or all of them
    Purge(PurgeArgs),
}

/// Arguments of `colophon dead-letters list`.
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Also those that are still to be tried again by themselves
    #[arg(long)]
    pub all: bool,
    /// Where, and how to print it.
    #[command(flatten)]
    pub at: At,
}

/// Arguments of `colophon dead-letters show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Which one, as listed
    pub id: Uuid,
    /// Where, and how to print it.
    #[command(flatten)]
    pub at: At,
}

/// Arguments of `colophon dead-letters redrive`.
#[derive(Debug, Clone, Args)]
#[group(id = "chosen", required = true, multiple = false, args = ["id", "all"])]
pub struct RedriveArgs {
    /// Which one, as listed
    pub id: Option<Uuid>,
    /// Every dead letter
    #[arg(long)]
    pub all: bool,
    /// Where, and how to print it.
    #[command(flatten)]
    pub at: At,
}

/// Arguments of `colophon dead-letters purge`.
#[derive(Debug, Clone, Args)]
#[group(id = "chosen", required = true, multiple = false, args = ["id", "all"])]
pub struct PurgeArgs {
    /// Which one, as listed
    pub id: Option<Uuid>,
    /// Every dead letter; not those that are still to be tried again
    #[arg(long, requires = "yes")]
    pub all: bool,
    /// That you mean it: what is purged can't be brought back
    #[arg(long)]
    pub yes: bool,
    /// Where, and how to print it.
    #[command(flatten)]
    pub at: At,
}

/// Where to do it, and how to print what was done.
#[derive(Debug, Clone, Args)]
pub struct At {
    /// Only at this service, not at both
    #[arg(long, value_enum)]
    pub service: Option<ServiceName>,
    /// Print JSON, one line each
    #[arg(long)]
    pub json: bool,
    /// Where they answer.
    #[command(flatten)]
    pub services: ServiceUrls,
}

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServiceName {
    /// authors-service
    Authors,
    /// books-service
    Books,
}

impl Action {
    /// Where to do it.
    pub(super) fn at(&self) -> &At {
        match self {
            Self::List(ListArgs { at, .. })
            | Self::Show(ShowArgs { at, .. })
            | Self::Redrive(RedriveArgs { at, .. })
            | Self::Purge(PurgeArgs { at, .. }) => at,
        }
    }

    /// The one letter that it is about; `None` if it is about all.
    pub(super) fn id(&self) -> Option<Uuid> {
        match self {
            Self::List(_) => None,
            Self::Show(ShowArgs { id, .. }) => Some(*id),
            Self::Redrive(RedriveArgs { id, .. }) | Self::Purge(PurgeArgs { id, .. }) => *id,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        dead_letters: DeadLettersArgs,
    }

    fn is_understood(line: &str) -> bool {
        let words = std::iter::once("dead-letters").chain(line.split_whitespace());
        Cli::try_parse_from(words).is_ok()
    }

    const ID: &str = "5912a20e-5a25-5162-baa6-78f567ba5374";

    #[test]
    fn one_letter_or_all_of_them_must_be_named_and_purging_all_must_be_meant() {
        for line in [
            "list".to_owned(),
            "list --all --service books --json".to_owned(),
            format!("show {ID} --service authors"),
            format!("redrive {ID}"),
            "redrive --all".to_owned(),
            format!("purge {ID}"),
            format!("purge {ID} --yes"),
            "purge --all --yes --service books".to_owned(),
        ] {
            assert!(is_understood(&line), "{line}");
        }
        for line in [
            "".to_owned(),
            "show".to_owned(),
            "show 7".to_owned(),
            "redrive".to_owned(),
            format!("redrive {ID} --all"),
            "purge".to_owned(),
            "purge --all".to_owned(),
            "purge --yes".to_owned(),
            format!("purge {ID} --all --yes"),
            "list --service others".to_owned(),
        ] {
            assert!(!is_understood(&line), "{line}");
        }
    }
}
