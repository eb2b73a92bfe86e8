//! Records to save and to hear of.

use std::collections::BTreeMap;

use books_service::domain::{Book, CachedAuthor, Change, Context, Link, LinkKey};
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

pub(crate) fn key(book_id: BookId, author: i64) -> LinkKey {
    LinkKey {
        book_id,
        author_id: author_id(author),
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

pub(crate) fn book(id: BookId, title: &str) -> Book {
    Book {
        version: 1,
        deleted: false,
        state: BookState {
            book_id: id,
            title: title.to_owned(),
            subtitle: None,
            isbn: None,
            publication_year: None,
            language: None,
            publisher: None,
            page_count: None,
            description: None,
            subjects: Vec::new(),
            identifiers: BTreeMap::new(),
            created_at: now(),
            updated_at: now(),
        },
    }
}

/// Every field filled, with what stores are known to trip over: scripts beyond the Basic
/// Multilingual Plane, combining marks, writing from right to left, quotes, the longest text.
pub(crate) fn whole_book(id: BookId) -> Book {
    let identifiers = [("goodreads", "320"), ("lccn", "n78089035")];
    Book {
        version: 1,
        deleted: false,
        state: BookState {
            book_id: id,
            title: "Cien años de soledad 𝔊 \u{202e}ש".to_owned(),
            subtitle: Some("'\"\\%_".to_owned()),
            isbn: Some("9780000000002".to_owned()),
            publication_year: Some(-3_000),
            language: Some("zh-Hant".to_owned()),
            publisher: Some("講談社 🇯🇵".to_owned()),
            page_count: Some(100_000),
            description: Some(format!("\n\t{}", "文".repeat(9_990))),
            subjects: ["Macondo", "Ga\u{0323}\u{0307}bo", "مئة عام من العزلة"]
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

/// The next version of `book`, changed by `change`.
pub(crate) fn next(book: &Book, change: impl FnOnce(&mut BookState)) -> Book {
    let mut next = book.clone();
    next.version += 1;
    next.state.updated_at += TimeDelta::microseconds(1);
    change(&mut next.state);
    next
}

pub(crate) fn retitled(book: &Book, title: &str) -> Book {
    next(book, |state| state.title = title.to_owned())
}

pub(crate) fn tombstone(book: &Book) -> Book {
    Book {
        deleted: true,
        ..next(book, |_| {})
    }
}

pub(crate) fn with_isbn(book: Book, isbn: &str) -> Book {
    let mut book = book;
    book.state.isbn = Some(isbn.to_owned());
    book
}

pub(crate) fn identified(book: Book, scheme: &str, value: &str) -> Book {
    let mut book = book;
    let identifiers = &mut book.state.identifiers;
    identifiers.insert(scheme.to_owned(), value.to_owned());
    book
}

pub(crate) fn created(book: &Book) -> Change {
    Change::Book {
        before: None,
        after: Box::new(book.clone()),
    }
}

pub(crate) fn revised(before: &Book, after: &Book) -> Change {
    Change::Book {
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
        register: LinkRegister::new(position, now().timestamp_millis(), Side::Books),
    }
}

/// The same link after this side removed it.
pub(crate) fn removed(link: &Link) -> Link {
    let register = link.register.clone();
    Link {
        key: link.key,
        register: register.with_presence(false, now().timestamp_millis(), Side::Books),
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

pub(crate) fn author(number: i64, name: &str) -> CachedAuthor {
    CachedAuthor {
        version: version(1, 1),
        deleted: false,
        state: AuthorState {
            author_id: author_id(number),
            name: name.to_owned(),
            birth_date: Some("-0042-03-20".to_owned()),
            death_date: None,
            nationality: None,
            biography: Some("A life.\nIn two lines.".to_owned()),
            aliases: vec!["Naso".to_owned()],
            identifiers: BTreeMap::from([("wikidata".to_owned(), "Q7198".to_owned())]),
            created_at: now(),
            updated_at: now(),
        },
    }
}

/// The same author as its owner tells of it in another version.
pub(crate) fn at_version(
    author: &CachedAuthor,
    version: RecordVersion,
    name: &str,
) -> CachedAuthor {
    let mut author = author.clone();
    author.version = version;
    author.state.name = name.to_owned();
    author
}

pub(crate) fn deleted_at(author: &CachedAuthor, version: RecordVersion) -> CachedAuthor {
    CachedAuthor {
        version,
        deleted: true,
        ..author.clone()
    }
}
