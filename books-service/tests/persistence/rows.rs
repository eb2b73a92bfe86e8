//! Rows as others see them: in the order of their places, part by part, the same on both sides.

use std::{collections::BTreeMap, slice::from_ref};

use books_service::domain::{Book, CachedAuthor, Link, LinkKey};
use fastrand::Rng;
use replication::records::{Range, StoredRow, Table};
use shared_events::{AuthorState, Key, LinkState, control::Row};

use crate::{
    records::{author, book, book_id, created, key, link, linked, removed, told, version},
    store::Store,
};

/// All rows, at most so many as no test has.
pub(crate) const ALL: Range = Range {
    after: (0, 0),
    through: None,
    bucket: None,
    limit: 100_000,
};

/// Rows as both services must show them, for ever.
const GOLDEN: [(&str, &str); 6] = [
    (
        "book.whole",
        include_str!("../../../shared-events/golden/rows-v1/book.whole.json"),
    ),
    (
        "book.bare",
        include_str!("../../../shared-events/golden/rows-v1/book.bare.json"),
    ),
    (
        "author.whole",
        include_str!("../../../shared-events/golden/rows-v1/author.whole.json"),
    ),
    (
        "author.bare",
        include_str!("../../../shared-events/golden/rows-v1/author.bare.json"),
    ),
    (
        "link.present",
        include_str!("../../../shared-events/golden/rows-v1/link.present.json"),
    ),
    (
        "link.absent",
        include_str!("../../../shared-events/golden/rows-v1/link.absent.json"),
    ),
];

impl Store {
    pub(crate) async fn rows(&self, table: Table, range: Range) -> Vec<StoredRow> {
        self.records.rows(table, &range).await.unwrap()
    }

    pub(crate) async fn all(&self, table: Table) -> Vec<StoredRow> {
        self.rows(table, ALL).await
    }
}

/// The golden row of that name, and its digest.
fn golden(name: &str) -> (StoredRow, String) {
    #[derive(serde::Deserialize)]
    struct Digest {
        hash: String,
    }
    let (_, text) = GOLDEN.iter().find(|(known, _)| *known == name).unwrap();
    let row: Row = serde_json::from_str(text).unwrap();
    let Digest { hash } = serde_json::from_str(text).unwrap();
    let stored = StoredRow {
        key: row.key,
        version: version(row.key.epoch(1), row.version),
        deleted: row.deleted,
        data: row.data.get().to_owned(),
    };
    (stored, hash)
}

/// An author as its owner sends its row.
pub(crate) fn author_row(author: &CachedAuthor) -> StoredRow {
    StoredRow {
        key: Key::Author(author.state.author_id),
        version: author.version,
        deleted: author.deleted,
        data: serde_json::to_string(&author.state).unwrap(),
    }
}

/// A link as the other side sends its row.
pub(crate) fn link_row(link: &Link) -> StoredRow {
    let LinkKey { book_id, author_id } = link.key;
    let state = LinkState::new(author_id, book_id, &link.register);
    StoredRow {
        key: Key::Link { book_id, author_id },
        version: version(0, link.register.greatest_revision().get()),
        deleted: false,
        data: serde_json::to_string(&state).unwrap(),
    }
}

fn links_of(rows: &[StoredRow]) -> Vec<Link> {
    let state = |row: &StoredRow| serde_json::from_str::<LinkState>(&row.data).unwrap();
    rows.iter().map(|row| state(row).into()).collect()
}

/// What the owner shows and what the other side shows of its copy are the same bytes: this suite
/// holds this service to the golden rows, and the other's suite the other.
pub(crate) async fn rows_are_shown_as_in_the_golden_files(store: Store) {
    let mut expected: BTreeMap<Table, Vec<StoredRow>> = BTreeMap::new();
    for (name, _) in GOLDEN {
        let (row, hash) = golden(name);
        assert_eq!(row.hash().to_string(), hash, "{name}");
        let table = match name.split('.').next() {
            Some("book") => {
                let book = Book {
                    version: row.version.version,
                    deleted: row.deleted,
                    state: serde_json::from_str(&row.data).unwrap(),
                };
                store.create(&book).await;
                Table::Owned
            }
            Some("author") => {
                let state: AuthorState = serde_json::from_str(&row.data).unwrap();
                let (version, deleted) = (row.version, row.deleted);
                let author = CachedAuthor {
                    version,
                    deleted,
                    state,
                };
                store.hear(&[author], &[]).await;
                Table::Cached
            }
            _ => {
                store.hear(&[], &links_of(from_ref(&row))).await;
                Table::Links
            }
        };
        expected.entry(table).or_default().push(row);
    }
    assert_eq!(expected.len(), 3);
    for (table, mut expected) in expected {
        expected.sort_by_key(|row| row.key.place());
        assert_eq!(store.all(table).await, expected);
        assert_eq!(store.opened_again().all(table).await, expected);
    }
}

