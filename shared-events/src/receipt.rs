//! What a write is known by afterwards.

use std::fmt;

use crate::Key;

/// Names the state that a write left: a record (or link) in a version of an epoch, such as
/// `author:42@1-3` or `link:42:7@1-1820000000001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Receipt {
    /// What was written.
    pub key: Key,
    /// The epoch in which the write was answered.
    pub epoch: i64,
    /// Version of the record; of a link, the greater of its revisions.
    pub version: i64,
}

/// A text that is no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a receipt must be like author:1@1-3, book:2@1-1 or link:1:2@1-1820000000001")]
pub struct NotAReceipt;

impl Receipt {
    /// Reads a receipt as [`Receipt`] writes itself, and nothing else.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, NotAReceipt> {
        let read = || {
            let (key, state) = text.split_once('@')?;
            let (epoch, version) = state.split_once('-')?;
            Some(Self {
                key: Key::parse(key).ok()?,
                epoch: epoch.parse().ok().filter(|epoch| *epoch >= 1)?,
                version: version.parse().ok().filter(|version| *version >= 1)?,
            })
        };
        // `+1` and `01` are numbers too, and no receipt has them.
        read()
            .filter(|receipt| receipt.to_string() == text)
            .ok_or(NotAReceipt)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            epoch,
            version,
        } = self;
        write!(f, "{key}@{epoch}-{version}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_reads_back_as_it_was_written() {
        for text in [
            "author:42@1-3",
            "book:7@1795000000-1",
            "link:42:7@1-1820000000001",
            "author:9223372036854775807@1-9223372036854775807",
        ] {
            assert_eq!(
                Receipt::parse(text).map(|receipt| receipt.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        for text in [
            "",
            "author:42",
            "author:42@",
            "author:42@1",
            "author:42@1-",
            "author:42@-1-3",
            "author:42@0-3",
            "author:42@1-0",
            "author:42@1--3",
            "author:42@1-3-4",
            "author:42@+1-3",
            "author:042@1-3",
            "author:42@1-03",
            "author:42@1-9223372036854775808",
            "author:0@1-1",
            "publisher:1@1-1",
            "link:1@1-1",
            " author:42@1-3",
            "author:42@1-3 ",
        ] {
            assert_eq!(Receipt::parse(text), Err(NotAReceipt), "{text}");
        }
    }
}
