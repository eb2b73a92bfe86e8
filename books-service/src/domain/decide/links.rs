//! Linking, unlinking and crediting.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared_events::{AuthorId, BookId, LinkRegister, Side};

use super::{Loaded, live};
use crate::domain::{Change, CommandError, CreditFields, Link, LinkKey};

pub(super) fn link_authors(
    loaded: &Loaded,
    book_id: BookId,
    author_ids: &[AuthorId],
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    live(loaded, book_id)?;
    let mut position = loaded.positions.get(&book_id).copied().unwrap_or(0);
    let mut wanted = BTreeSet::new();
    let mut unknown = Vec::new();
    let mut changes = Vec::new();
    for &author_id in author_ids {
        if !wanted.insert(author_id) {
            continue;
        }
        if !loaded.authors.contains(&author_id) {
            unknown.push(author_id);
            continue;
        }
        let key = LinkKey { book_id, author_id };
        let before = loaded.links.get(&key);
        let register = match before {
            Some(held) if held.presence.present => continue,
            // The credit that the link had before it was removed comes back with it.
            Some(held) => held
                .clone()
                .with_presence(true, now.timestamp_millis(), Side::Books),
            None => {
                position = position
                    .checked_add(1)
                    .ok_or(CommandError::BookFull(book_id))?;
                LinkRegister::new(position, now.timestamp_millis(), Side::Books)
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
        Err(CommandError::NoSuchAuthors(unknown))
    }
}

pub(super) fn unlink_author(
    loaded: &Loaded,
    key: LinkKey,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, CommandError> {
    live(loaded, key.book_id)?;
    let held = loaded.links.get(&key);
    Ok(held
        .filter(|held| held.presence.present)
        .map(|held| Change::Link {
            before: Some(held.clone()),
            after: Link {
                key,
                register: held
                    .clone()
                    .with_presence(false, now.timestamp_millis(), Side::Books),
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
    live(loaded, key.book_id)?;
    if !loaded.authors.contains(&key.author_id) {
        return Err(CommandError::NoSuchAuthors(vec![key.author_id]));
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
