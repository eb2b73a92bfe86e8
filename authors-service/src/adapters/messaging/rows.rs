//! Rows as copies are compared with and repaired from, and what they tell.

use replication::{StoreError, records::StoredRow};
use serde::{Serialize, de::DeserializeOwned};
use shared_events::{AuthorState, BookState, Key, LinkState, RecordVersion};

use crate::domain::{Author, CacheChanges, CachedBook, Link, Newest};

/// What a row tells this side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// A book, by its owner.
    Book(CachedBook),
    /// The register of a link, by the other side.
    Link(Link),
}

/// The row of an author, while the log is in `epoch`.
///
/// # Errors
/// [`StoreError::Data`] if the state can't be written as JSON, which no state is known to do.
pub fn author_row(author: &Author, epoch: i64) -> Result<StoredRow, StoreError> {
    let version = RecordVersion {
        epoch,
        version: author.version,
    };
    let state: &AuthorState = &author.state;
    row(Key::Author(state.author_id), version, author.deleted, state)
}

/// The row of a book in the cache.
///
/// # Errors
/// As of [`author_row`].
pub fn book_row(book: &CachedBook) -> Result<StoredRow, StoreError> {
    let state: &BookState = &book.state;
    row(Key::Book(state.book_id), book.version, book.deleted, state)
}

/// The row of a link.
///
/// # Errors
/// As of [`author_row`].
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
        Key::Book(id) => {
            let state: BookState = read(row)?;
            agree(row, state.book_id == id)?;
            Ok(Told::Book(CachedBook {
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
        Key::Author(_) => Err(not_ours(&row.key)),
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
            Told::Book(book) => newest.take_book(book),
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
        author_id: state.author_id,
        book_id: state.book_id,
    }
}

fn link_version(link: &Link) -> RecordVersion {
    RecordVersion {
        epoch: 0,
        version: link.register.greatest_revision().get(),
    }
}
