//! Receipts: whether the other side has applied a write, and waiting until it has.

use reqwest::Method;
use serde_json::Value;
use system_tests::{Answer, PATIENCE, Side, Stack, Subscriber, eventually, own_virtual_host};

use crate::poison::{publish, with_a_nul};

/// Creates a record and waits up to `seconds` until everybody has applied it.
async fn create_and_wait(stack: &Stack, side: Side, seconds: u32) -> Answer {
    let prefer = format!("wait-applied={seconds}");
    let (body, client) = (side.record("Awaited"), stack.client(side));
    let headers = [("Prefer", prefer.as_str())];
    let sent = client.send(Method::POST, side.records(), &headers, &body);
    sent.await.with_status(201)
}

/// How this consumer stands to the write of `answer`; null if it is not known.
async fn standing(stack: &Stack, side: Side, answer: &Answer, consumer: &str) -> Value {
    let path = format!("/sync/receipts/{}", answer.header("x-receipt"));
    let told = stack.client(side).get(&path).await.with_status(200);
    let consumers = told.body["consumers"].as_array().unwrap();
    let found = consumers.iter().find(|one| one["consumer"] == consumer);
    found.cloned().unwrap_or_default()
}

/// Waits until this consumer stands so to the write of `answer`.
async fn comes_to(stack: &Stack, side: Side, answer: &Answer, consumer: &str, state: &str) {
    let what = format!("{consumer} {state}");
    eventually(PATIENCE, &what, async || {
        let told = standing(stack, side, answer, consumer).await;
        (told["state"] == state).then_some(())
    })
    .await;
}

fn name(side: Side) -> &'static str {
    side.producer().name()
}

#[tokio::test]
async fn a_write_in_one_process_is_answered_once_the_other_side_has_applied_it() {
    let stack = Stack::embedded().await;
    for side in Side::BOTH {
        let answer = create_and_wait(&stack, side, 30).await;
        assert_eq!(answer.header("x-applied"), "true");
        assert_eq!(answer.header("preference-applied"), "wait-applied");
        let told = standing(&stack, side, &answer, name(side.other())).await;
        assert_eq!(told["state"], "applied", "{told}");
        assert_eq!(told["kind"], "owner", "{told}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn a_write_is_applied_when_the_other_side_is_there_and_not_while_it_is_stopped() {
    let mut stack = Stack::servers().await;
    for side in Side::BOTH {
        let away = side.other();
        let before = create_and_wait(&stack, side, 30).await;
        assert_eq!(before.header("x-applied"), "true");

        assert_eq!(stack.process(away).terminate().await.code, Some(0));
        let meanwhile = create_and_wait(&stack, side, 1).await;
        assert_eq!(meanwhile.header("x-applied"), "false");
        let told = standing(&stack, side, &meanwhile, name(away)).await;
        assert_eq!(told["applied"], false, "{told}");
        comes_to(&stack, side, &before, name(away), "applied").await;

        stack.start(away);
        stack.ready().await;
        comes_to(&stack, side, &meanwhile, name(away), "applied").await;
        let after = create_and_wait(&stack, side, 30).await;
        assert_eq!(after.header("x-applied"), "true");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn what_is_parked_is_not_applied_and_a_third_party_is_a_consumer_as_well() {
    let broker_url = own_virtual_host().await;
    let stack = Stack::servers_on(&broker_url).await;
    let third = Subscriber::start(&broker_url);
    for side in Side::BOTH {
        let answer = create_and_wait(&stack, side, 1).await;
        comes_to(&stack, side, &answer, "third-party", "applied").await;
        let told = standing(&stack, side, &answer, "third-party").await;
        assert_eq!(told["kind"], "downstream", "{told}");

        // An event that claims the first place in the log and can't be applied.
        publish(&broker_url, side, &with_a_nul(side)).await;
        comes_to(&stack, side, &answer, name(side.other()), "parked").await;
    }
    third.stop().await;
}
