//! What of an internal error is for the log alone.

use std::error::Error;
use std::fmt;

pub(super) fn internal(source: &dyn fmt::Display) {
    tracing::error!(error = %source, "a request failed on our side");
}

/// Shows an error and everything that caused it, on one line.
pub(super) struct Chain<'a>(pub(super) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not save")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("disk full")]
    struct Inner;

    #[test]
    fn the_whole_chain_is_shown() {
        assert_eq!(
            Chain(&Outer(Inner)).to_string(),
            "could not save: disk full"
        );
    }
}
