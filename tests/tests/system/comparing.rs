//! The comparison itself: whatever differs, it sees.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use system_tests::{Side, Stack, compare_everything};

#[tokio::test]
async fn the_comparison_sees_whatever_differs() {
    let mut stack = Stack::embedded().await;
    let author = stack.create(Side::Authors, "Left").await;
    let gone = stack.create(Side::Authors, "Gone").await;
    let book = stack.create(Side::Books, "Right").await;
    stack.settled().await;
    let client = stack.client(Side::Authors);
    let link = Side::Authors.link_to(&[book]);
    let linked = client.post(&Side::Authors.links_of(author), &link).await;
    assert_eq!(linked.status, 200, "{}", linked.body);
    let deleted = client.delete(&Side::Authors.path_of(gone)).await;
    assert_eq!(deleted.status, 204);
    stack.settled().await;
    assert_eq!(stack.process(Side::Authors).terminate().await.code, Some(0));
    compare_everything(&stack).await;

    for (side, change, back) in [
        (
            Side::Books,
            "UPDATE authors_cache SET name = 'Other' WHERE name = 'Left'",
            "UPDATE authors_cache SET name = 'Left' WHERE name = 'Other'",
        ),
        (
            Side::Books,
            "UPDATE authors_cache SET deleted = FALSE WHERE name = 'Gone'",
            "UPDATE authors_cache SET deleted = TRUE WHERE name = 'Gone'",
        ),
        (
            Side::Authors,
            "UPDATE books_cache SET version = version + 1",
            "UPDATE books_cache SET version = version - 1",
        ),
        (
            Side::Authors,
            "UPDATE books_cache SET subjects = '[\"x\"]'",
            "UPDATE books_cache SET subjects = '[]'",
        ),
        (
            Side::Books,
            "UPDATE book_authors SET credit_revision = credit_revision + 2",
            "UPDATE book_authors SET credit_revision = credit_revision - 2",
        ),
        (
            Side::Authors,
            "UPDATE events SET sequence = 99 WHERE sequence = 2",
            "UPDATE events SET sequence = 2 WHERE sequence = 99",
        ),
        (
            Side::Authors,
            "UPDATE relay_state SET published_through = published_through - 1",
            "UPDATE relay_state SET published_through = published_through + 1",
        ),
        (
            Side::Books,
            "UPDATE checkpoints SET settled_above = '[[9, 9]]'",
            "UPDATE checkpoints SET settled_above = '[]'",
        ),
    ] {
        execute(&stack, side, change).await;
        let compared = AssertUnwindSafe(compare_everything(&stack)).catch_unwind();
        assert!(compared.await.is_err(), "not seen: {change}");
        execute(&stack, side, back).await;
        compare_everything(&stack).await;
    }
}

async fn execute(stack: &Stack, side: Side, statement: &str) {
    let database = stack.database(side).await;
    database.execute_unprepared(statement).await.unwrap();
    database.close().await.unwrap();
}
