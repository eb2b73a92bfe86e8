//! Whether both sides hold the same, by their tables.

use std::{collections::BTreeSet, fmt::Debug};

use sea_orm::{DatabaseConnection, FromQueryResult};

use crate::{
    rows::{self, AuthorRow, BookRow, CheckpointRow, EventRow, HeadRow, LinkRow, ParkedRow},
    side::Side,
    stack::Stack,
};

/// How many differences are shown.
const SHOWN: usize = 5;

/// What the owners hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Live authors.
    pub authors: i64,
    /// Live books.
    pub books: i64,
    /// Links that are present.
    pub links: i64,
    /// Live books with an ISBN.
    pub isbns: i64,
}

/// Counts what the owners hold.
///
/// # Panics
/// If a database can't be read.
pub async fn counts(stack: &Stack) -> Counts {
    let (authors, books) = both(stack).await;
    let count = async |database, what: &str| {
        let query = format!("SELECT count(*) AS number FROM {what}");
        rows::number(database, &query).await
    };
    Counts {
        authors: count(&authors, "authors WHERE NOT deleted").await,
        books: count(&books, "books WHERE NOT deleted").await,
        links: count(&books, "book_authors WHERE present").await,
        isbns: count(&books, "books WHERE NOT deleted AND isbn IS NOT NULL").await,
    }
}

/// Every record equals its copy, field by field, tombstones included; every link's register is the
/// same on both sides; both logs are gapless, published and settled; nothing is parked.
///
/// # Panics
/// If anything differs.
pub async fn compare_everything(stack: &Stack) {
    compare_records(stack).await;
    let (authors, books) = both(stack).await;
    check_log(Side::Authors, &authors, &books).await;
    check_log(Side::Books, &books, &authors).await;
    for (side, database) in [(Side::Authors, &authors), (Side::Books, &books)] {
        let parked = rows::all::<ParkedRow>(database, rows::PARKED).await;
        assert!(parked.is_empty(), "{side:?} has parked {parked:?}");
    }
}

/// Every record equals its copy, field by field, tombstones included; every link's register is the
/// same on both sides.
///
/// # Panics
/// If anything differs.
pub async fn compare_records(stack: &Stack) {
    let (authors, books) = both(stack).await;
    let owned = rows::all::<AuthorRow>(&authors, rows::AUTHORS).await;
    let cached = rows::all::<AuthorRow>(&books, rows::AUTHORS_CACHE).await;
    assert_same("authors", &owned, &cached);
    let owned = rows::all::<BookRow>(&books, rows::BOOKS).await;
    let cached = rows::all::<BookRow>(&authors, rows::BOOKS_CACHE).await;
    assert_same("books", &owned, &cached);
    let left = rows::all::<LinkRow>(&authors, rows::AUTHOR_BOOKS).await;
    let right = rows::all::<LinkRow>(&books, rows::BOOK_AUTHORS).await;
    assert_same("links", &left, &right);
}

/// The log of `side` in `owner`, and how `consumer` has settled it.
async fn check_log(side: Side, owner: &DatabaseConnection, consumer: &DatabaseConnection) {
    let head = rows::one::<HeadRow>(owner, rows::HEAD).await;
    let events = rows::all::<EventRow>(owner, rows::EVENTS).await;
    let mut versions = BTreeSet::new();
    for (event, place) in events.iter().zip(1..) {
        assert_eq!(event.sequence, place, "{side:?}: a gap before {event:?}");
        let is_new = versions.insert((&event.key, event.epoch, event.version));
        assert!(is_new, "{side:?}: a version twice: {event:?}");
    }
    let last = events.last().map_or(0, |event| event.sequence);
    assert_eq!(
        head.last_sequence, last,
        "{side:?}: the head is not the end"
    );
    assert_eq!(head.published_through, last, "{side:?}: not all published");

    let producer = side.producer().name();
    let checkpoints = rows::all::<CheckpointRow>(consumer, rows::CHECKPOINTS).await;
    let expected = CheckpointRow {
        producer: producer.to_owned(),
        epoch: head.epoch,
        settled_through: last,
        settled_above: "[]".to_owned(),
    };
    let expected = if last == 0 { vec![] } else { vec![expected] };
    assert_eq!(checkpoints, expected, "{side:?}: not all settled");
}

async fn both(stack: &Stack) -> (DatabaseConnection, DatabaseConnection) {
    (
        stack.database(Side::Authors).await,
        stack.database(Side::Books).await,
    )
}

fn assert_same<T: PartialEq + Debug + FromQueryResult>(what: &str, left: &[T], right: &[T]) {
    if left == right {
        return;
    }
    let only = |these: &[T], those: &[T]| {
        let differing = these.iter().filter(|row| !those.contains(row));
        let shown: Vec<_> = differing
            .take(SHOWN)
            .map(|row| format!("{row:?}"))
            .collect();
        shown.join("\n  ")
    };
    panic!(
        "{what} differ ({} and {} rows).\nOnly one side has:\n  {}\nOnly the other has:\n  {}",
        left.len(),
        right.len(),
        only(left, right),
        only(right, left),
    );
}
