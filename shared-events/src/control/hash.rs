//! Digests of rows and of sets of rows.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};

use crate::{Key, RecordVersion};

/// How many buckets the rows of a table fall into, by [`Key::bucket`].
pub const BUCKETS: usize = 256;

/// The digest of one row, or the sum of many: sums don't depend on the order of their rows.
///
/// On the wire, 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct RowHash(u128);

impl RowHash {
    /// The first 16 bytes of SHA-256 (FIPS 180-4) over key, epoch, version, `live` or `deleted`,
    /// and data, each but the last followed by a line feed. `data` is the JSON text of the state:
    /// its fields in the order of the golden files, without spaces. A link's epoch is 0, and its
    /// version the greater of its revisions.
    pub fn of(key: &Key, version: RecordVersion, deleted: bool, data: &str) -> Self {
        let life = if deleted { "deleted" } else { "live" };
        let mut hasher = Sha256::new();
        let RecordVersion { epoch, version } = version;
        hasher.update(format!("{key}\n{epoch}\n{version}\n{life}\n"));
        hasher.update(data);
        let digest: [u8; 32] = hasher.finalize().into();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(u128::from_be_bytes(first))
    }

    /// Adds a row's digest to a sum (modulo 2^128).
    pub fn add(&mut self, row: Self) {
        self.0 = self.0.wrapping_add(row.0);
    }
}

impl fmt::Display for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for RowHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RowHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16)
            .map(Self)
            .map_err(|error| D::Error::custom(format_args!("`{text}` is no digest: {error}")))
    }
}

/// The digest of each bucket of a table: the sum of its rows' digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BucketDigests(Vec<RowHash>);

impl Default for BucketDigests {
    /// Of an empty table.
    fn default() -> Self {
        Self(vec![RowHash::default(); BUCKETS])
    }
}

impl BucketDigests {
    /// Adds a row.
    pub fn add(&mut self, key: &Key, row: RowHash) {
        self.0[usize::from(key.bucket())].add(row);
    }

    /// The buckets that differ.
    pub fn differing(&self, other: &Self) -> impl Iterator<Item = u8> {
        let pairs = self.0.iter().zip(&other.0);
        (0..=u8::MAX)
            .zip(pairs)
            .filter(|(_, (ours, theirs))| ours != theirs)
            .map(|(bucket, _)| bucket)
    }
}

impl<'de> Deserialize<'de> for BucketDigests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digests = Vec::deserialize(deserializer)?;
        if digests.len() == BUCKETS {
            Ok(Self(digests))
        } else {
            let count = digests.len();
            Err(D::Error::custom(format_args!(
                "{count} digests instead of {BUCKETS}"
            )))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn row(id: i64, version: i64, data: &str) -> (Key, RowHash) {
        let key = Key::parse(&format!("author:{id}")).unwrap();
        let version = RecordVersion { epoch: 1, version };
        (key, RowHash::of(&key, version, false, data))
    }

    fn digests(rows: &[(Key, RowHash)]) -> BucketDigests {
        let mut digests = BucketDigests::default();
        for (key, hash) in rows {
            digests.add(key, *hash);
        }
        digests
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let rows = [row(1, 1, "a"), row(257, 1, "b"), row(2, 1, "c")];
        let mut reversed = rows;
        reversed.reverse();
        assert_eq!(digests(&rows), digests(&reversed));
    }

    #[test]
    fn any_change_of_a_row_changes_its_bucket_alone() {
        let rows = [row(1, 1, "a"), row(2, 1, "b")];
        for changed in [row(2, 2, "b"), row(2, 1, "x"), row(258, 1, "b")] {
            let other = digests(&[rows[0], changed]);
            let differing: Vec<_> = digests(&rows).differing(&other).collect();
            assert_eq!(differing, [2]);
        }
    }

    #[test]
    fn what_travels_is_what_was_sent() {
        let sent = digests(&[row(1, 1, "a")]);
        let text = serde_json::to_string(&sent).unwrap();
        assert_eq!(serde_json::from_str::<BucketDigests>(&text).unwrap(), sent);
        assert!(serde_json::from_str::<BucketDigests>("[]").is_err());
        assert!(serde_json::from_str::<RowHash>("\"zz\"").is_err());
    }

    #[test]
    fn a_digest_is_what_the_docs_say() {
        // printf 'author:1\n1\n3\nlive\n{"a":1}' | sha256sum | cut -c 1-32
        let key = Key::parse("author:1").unwrap();
        let version = RecordVersion {
            epoch: 1,
            version: 3,
        };
        let hash = RowHash::of(&key, version, false, r#"{"a":1}"#);
        assert_eq!(hash.to_string(), "acdb49082e741b0f387ebbe09e6445ee");
    }
}
