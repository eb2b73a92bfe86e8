//! `kill -9` in the middle of an import: nothing is lost, nothing is doubled.

use system_tests::{Catalog, Side, Stack, compare_everything, counts, generated};

#[tokio::test]
async fn an_import_survives_that_colophon_is_killed() {
    let stack = Stack::embedded().await;
    // While it takes authors, books, and links.
    let moments = [
        (Side::Authors, Side::Authors, 70),
        (Side::Books, Side::Books, 150),
        (Side::Books, Side::Books, 600),
    ];
    survives(stack, &moments).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn an_import_survives_that_authors_service_is_killed() {
    let stack = Stack::servers().await;
    // While it takes authors, and while it mirrors books.
    let moments = [
        (Side::Authors, Side::Authors, 70),
        (Side::Authors, Side::Books, 150),
        (Side::Authors, Side::Books, 600),
    ];
    survives(stack, &moments).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn an_import_survives_that_books_service_is_killed() {
    let stack = Stack::servers().await;
    // While it mirrors authors, and while it takes books and links.
    let moments = [
        (Side::Books, Side::Authors, 70),
        (Side::Books, Side::Books, 150),
        (Side::Books, Side::Books, 600),
    ];
    survives(stack, &moments).await;
}

#[tokio::test]
async fn an_import_that_was_killed_with_the_services_is_completed_by_the_next() {
    let mut stack = Stack::embedded().await;
    let catalog = generated(stack.folder());
    let mut import = stack.start_import(&catalog.file);
    stack.grown_to(Side::Books, 150).await;
    stack.process(Side::Books).kill_9();
    import.kill_9();
    stack.start_all();
    stack.ready().await;

    let books = stack.import(&catalog.file).await.outcome.books;
    assert!(books.found >= 150, "acknowledged and lost: {books:?}");
    holds_once(&stack, &catalog).await;
}

/// Kills the first side's program each time the second side's log has grown to the number. The
/// import comes to its end all the same; another one finds everything.
async fn survives(mut stack: Stack, moments: &[(Side, Side, i64)]) {
    let catalog = generated(stack.folder());
    let import = stack.start_import(&catalog.file);
    for (victim, log, sequence) in moments {
        stack.grown_to(*log, *sequence).await;
        stack.kill_and_restart(*victim).await;
    }
    import.done().await;
    holds_once(&stack, &catalog).await;
}

async fn holds_once(stack: &Stack, catalog: &Catalog) {
    let again = stack.import(&catalog.file).await.outcome;
    assert_eq!(again.authors.created, 0);
    assert_eq!(again.books.created, 0);
    assert_eq!(again.links.made, 0);
    stack.settled().await;
    assert_eq!(counts(stack).await, catalog.counts);
    compare_everything(stack).await;
}
