//! Receipts: what a write is known by, who has applied it, and waiting for them, in a time that
//! passes only when everybody waits.

use std::time::Duration;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use shared_events::{
    Producer,
    control::{CheckpointReport, ConsumerKind, Unapplied, UnappliedState},
};
use tokio::time::{Instant, sleep};

use crate::{
    requests::{delete, post, put},
    service::{NOW, Service},
};

fn checkpoint(consumer: &str, settled_through: i64) -> CheckpointReport {
    CheckpointReport {
        producer: Producer::Authors.name().to_owned(),
        consumer: consumer.to_owned(),
        kind: ConsumerKind::Downstream,
        epoch: 1,
        settled_through,
        unapplied: Vec::new(),
        unapplied_more: false,
        at: NOW.parse().unwrap(),
    }
}

fn create() -> TestRequest {
    post("/authors", &json!({ "name": "Gabo" }))
}

fn waiting(request: TestRequest) -> TestRequest {
    request.insert_header(("prefer", "wait-applied=20"))
}

/// What is told of this receipt.
async fn shown(service: &Service, receipt: &str) -> Value {
    let answer = service.get(&format!("/sync/receipts/{receipt}")).await;
    answer.expect(200).json()
}

#[tokio::test]
async fn each_write_is_answered_with_its_receipt_also_if_it_changes_nothing() {
    let service = Service::new().await;
    service.hear_of_books([2, 3]).await;
    let record = json!({ "name": "Gabo" });
    let changed = json!({ "name": "Other", "title": "Other" });
    let linked = json!({ "book_ids": [3, 2], "author_ids": [3, 2] });
    let one = "/authors/1/books/2";
    let mut given = Vec::new();
    for request in [
        post("/authors", &record),
        put("/authors/1", &record),
        put("/authors/1", &changed),
        post("/authors/1/books", &linked),
        post("/authors/1/books", &linked),
        put(one, &json!({ "role": "editor" })),
        put(one, &json!({ "role": "editor" })),
        delete(one),
        delete(one),
        delete("/authors/1"),
    ] {
        let answer = service.ask(request).await;
        assert!((200..300).contains(&answer.status), "{answer}");
        given.push(answer.header("x-receipt").unwrap().to_owned());
        assert_eq!(answer.header("x-applied"), None);
    }
    assert_eq!(given[..3], ["author:1@1-1", "author:1@1-1", "author:1@1-2"]);
    assert!(given[3].starts_with("link:1:2@1-"), "{given:?}");
    assert_eq!(given[9], "author:1@1-3");
    let log = service.log().await;
    let places = [1, 1, 2, 4, 4, 5, 5, 6, 6, 7];
    for (receipt, sequence) in given.iter().zip(places) {
        let told = shown(&service, receipt).await;
        assert_eq!(told["sequence"], sequence, "{receipt}");
        assert_eq!(told["receipt"], receipt.as_str());
        assert_eq!(told["consumers"], json!([]));
    }
    assert_eq!(log.len(), 7);
}

#[tokio::test]
async fn where_there_is_nothing_there_is_no_receipt() {
    let service = Service::new().await;
    service.ask(create()).await.expect(201);
    let answer = service
        .ask(waiting(delete("/authors/1/books/9")))
        .await
        .expect(204);
    assert_eq!(answer.header("x-receipt"), None);
    assert_eq!(answer.header("x-applied"), None);
    let refused = service
        .ask(waiting(post("/authors", &json!({}))))
        .await
        .expect(422);
    assert_eq!(refused.header("x-receipt"), None);
}

#[tokio::test]
async fn a_receipt_tells_who_has_applied_it_and_when() {
    let service = Service::new().await;
    service.hear_report(checkpoint("late", 0));
    service.hear_report(checkpoint("spoiled", 0));
    service.hear_report(checkpoint("swift", 0));
    let answer = service.ask(create()).await.expect(201);
    let receipt = answer.header("x-receipt").unwrap().to_owned();
    service.hear_report(checkpoint("swift", 1));
    service.hear_report(CheckpointReport {
        unapplied: vec![Unapplied {
            sequence: 1,
            state: UnappliedState::Dead,
        }],
        ..checkpoint("spoiled", 1)
    });
    let expected = json!({
        "receipt": "author:1@1-1", "sequence": 1, "at": NOW,
        "consumers": [
            {"consumer": "late", "kind": "downstream", "applied": false, "applied_at": null,
             "state": "waiting", "settled_through": 0},
            {"consumer": "spoiled", "kind": "downstream", "applied": false, "applied_at": null,
             "state": "dead", "settled_through": 1},
            {"consumer": "swift", "kind": "downstream", "applied": true, "applied_at": NOW,
             "state": "applied", "settled_through": 1},
        ],
    });
    assert_eq!(shown(&service, &receipt).await, expected);
}

#[tokio::test]
async fn what_is_no_receipt_of_this_log_is_not_found() {
    let service = Service::new().await;
    service.ask(create()).await.expect(201);
    let long = format!("author:1@1-{}", "9".repeat(2_000));
    for receipt in [
        "author:1@1-2",
        "author:1@2-1",
        "author:2@1-1",
        "book:1@1-1",
        "author:1",
        "1",
        "%40",
        "%FF",
        &long,
    ] {
        let answer = service.get(&format!("/sync/receipts/{receipt}")).await;
        answer.expect(404).problem();
    }
    let encoded = service.get("/sync/receipts/author%3A1%401-1").await;
    encoded.expect(200);
}

