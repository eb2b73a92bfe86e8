//! Rows as copies are compared with and repaired from, and what they tell.

use replication::{StoreError, records::StoredRow};
use serde::{Serialize, de::DeserializeOwned};
use shared_events::{AuthorState, BookState, Key, LinkState, RecordVersion};

use crate::domain::{Book, CacheChanges, CachedAuthor, Link, Newest};

/// What a row tells this side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// An author, by its owner.
    Author(CachedAuthor),
    /// The register of a link, by the other side.
    Link(Link),
}

/// The row of a book, while the log is in `epoch`.
///
/// # Errors
/// [`StoreError::Data`] if the state can't be written as JSON, which no state is known to do.
pub fn book_row(book: &Book, epoch: i64) -> Result<StoredRow, StoreError> {
    let version = RecordVersion {
        epoch,
        version: book.version,
    };
    let state: &BookState = &book.state;
    row(Key::Book(state.book_id), version, book.deleted, state)
}

/// The row of an author in the cache.
///
/// # Errors
/// As of [`book_row`].
pub fn author_row(author: &CachedAuthor) -> Result<StoredRow, StoreError> {
    let state: &AuthorState = &author.state;
    row(
        Key::Author(state.author_id),
        author.version,
        author.deleted,
        state,
    )
}

/// The row of a link.
///
/// # Errors
/// As of [`book_row`].
pub fn link_row(link: &Link) -> Result<StoredRow, StoreError> {
    let state = LinkState::from(link.clone());
    row(link_key(&state), link_version(link), false, &state)
}

/// Reads a row that the other side has sent.
///
/// # Errors
/// [`StoreError::Data`] if it is none that this side may copy, or contradicts itself.
pub(super) fn read_row(row: &StoredRow) -> Result<Told, StoreError> {
    match row.key {
        Key::Author(id) => {
            let state: AuthorState = read(row)?;
            agree(row, state.author_id == id)?;
            Ok(Told::Author(CachedAuthor {
                version: row.version,
                deleted: row.deleted,
                state,
            }))
        }
        Key::Link { .. } => {
            let state: LinkState = read(row)?;
            let same_key = link_key(&state) == row.key;
            let link = Link::from(state);
            let whole = (link_version(&link), false) == (row.version, row.deleted);
            agree(row, same_key && whole)?;
            Ok(Told::Link(link))
        }
        Key::Book(_) => Err(not_ours(&row.key)),
    }
}

/// What rows tell, of each key the newest.
///
/// # Errors
/// [`StoreError::Data`] if one of them is none that this side may copy, or contradicts itself.
pub fn read_rows(rows: &[StoredRow]) -> Result<CacheChanges, StoreError> {
    let mut newest = Newest::default();
    for row in rows {
        match read_row(row)? {
            Told::Author(author) => newest.take_author(author),
            Told::Link(link) => newest.take_link(link),
        }
    }
    Ok(newest.into())
}

/// Why a key has no place in this side's copies.
pub(super) fn not_ours(key: &Key) -> StoreError {
    StoreError::Data(format!("`{key}` is not the other side's to tell of"))
}

fn row(
    key: Key,
    version: RecordVersion,
    deleted: bool,
    state: &impl Serialize,
) -> Result<StoredRow, StoreError> {
    let data = serde_json::to_string(state).map_err(|error| StoreError::Data(error.to_string()))?;
    Ok(StoredRow {
        key,
        version,
        deleted,
        data,
    })
}

fn read<T: DeserializeOwned>(row: &StoredRow) -> Result<T, StoreError> {
    serde_json::from_str(&row.data)
        .map_err(|error| StoreError::Data(format!("the data of `{}`: {error}", row.key)))
}

fn agree(row: &StoredRow, agrees: bool) -> Result<(), StoreError> {
    if agrees {
        Ok(())
    } else {
        let text = format!("`{}` and its data contradict each other", row.key);
        Err(StoreError::Data(text))
    }
}

fn link_key(state: &LinkState) -> Key {
    Key::Link {
        book_id: state.book_id,
        author_id: state.author_id,
    }
}

fn link_version(link: &Link) -> RecordVersion {
    RecordVersion {
        epoch: 0,
        version: link.register.greatest_revision().get(),
    }
}
