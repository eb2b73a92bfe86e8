//! `Prefer: wait=N`: a link to what is still on its way.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use system_tests::{Answer, Side, Stack, blocking, own_broker};

#[tokio::test]
async fn a_request_waits_for_a_book_that_comes_later() {
    let stack = Stack::embedded().await;
    let author = stack.create(Side::Authors, "Patient").await;
    let next = stack.create(Side::Books, "The one before").await + 1;

    let make = async {
        assert_not_there_yet(&stack, author, next).await;
        stack.create(Side::Books, "The awaited").await
    };
    let (answer, made) = tokio::join!(link(&stack, author, next, 30), make);
    assert_eq!(
        made, next,
        "ids do not follow each other: the test waited for another"
    );
    assert_waited(answer, next);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_request_waits_for_a_book_that_the_broker_brings_later() {
    let broker = own_broker().await;
    let stack = Stack::servers_on(&broker.url()).await;
    let author = stack.create(Side::Authors, "Patient").await;
    let stopping = Arc::clone(&broker);
    blocking(move || stopping.stop().unwrap()).await;
    let book = stack.create(Side::Books, "On its way").await;

    let bring = async {
        assert_not_there_yet(&stack, author, book).await;
        blocking(move || broker.start_again().map(|()| broker).unwrap()).await
    };
    let (answer, _broker) = tokio::join!(link(&stack, author, book, 30), bring);
    assert_waited(answer, book);
}

/// A request that waits for just a second is told that there is no such book, after that second.
async fn assert_not_there_yet(stack: &Stack, author: i64, book: i64) {
    let answer = link(stack, author, book, 1).await;
    assert_eq!(answer.status, 404, "{}", answer.body);
    assert!(answer.took >= Duration::from_secs(1), "{:?}", answer.took);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains(&book.to_string()), "{detail}");
}

fn assert_waited(answer: Answer, book: i64) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["linked"][0], book);
    assert_eq!(answer.header("preference-applied"), "wait=30");
    assert!(answer.took >= Duration::from_secs(1), "{:?}", answer.took);
}

async fn link(stack: &Stack, author: i64, book: i64, seconds: u32) -> Answer {
    let (side, prefer) = (Side::Authors, format!("wait={seconds}"));
    let body = side.link_to(&[book]);
    let client = stack.client(side);
    client
        .send(
            Method::POST,
            &side.links_of(author),
            &[("Prefer", &prefer)],
            &body,
        )
        .await
}