pub(crate) async fn an_empty_store_has_no_rows(store: Store) {
    for table in [Table::Owned, Table::Cached, Table::Links] {
        assert!(store.all(table).await.is_empty());
    }
}

/// In memory there is one epoch only.
pub(crate) async fn an_own_row_is_of_the_log_s_epoch(store: Store) {
    let book = store.create_titled("Older than its epoch").await;
    if !store.by_hand("UPDATE log_head SET epoch = 7").await {
        return;
    }
    let rows = store.all(Table::Owned).await;
    assert_eq!(rows[0].version, version(7, book.version));
}

pub(crate) async fn a_removed_link_is_a_row_and_no_tombstone(store: Store) {
    let made = link(key(book_id(1), 2), 1);
    store.save(&[linked(None, &made)]).await.unwrap();
    let gone = removed(&made);
    store
        .save(&[linked(Some(&made.register), &gone)])
        .await
        .unwrap();
    let rows = store.all(Table::Links).await;
    assert_eq!(&links_of(&rows), from_ref(&gone));
    let revision = gone.register.greatest_revision().get();
    assert_eq!(
        (rows[0].version, rows[0].deleted),
        (version(0, revision), false)
    );
}

/// Reads `table` in parts of a few rows, and compares with what reading all at once gives.
async fn is_read_in_parts(store: &Store, random: &mut Rng, table: Table) {
    let all = store.all(table).await;
    assert!(all.is_sorted_by_key(|row| row.key.place()));
    for bucket in [None, Some(0), Some(7), Some(255)] {
        let in_bucket = |row: &&StoredRow| bucket.is_none_or(|b| row.key.bucket() == b);
        let expected: Vec<_> = all.iter().filter(in_bucket).cloned().collect();
        assert!(!expected.is_empty());
        let through = expected[random.usize(..expected.len())].key.place();
        for through in [None, Some(through)] {
            let upto = |row: &&StoredRow| through.is_none_or(|end| row.key.place() <= end);
            let expected: Vec<_> = expected.iter().filter(upto).cloned().collect();
            let mut read = Vec::new();
            let mut after = (0, 0);
            loop {
                let limit = random.u32(1..=7);
                let part = Range {
                    after,
                    through,
                    bucket,
                    limit,
                };
                let rows = store.rows(table, part).await;
                let Some(last) = rows.last() else { break };
                assert!(rows.len() <= limit as usize);
                after = last.key.place();
                read.extend(rows);
            }
            assert_eq!(read, expected, "{table:?} {bucket:?} {through:?}");
        }
    }
}

pub(crate) async fn rows_are_read_in_parts_by_their_places(store: Store) {
    let mut random = Rng::with_seed(26);
    let ids = || (1..=20).chain([255, 256, 263, 511, 512, 519, i64::MAX - 255, i64::MAX]);
    let books: Vec<_> = ids().map(|id| created(&book(book_id(id), "A"))).collect();
    store.save(&books).await.unwrap();
    let authors: Vec<_> = ids().map(|id| author(id, "B")).collect();
    // Sums of two ids that no database can hold are among them.
    let pairs = ids()
        .flat_map(|first| [1, 6, 7, 249, 255, i64::MAX].map(|second| key(book_id(first), second)));
    let links: Vec<_> = pairs.map(|key| told(key, 8, true, 2)).collect();
    store.hear(&authors, &links).await;
    for table in [Table::Owned, Table::Cached, Table::Links] {
        is_read_in_parts(&store, &mut random, table).await;
    }
}
