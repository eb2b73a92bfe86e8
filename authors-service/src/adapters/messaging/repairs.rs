//! Repairs of this side's copies, read.

use std::collections::BTreeMap;

use replication::{StoreError, records::Repair};
use shared_events::{BookId, Key, LinkRegister, RecordVersion, Side};

use super::rows::{Told, not_ours, read_row};
use crate::domain::{CachedBook, Link, LinkKey};

/// What is to be put right, each key once (of several repairs of one key, the last).
#[derive(Debug, Default)]
pub struct Repairs {
    /// The owner's books, and what the copy held when it asked.
    pub books: BTreeMap<BookId, (CachedBook, Option<RecordVersion>)>,
    /// Books that their owner does not know, and what the copy held when it asked.
    pub unknown: BTreeMap<BookId, RecordVersion>,
    /// The other side's registers, and which side that is.
    pub links: BTreeMap<LinkKey, (LinkRegister, Side)>,
}

/// Reads repairs.
///
/// # Errors
/// [`StoreError::Data`] if one of them is none of this side's copies, or contradicts itself.
pub fn read_repairs(repairs: &[Repair]) -> Result<Repairs, StoreError> {
    let mut read = Repairs::default();
    for repair in repairs {
        match repair {
            Repair::Record { row, named } => match read_row(row)? {
                Told::Book(book) => {
                    read.books.insert(book.state.book_id, (book, *named));
                }
                Told::Link(_) => return Err(not_ours(&row.key)),
            },
            Repair::Link { row, side } => match read_row(row)? {
                Told::Link(Link { key, register }) => {
                    read.links.insert(key, (register, *side));
                }
                Told::Book(_) => return Err(not_ours(&row.key)),
            },
            Repair::Unknown { key, named } => match key {
                Key::Book(id) => {
                    read.unknown.insert(*id, *named);
                }
                // Nobody owns a link: that the other side has not heard of it says nothing.
                Key::Link { .. } => {}
                Key::Author(_) => return Err(not_ours(key)),
            },
        }
    }
    Ok(read)
}
