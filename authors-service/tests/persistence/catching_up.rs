//! Records that an older release stored become searchable at the start.

use replication::StoreError;

use crate::{finding::found, store::Store};

const NONE: [i64; 0] = [];
/// More than are made searchable in one transaction.
const MANY: i64 = 502;

async fn authors(store: &Store, authors: impl IntoIterator<Item = (i64, String)>) {
    let at = "'2026-11-20 09:30:00+00:00'";
    let row = |(id, name)| format!("({id}, 1, FALSE, '{name}', '[\"Gabo\"]', '{{}}', {at}, {at})");
    let rows: Vec<_> = authors.into_iter().map(row).collect();
    let columns = "id, version, deleted, name, aliases, identifiers, created_at, updated_at";
    let statement = format!("INSERT INTO authors ({columns}) VALUES {}", rows.join(", "));
    assert!(store.by_hand(&statement).await);
}

async fn few(store: &Store) {
    let named = [(1, "Gabriel García Márquez"), (2, "Ovid")];
    authors(store, named.map(|(id, name)| (id, name.to_owned()))).await;
}

async fn many(store: &Store) {
    let named = (1..=MANY).map(|id| (id, format!("Number {id}")));
    authors(store, named).await;
}

pub(crate) async fn what_an_older_release_stored_is_found(store: Store) {
    few(&store).await;
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "marquez").await, [1]);
    assert_eq!(found(&store, "ovid").await, [2]);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "gabo").await, [1, 2]);
}

pub(crate) async fn what_can_not_be_read_keeps_nothing_else_from_being_found(store: Store) {
    few(&store).await;
    let statement = "UPDATE authors SET aliases = '{\"by\": \"hand\"}' WHERE id = 2";
    assert!(store.by_hand(statement).await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "marquez").await, [1]);
    assert_eq!(found(&store, "ovid").await, NONE);
}

pub(crate) async fn catching_up_goes_on_where_it_was_left(store: Store) {
    many(&store).await;
    store.migrate().await;
    // The second transaction fails.
    let refuse = "CREATE UNIQUE INDEX refusing ON listed_authors (nationality) WHERE id > 500";
    assert!(store.by_hand(refuse).await);
    let refused = store.prepare().await;
    assert!(matches!(refused, Err(StoreError::Data(_))), "{refused:?}");
    assert_eq!(found(&store, "number 500").await, [500]);
    assert_eq!(found(&store, "number 502").await, NONE);

    // What was done is not done again.
    assert!(store.by_hand("DELETE FROM author_names WHERE id = 500").await);
    assert!(store.by_hand("DROP INDEX refusing").await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "number 500").await, NONE);
    assert_eq!(found(&store, "number 501").await, [501]);
    assert_eq!(found(&store, "number 502").await, [502]);
}

pub(crate) async fn what_was_folded_otherwise_is_folded_again(store: Store) {
    few(&store).await;
    store.prepare().await.unwrap();
    assert!(store.by_hand("DELETE FROM author_names").await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "marquez").await, NONE, "it is complete");

    assert!(store.by_hand("UPDATE search_progress SET folding = folding - 1").await);
    store.prepare().await.unwrap();
    assert_eq!(found(&store, "marquez").await, [1]);
}
