//! Records to save and to hear of.

use std::collections::BTreeMap;

use authors_service::domain::{Author, CachedBook, Change, Context, Link, LinkKey};
use chrono::{DateTime, TimeDelta, Utc};
use shared_events::{
    AuthorId, AuthorState, BookId, BookState, Credit, LinkRegister, Presence, RecordVersion,
    Revision, Side,
};

pub(crate) fn author_id(number: i64) -> AuthorId {
    AuthorId::try_from(number).unwrap()
}

pub(crate) fn book_id(number: i64) -> BookId {
    BookId::try_from(number).unwrap()
}

pub(crate) fn key(author_id: AuthorId, book: i64) -> LinkKey {
    LinkKey {
        author_id,
        book_id: book_id(book),
    }
}

/// With microseconds, so that a store that cuts them off is found out.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T09:30:00.123456Z".parse().unwrap()
}

pub(crate) fn context() -> Context {
    Context {
        correlation_id: "request-1".to_owned(),
        traceparent: None,
        actor: None,
        now: now(),
    }
}

pub(crate) fn author(id: AuthorId, name: &str) -> Author {
    Author {
        version: 1,
        deleted: false,
        state: AuthorState {
            author_id: id,
            name: name.to_owned(),
            birth_date: None,
            death_date: None,
            nationality: None,
            biography: None,
            aliases: Vec::new(),
            identifiers: BTreeMap::new(),
            created_at: now(),
            updated_at: now(),
        },
    }
}

/// Every field filled, with what stores are known to trip over: scripts beyond the Basic
/// Multilingual Plane, combining marks, writing from right to left, quotes, the longest text.
pub(crate) fn whole_author(id: AuthorId) -> Author {
    let identifiers = [("viaf", "95218067"), ("wikidata", "Q5878")];
    Author {
        version: 1,
        deleted: false,
        state: AuthorState {
            author_id: id,
            name: "Gabriel García Márquez 𝔊 \u{202e}ש".to_owned(),
            birth_date: Some("-0042-03-20".to_owned()),
            death_date: Some("2014-04".to_owned()),
            nationality: Some("コロンビア 🇨🇴".to_owned()),
            biography: Some(format!("'\"\\%_\n\t{}", "文".repeat(9_990))),
            aliases: ["Gabo", "Ga\u{0323}\u{0307}bo", "غابرييل غارثيا ماركيث"]
                .map(str::to_owned)
                .into(),
            identifiers: identifiers
                .map(|(scheme, value)| (scheme.to_owned(), value.to_owned()))
                .into(),
            created_at: "1999-12-31T23:59:59.999999Z".parse().unwrap(),
            updated_at: "2026-11-20T09:30:00.000001Z".parse().unwrap(),
        },
    }
}

/// The next version of `author`, changed by `change`.
pub(crate) fn next(author: &Author, change: impl FnOnce(&mut AuthorState)) -> Author {
    let mut next = author.clone();
    next.version += 1;
    next.state.updated_at += TimeDelta::microseconds(1);
    change(&mut next.state);
    next
}

pub(crate) fn renamed(author: &Author, name: &str) -> Author {
    next(author, |state| state.name = name.to_owned())
}

pub(crate) fn tombstone(author: &Author) -> Author {
    Author {
        deleted: true,
        ..next(author, |_| {})
    }
}

pub(crate) fn identified(author: Author, scheme: &str, value: &str) -> Author {
    let mut author = author;
    let identifiers = &mut author.state.identifiers;
    identifiers.insert(scheme.to_owned(), value.to_owned());
    author
}

pub(crate) fn created(author: &Author) -> Change {
    Change::Author {
        before: None,
        after: Box::new(author.clone()),
    }
}

pub(crate) fn revised(before: &Author, after: &Author) -> Change {
    Change::Author {
        before: Some(Box::new(before.clone())),
        after: Box::new(after.clone()),
    }
}

pub(crate) fn linked(before: Option<&LinkRegister>, after: &Link) -> Change {
    Change::Link {
        before: before.cloned(),
        after: after.clone(),
    }
}

/// A link that this side makes.
pub(crate) fn link(key: LinkKey, position: i32) -> Link {
    Link {
        key,
        register: LinkRegister::new(position, now().timestamp_millis(), Side::Authors),
    }
}

/// The same link after this side removed it.
pub(crate) fn removed(link: &Link) -> Link {
    let register = link.register.clone();
    Link {
        key: link.key,
        register: register.with_presence(false, now().timestamp_millis(), Side::Authors),
    }
}

/// A link that the other side tells of, with these revisions.
pub(crate) fn told(key: LinkKey, presence: i64, present: bool, credit: i64) -> Link {
    let register = LinkRegister {
        presence: Presence {
            present,
            revision: Revision::new(presence),
        },
        credit: credit_of(credit),
    };
    Link { key, register }
}

/// Equal revisions mean equal parts, as everywhere.
fn credit_of(revision: i64) -> Credit {
    let kind = i32::try_from(revision % 1_000).unwrap();
    Credit {
        role: format!("роль {kind}"),
        position: kind,
        credited_as: (kind % 2 == 1).then(|| format!("名 {kind}")),
        revision: Revision::new(revision),
    }
}

pub(crate) fn version(epoch: i64, version: i64) -> RecordVersion {
    RecordVersion { epoch, version }
}

pub(crate) fn book(number: i64, title: &str) -> CachedBook {
    CachedBook {
        version: version(1, 1),
        deleted: false,
        state: BookState {
            book_id: book_id(number),
            title: title.to_owned(),
            subtitle: Some("a subtitle".to_owned()),
            isbn: None,
            publication_year: None,
            language: Some("es".to_owned()),
            publisher: None,
            page_count: Some(471),
            description: None,
            subjects: vec!["Macondo".to_owned()],
            identifiers: BTreeMap::from([("goodreads".to_owned(), "320".to_owned())]),
            created_at: now(),
            updated_at: now(),
        },
    }
}

/// The same book as its owner tells of it in another version.
pub(crate) fn at_version(book: &CachedBook, version: RecordVersion, title: &str) -> CachedBook {
    let mut book = book.clone();
    book.version = version;
    book.state.title = title.to_owned();
    book
}

pub(crate) fn deleted_at(book: &CachedBook, version: RecordVersion) -> CachedBook {
    CachedBook {
        version,
        deleted: true,
        ..book.clone()
    }
}
