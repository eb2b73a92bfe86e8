//! Importing a file, undisturbed.

use system_tests::{LinksDone, RecordsDone, Side, Stack, compare_everything, counts, sample};

#[tokio::test]
async fn the_sample_goes_in_and_a_second_import_adds_nothing() {
    the_sample_goes_in_twice(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn the_sample_goes_in_through_both_programs_and_a_second_import_adds_nothing() {
    the_sample_goes_in_twice(&Stack::servers().await).await;
}

async fn the_sample_goes_in_twice(stack: &Stack) {
    let sample = sample();
    let first = stack.import(&sample.file).await.outcome;
    let created = |created| RecordsDone { found: 0, created };
    assert_eq!(first.authors, created(155));
    assert_eq!(first.books, created(151));
    assert_eq!(first.fields_left_out, sample.left_out);
    stack.settled().await;
    assert_eq!(counts(stack).await, sample.counts);
    compare_everything(stack).await;
    let log = stack.last_sequence(Side::Books).await;

    let second = stack.import(&sample.file).await.outcome;
    let found = |found| RecordsDone { found, created: 0 };
    assert_eq!(second.authors, found(155));
    assert_eq!(second.books, found(151));
    let links = LinksDone {
        made: 0,
        already_there: 169,
    };
    assert_eq!(second.links, links);
    assert_eq!(second.fields_left_out, sample.left_out);
    stack.settled().await;
    assert_eq!(counts(stack).await, sample.counts);
    assert_eq!(stack.last_sequence(Side::Books).await, log);
    compare_everything(stack).await;
}
