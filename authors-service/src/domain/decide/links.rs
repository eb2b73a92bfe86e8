//! Linking, unlinking and crediting.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared_events::{AuthorId, BookId, LinkRegister, Side};

use super::{Loaded, live};
use crate::domain::{Change, CommandError, CreditFields, Link, LinkKey};

pub(super) fn link_books(
    loaded: &Loaded,
    author_id: AuthorId,
    book_ids: &[BookId],
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    live(loaded, author_id)?;
    let mut wanted = BTreeSet::new();
    let mut unknown = Vec::new();
    let mut changes = Vec::new();
    for &book_id in book_ids {
        if !wanted.insert(book_id) {
            continue;
        }
        let Some(greatest_position) = loaded.books.get(&book_id) else {
            unknown.push(book_id);
            continue;
        };
        let key = LinkKey { author_id, book_id };
        let before = loaded.links.get(&key);
        let register = match before {
            Some(held) if held.presence.present => continue,
            // The credit that the link had before it was removed comes back with it.
            Some(held) => held
                .clone()
                .with_presence(true, now.timestamp_millis(), Side::Authors),
            None => {
                let position = greatest_position
                    .checked_add(1)
                    .ok_or(CommandError::BookFull(book_id))?;
                LinkRegister::new(position, now.timestamp_millis(), Side::Authors)
            }
        };
        changes.push(Change::Link {
            before: before.cloned(),
            after: Link { key, register },
        });
    }
    if unknown.is_empty() {
        Ok(changes)
    } else {
        Err(CommandError::NoSuchBooks(unknown))
    }
}

pub(super) fn unlink_book(
    loaded: &Loaded,
    key: LinkKey,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    live(loaded, key.author_id)?;
    let held = loaded.links.get(&key);
    Ok(held
        .filter(|held| held.presence.present)
        .map(|held| Change::Link {
            before: Some(held.clone()),
            after: Link {
                key,
                register: held
                    .clone()
                    .with_presence(false, now.timestamp_millis(), Side::Authors),
            },
        })
        .into_iter()
        .collect())
}

pub(super) fn credit(
    loaded: &Loaded,
    key: LinkKey,
    credit: &CreditFields,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    live(loaded, key.author_id)?;
    if !loaded.books.contains_key(&key.book_id) {
        return Err(CommandError::NoSuchBooks(vec![key.book_id]));
    }
    let held = loaded.links.get(&key);
    let held = held
        .filter(|held| held.presence.present)
        .ok_or(CommandError::NotLinked(key))?;
    let revised = credit.revise(held, now.timestamp_millis());
    Ok(revised
        .map(|register| Change::Link {
            before: Some(held.clone()),
            after: Link { key, register },
        })
        .into_iter()
        .collect())
}