#[tokio::test(start_paused = true)]
async fn who_prefers_so_is_answered_once_every_consumer_has_applied_the_write() {
    let service = Service::new().await;
    service.hear_report(checkpoint("a", 0));
    service.hear_report(checkpoint("b", 0));
    let started = Instant::now();
    let others = async {
        sleep(Duration::from_secs(3)).await;
        service.hear_report(checkpoint("a", 1));
        sleep(Duration::from_secs(4)).await;
        service.hear_report(checkpoint("b", 1));
    };
    let (answer, ()) = tokio::join!(service.ask(waiting(create())), others);
    let answer = answer.expect(201);
    assert_eq!(answer.header("x-applied"), Some("true"));
    assert_eq!(answer.header("preference-applied"), Some("wait-applied"));
    assert_eq!(answer.json()["id"], 1);
    assert_eq!(started.elapsed(), Duration::from_secs(7));
    // What is applied already is answered at once.
    let again = put("/authors/1", &json!({ "name": "Gabo" }));
    let answer = service.ask(waiting(again)).await.expect(200);
    assert_eq!(answer.header("x-applied"), Some("true"));
    assert_eq!(started.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn who_waited_in_vain_gets_the_same_answer_and_is_told_so() {
    let service = Service::new().await;
    for (known, seconds, granted) in [(false, "2", 2), (true, "3", 3), (true, "99", 30)] {
        if known {
            service.hear_report(checkpoint("a", 0));
        }
        let started = Instant::now();
        let prefer = ("prefer", format!("wait-applied={seconds}"));
        let answer = service
            .ask(create().insert_header(prefer))
            .await
            .expect(201);
        assert_eq!(answer.header("x-applied"), Some("false"));
        assert!(answer.header("x-receipt").is_some());
        assert_eq!(started.elapsed(), Duration::from_secs(granted));
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_link_that_the_other_side_made_nobody_says_whether_it_is_applied() {
    let service = Service::new().await;
    service.ask(create()).await.expect(201);
    service.hear_of_books([2]).await;
    service.hear_of_link(1, 2, "editor", 3).await;
    service.hear_report(checkpoint("a", 1));
    let credit = json!({ "role": "editor", "position": 3, "credited_as": "G. G. M." });
    for request in [
        post("/authors/1/books", &json!({ "book_ids": [2] })),
        put("/authors/1/books/2", &credit),
    ] {
        let answer = service.ask(waiting(request)).await.expect(200);
        assert!(answer.header("x-receipt").unwrap().starts_with("link:"));
        assert_eq!(answer.header("x-applied"), None);
        assert_eq!(answer.header("preference-applied"), None);
    }
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_consumer_that_fell_silent() {
    let service = Service::new().await;
    service.hear_report(checkpoint("gone", 0));
    sleep(Duration::from_secs(45)).await;
    let started = Instant::now();
    let other = async {
        service.hear_report(checkpoint("swift", 1));
    };
    let (answer, ()) = tokio::join!(service.ask(waiting(create())), other);
    assert_eq!(answer.expect(201).header("x-applied"), Some("true"));
    assert_eq!(started.elapsed(), Duration::from_secs(5));
    let told = shown(&service, "author:1@1-1").await;
    assert_eq!(told["consumers"][0]["state"], "silent");
}

#[tokio::test(start_paused = true)]
async fn both_preferences_hold_beside_each_other() {
    let service = Service::new().await;
    service.ask(create()).await.expect(201);
    service.hear_report(checkpoint("a", 1));
    let started = Instant::now();
    let others = async {
        sleep(Duration::from_secs(2)).await;
        service.hear_of_books([2]).await;
        sleep(Duration::from_secs(2)).await;
        service.hear_report(checkpoint("a", 2));
    };
    let link = post("/authors/1/books", &json!({ "book_ids": [2] }));
    let link = link.insert_header(("prefer", "wait=10, wait-applied=10"));
    let (answer, ()) = tokio::join!(service.ask(link), others);
    let answer = answer.expect(200);
    let applied = answer.header("preference-applied");
    assert_eq!(applied, Some("wait=10, wait-applied"));
    assert_eq!(answer.header("x-applied"), Some("true"));
    assert_eq!(started.elapsed(), Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn a_stop_answers_everybody_who_waits_to_be_applied() {
    let service = Service::new().await;
    service.hear_report(checkpoint("a", 0));
    let started = Instant::now();
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        service.stopping.cancel();
    };
    let (answer, ()) = tokio::join!(service.ask(waiting(create())), stop);
    assert_eq!(answer.expect(201).header("x-applied"), Some("false"));
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn many_who_wait_are_answered_by_one_report() {
    let service = Service::new().await;
    service.hear_report(checkpoint("a", 0));
    let started = Instant::now();
    let report = async {
        sleep(Duration::from_secs(2)).await;
        service.hear_report(checkpoint("a", 20));
    };
    let (first, second, third, ()) = tokio::join!(
        service.ask(waiting(create())),
        service.ask(waiting(create())),
        service.ask(waiting(create())),
        report
    );
    for answer in [first, second, third] {
        assert_eq!(answer.expect(201).header("x-applied"), Some("true"));
    }
    assert_eq!(started.elapsed(), Duration::from_secs(2));
}
