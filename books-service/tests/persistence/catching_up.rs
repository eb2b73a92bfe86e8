//! Records that an older release stored become searchable at the start.

use replication::StoreError;

use crate::{finding::found, store::Store};

const NONE: [i64; 0] = [];
/// More than are made searchable in one transaction.
const MANY: i64 = 502;

async fn insert(store: &Store, table: &str, columns: &str, rows: impl IntoIterator<Item = String>) {
    let rows: Vec<_> = rows.into_iter().map(|row| format!("({row})")).collect();
    let statement = format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "));
    assert!(store.by_hand(&statement).await);
}

async fn books(store: &Store, books: impl IntoIterator<Item = (i64, String)>) {
    let columns = "id, version, deleted, title, subjects, identifiers, created_at, updated_at";
    let at = "'2026-11-20 09:30:00+00:00'";
    let row = |(id, title)| format!("{id}, 1, FALSE, '{title}', '[\"Hills\"]', '{{}}', {at}, {at}");
    insert(store, "books", columns, books.into_iter().map(row)).await;
}

async fn cached_author(store: &Store, id: i64, name: &str) {
    let columns = "id, epoch, version, deleted, name, aliases, identifiers, created_at, updated_at";
    let at = "'2026-11-20 09:30:00+00:00'";
    let row = format!("{id}, 1, 1, FALSE, '{name}', '[]', '{{}}', {at}, {at}");
    insert(store, "authors_cache", columns, [row]).await;
}

async fn link(store: &Store, book: i64, author: i64) {
    let columns =
        "book_id, author_id, present, presence_revision, role, position, credit_revision";
    let row = format!("{book}, {author}, TRUE, 1, 'author', 1, 1");
    insert(store, "book_authors", columns, [row]).await;
}

/// Two books and an author.
async fn few(store: &Store) {
    books(store, [(1, "The Hobbit".to_owned()), (2, "Emma".to_owned())]).await;
    cached_author(store, 7, "J. R. R. Tolkien").await;
    link(store, 1, 7).await;
}

async fn many(store: &Store) {
    let titled = (1..=MANY).map(|id| (id, format!("Number {id}")));
    books(store, titled).await;
}

pub(crate) async fn what_an_older_release_stored_is_found(store: Store) {
    few(&store).await;
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "hobit").await, [1]);
    assert_eq!(found(&store, "tolkien").await, [1]);
    assert_eq!(found(&store, "emma hills").await, [2]);
    store.prepare().await.unwrap();
}

pub(crate) async fn what_can_not_be_read_keeps_nothing_else_from_being_found(store: Store) {
    few(&store).await;
    let statement = "UPDATE books SET subjects = '{\"by\": \"hand\"}' WHERE id = 2";
    assert!(store.by_hand(statement).await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "hobbit").await, [1]);
    assert_eq!(found(&store, "emma").await, NONE);
}

pub(crate) async fn catching_up_goes_on_where_it_was_left(store: Store) {
    many(&store).await;
    store.migrate().await;
    // The second transaction fails.
    let refuse = "CREATE UNIQUE INDEX refusing ON listed_books (publisher) WHERE id > 500";
    assert!(store.by_hand(refuse).await);
    let refused = store.prepare().await;
    assert!(matches!(refused, Err(StoreError::Data(_))), "{refused:?}");
    assert_eq!(found(&store, "number 500").await, [500]);
    assert_eq!(found(&store, "number 502").await, NONE);

    // What was done is not done again.
    for table in ["book_titles", "book_texts"] {
        let delete = format!("DELETE FROM {table} WHERE id = 500");
        assert!(store.by_hand(&delete).await);
    }
    assert!(store.by_hand("DROP INDEX refusing").await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "number 500").await, NONE);
    assert_eq!(found(&store, "number 501").await, [501]);
    assert_eq!(found(&store, "number 502").await, [502]);
}

pub(crate) async fn what_was_folded_otherwise_is_folded_again(store: Store) {
    few(&store).await;
    store.prepare().await.unwrap();
    for table in ["book_titles", "book_texts", "cached_author_names"] {
        assert!(store.by_hand(&format!("DELETE FROM {table}")).await);
    }
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "hobbit").await, NONE, "it is complete");

    assert!(store.by_hand("UPDATE search_progress SET folding = folding - 1").await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "hobbit").await, [1]);
    assert_eq!(found(&store, "tolkien").await, [1]);
}
