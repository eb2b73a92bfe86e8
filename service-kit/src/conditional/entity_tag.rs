//! The entity tag of a representation.

use std::fmt;

use actix_web::http::header::{
    ETAG, HeaderName, HeaderValue, InvalidHeaderValue, TryIntoHeaderPair,
};
use sha2::{Digest as _, Sha256};

/// A strong entity tag, `"<epoch>-<version>.<digest>"` or `"<epoch>-<version>"`; [`fmt::Display`]
/// writes it with its quotes. As a header pair it is `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntityTag {
    epoch: i64,
    version: i64,
    digest: Option<u64>,
}

impl EntityTag {
    /// The tag of a record's representation: its epoch and version, and a digest of it.
    pub fn new(epoch: i64, version: i64, digest: u64) -> Self {
        Self {
            epoch,
            version,
            digest: Some(digest),
        }
    }

    /// The tag of a record's version, of which no representation is at hand. An editor may send it
    /// in `If-Match`; a reader holds nothing that it names.
    pub fn of_version(epoch: i64, version: i64) -> Self {
        Self {
            epoch,
            version,
            digest: None,
        }
    }

    /// What stands between the quotes.
    pub(super) fn opaque(&self) -> String {
        let Self { epoch, version, .. } = self;
        match self.digest {
            Some(digest) => format!("{epoch}-{version}.{digest:016x}"),
            None => format!("{epoch}-{version}"),
        }
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.opaque())
    }
}

impl TryIntoHeaderPair for EntityTag {
    type Error = InvalidHeaderValue;

    fn try_into_pair(self) -> Result<(HeaderName, HeaderValue), Self::Error> {
        Ok((ETAG, HeaderValue::try_from(self.to_string())?))
    }
}

/// The first eight bytes of the SHA-256 of `bytes`, big-endian.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_epoch_version_and_digest() {
        assert_eq!(
            EntityTag::new(1, 3, 0x9f).to_string(),
            "\"1-3.000000000000009f\""
        );
        assert_eq!(EntityTag::of_version(1, 3).to_string(), "\"1-3\"");
    }

    #[test]
    fn the_digest_begins_as_the_sha_256_does() {
        // FIPS 180-2, B.1: SHA-256("abc") = ba7816bf 8f01cfea …
        assert_eq!(digest(b"abc"), 0xba78_16bf_8f01_cfea);
    }
}
