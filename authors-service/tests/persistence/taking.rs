//! Rows that are taken over as they are sent: by the rules of events, and whole or not at all.

use std::slice::from_ref;

use replication::{
    StoreError,
    records::{StoredRow, Table},
};
use shared_events::Key;

use crate::{
    records::{at_version, author_id, book, book_id, deleted_at, key, told, version},
    rows::{book_row, link_row},
    store::Store,
};

impl Store {
    pub(crate) async fn take(&self, rows: &[StoredRow]) {
        self.records.take(rows).await.unwrap();
    }
}

pub(crate) async fn a_row_is_taken_only_if_it_is_newer(store: Store) {
    let first = book(1, "1-1");
    for (epoch, number, held) in [
        (1, 3, "1-3"),
        (1, 2, "1-3"),
        (1, 3, "1-3"),
        (1, 4, "1-4"),
        (2, 1, "2-1"),
        (1, 99, "2-1"),
    ] {
        let title = format!("{epoch}-{number}");
        let row = book_row(&at_version(&first, version(epoch, number), &title));
        // In one batch with an older one, whichever comes first.
        let older = book_row(&at_version(&first, version(epoch, number - 1), "older"));
        store.take(&[row.clone(), older.clone()]).await;
        store.take(&[older, row]).await;
        let rows = store.all(Table::Cached).await;
        assert!(rows[0].data.contains(held), "after {title}: {rows:?}");
        assert_eq!(rows.len(), 1);
    }
    let gone = deleted_at(&first, version(2, 2));
    store.take(&[book_row(&gone)]).await;
    store
        .take(&[book_row(&at_version(&first, version(2, 2), "late"))])
        .await;
    assert_eq!(store.all(Table::Cached).await, [book_row(&gone)]);
}

pub(crate) async fn links_that_are_taken_are_merged(store: Store) {
    let key = key(author_id(1), 2);
    let both = [told(key, 5, true, 9), told(key, 7, false, 3)];
    store.take(&both.each_ref().map(link_row)).await;
    let merged = told(key, 7, false, 9);
    assert_eq!(store.held_link(key).await, Some(merged.register.clone()));
    store.take(&[link_row(&told(key, 6, true, 8))]).await;
    assert_eq!(store.all(Table::Links).await, [link_row(&merged)]);
}

pub(crate) async fn more_rows_than_a_statement_takes_are_taken_again_and_again(store: Store) {
    let books = (1..=2_500).map(|id| book_row(&book(id, &id.to_string())));
    let links = (1..=5_000).map(|id| link_row(&told(key(author_id(7), id), 8, true, id)));
    let rows: Vec<_> = books.chain(links).collect();
    for _ in 0..2 {
        store.take(&rows).await;
        assert_eq!(store.all(Table::Cached).await, rows[..2_500]);
        assert_eq!(store.all(Table::Links).await, rows[2_500..]);
    }
    assert!(store.entries().await.is_empty());
}

/// Rows that no side may send, each for a reason of its own.
pub(crate) fn contradictions() -> Vec<StoredRow> {
    let good = book_row(&book(1, "Good"));
    let link = link_row(&told(key(author_id(1), 2), 5, true, 9));
    let with = |row: &StoredRow, change: fn(&mut StoredRow)| {
        let mut row = row.clone();
        change(&mut row);
        row
    };
    vec![
        with(&good, |row| row.key = Key::Book(book_id(2))),
        with(&good, |row| row.key = Key::Author(author_id(1))),
        with(&good, |row| row.data = "{}".to_owned()),
        with(&good, |row| row.data = "no JSON".to_owned()),
        with(&link, |row| {
            row.key = Key::Link {
                author_id: author_id(2),
                book_id: book_id(2),
            }
        }),
        with(&link, |row| row.key = Key::Book(book_id(2))),
        with(&link, |row| row.version = version(0, 5)),
        with(&link, |row| row.version = version(1, 9)),
        with(&link, |row| row.deleted = true),
    ]
}

pub(crate) async fn a_row_that_contradicts_itself_is_refused_with_all_others(store: Store) {
    let good = [
        book_row(&book(1, "Good")),
        link_row(&told(key(author_id(1), 2), 5, true, 9)),
    ];
    for bad in contradictions() {
        let mut rows = good.to_vec();
        rows.push(bad.clone());
        let refused = store.records.take(&rows).await;
        assert!(matches!(refused, Err(StoreError::Data(_))), "{bad:?}");
        for table in [Table::Cached, Table::Links] {
            assert!(store.all(table).await.is_empty(), "{bad:?}");
        }
    }
    store.take(from_ref(&good[0])).await;
    assert_eq!(store.all(Table::Cached).await, good[..1]);
}
