//! The main job on real input: all of goodbooks-10k goes in over HTTP through both services, and
//! both caches end up equal to their owners.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(
    clippy::print_stderr,
    reason = "how long an import takes is worth a line"
)]

use std::fs;

use system_tests::{
    Catalog, Imported, LinksDone, RecordsDone, Side, Stack, compare_everything, counts,
    goodbooks_10k,
};

/// How many rows go in while programs are killed: enough to hit every stage of an import.
const PART: usize = 2_000;

#[tokio::test]
#[ignore = "needs GOODBOOKS_CSV: tests/run.sh"]
async fn goodbooks_10k_goes_in_through_one_process_and_a_second_import_adds_nothing() {
    goes_in_twice(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs GOODBOOKS_CSV, PostgreSQL and RabbitMQ: tests/run.sh"]
async fn goodbooks_10k_goes_in_through_both_programs_and_a_second_import_adds_nothing() {
    goes_in_twice(&Stack::servers().await).await;
}

#[tokio::test]
#[ignore = "needs GOODBOOKS_CSV: tests/run.sh"]
async fn a_part_of_goodbooks_10k_goes_in_while_colophon_is_killed_three_times() {
    let stack = Stack::embedded().await;
    let moments = [
        (Side::Authors, Side::Authors, 500),
        (Side::Books, Side::Books, 1_000),
        (Side::Books, Side::Books, 3_000),
    ];
    goes_in_through_kills(stack, &moments).await;
}

#[tokio::test]
#[ignore = "needs GOODBOOKS_CSV, PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_part_of_goodbooks_10k_goes_in_while_each_service_is_killed_twice() {
    let stack = Stack::servers().await;
    let moments = [
        (Side::Authors, Side::Authors, 400),
        (Side::Books, Side::Authors, 800),
        (Side::Books, Side::Books, 1_000),
        (Side::Authors, Side::Books, 3_000),
    ];
    goes_in_through_kills(stack, &moments).await;
}

async fn goes_in_twice(stack: &Stack) {
    let catalog = goodbooks_10k();
    let first = stack.import(&catalog.file).await;
    eprintln!("the first import took {:.0} s", first.outcome.seconds);
    let created = |created| RecordsDone { found: 0, created };
    assert_eq!(first.outcome.rows_read, 10_000);
    assert_eq!(first.outcome.rows_refused, 0);
    assert_eq!(first.outcome.authors, created(5_833));
    assert_eq!(first.outcome.books, created(10_000));
    let links = LinksDone {
        made: 13_209,
        already_there: 0,
    };
    assert_eq!(first.outcome.links, links);
    holds(stack, &catalog, &first).await;

    let second = stack.import(&catalog.file).await;
    adds_nothing(&second);
    holds(stack, &catalog, &second).await;
}

/// Imports the first rows while the first side's program is killed each time the second side's log
/// has grown to the number.
async fn goes_in_through_kills(mut stack: Stack, moments: &[(Side, Side, i64)]) {
    let whole = fs::read_to_string(goodbooks_10k().file).unwrap();
    let part = stack.folder().join("part.csv");
    let lines: Vec<_> = whole.lines().take(1 + PART).collect();
    fs::write(&part, lines.join("\n")).unwrap();
    let import = stack.start_import(&part);
    for (victim, log, sequence) in moments {
        stack.grown_to(*log, *sequence).await;
        stack.kill_and_restart(*victim).await;
    }
    // What an import does is done again until it is answered, so it comes to its end by itself.
    import.done().await;

    let again = stack.import(&part).await.outcome;
    assert_eq!(again.rows_read, 2_000);
    assert_eq!(again.rows_refused, 0);
    stack.settled().await;
    compare_everything(&stack).await;
    // It finds each author of the file, each row's book and each link, and there are no others.
    let held = counts(&stack).await;
    assert_eq!(held.books, 2_000);
    let found = |held: i64| RecordsDone {
        found: held.unsigned_abs(),
        created: 0,
    };
    assert_eq!(again.authors, found(held.authors));
    assert_eq!(again.books, found(held.books));
    let links = LinksDone {
        made: 0,
        already_there: held.links.unsigned_abs(),
    };
    assert_eq!(again.links, links);
}

fn adds_nothing(import: &Imported) {
    let found = |found| RecordsDone { found, created: 0 };
    assert_eq!(import.outcome.authors, found(5_833));
    assert_eq!(import.outcome.books, found(10_000));
    let links = LinksDone {
        made: 0,
        already_there: 13_209,
    };
    assert_eq!(import.outcome.links, links);
}

async fn holds(stack: &Stack, catalog: &Catalog, import: &Imported) {
    assert_eq!(import.outcome.fields_left_out, catalog.left_out);
    let refused = import.report.iter().filter(|line| line["field"] == "isbn");
    assert_eq!(refused.count(), 23, "{:?}", import.report);
    stack.settled().await;
    assert_eq!(counts(stack).await, catalog.counts);
    compare_everything(stack).await;
}
