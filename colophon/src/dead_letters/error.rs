//! Why dead letters could not be looked after.

use std::io;

use uuid::Uuid;

use crate::client::Failure;

/// Why not. Each reads as one line.
#[derive(Debug, thiserror::Error)]
pub enum DeadLettersError {
    /// The HTTP client can't be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(reqwest::Error),
    /// A service does not answer, or not usefully. The other one was asked all the same.
    #[error("{service} does not do it: {url}: {reason}")]
    Service {
        /// The service.
        service: &'static str,
        /// What was asked.
        url: String,
        /// What came of it.
        reason: String,
    },
    /// No service that was asked has this message.
    #[error("there is no dead letter {0}")]
    NoSuchLetter(Uuid),
    /// What was done can't be printed.
    #[error("cannot print what was done: {0}")]
    Print(#[from] io::Error),
}

impl From<Failure> for DeadLettersError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Passing {
                service,
                url,
                reason,
                ..
            }
            | Failure::Unexpected {
                service,
                url,
                reason,
            } => Self::Service {
                service,
                url,
                reason,
            },
        }
    }
}
