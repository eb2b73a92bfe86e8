//! `Prefer: wait=N` on the assign call, in a time that passes only when everybody waits.

use std::time::Duration;

use actix_web::test::TestRequest;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{requests::post, service::Service};

fn assign(wait: &str) -> TestRequest {
    let body = json!({ "author_ids": [2, 3] });
    post("/books/1/authors", &body).insert_header(("prefer", wait))
}

async fn with_book() -> Service {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.hear_of_authors([2]).await;
    service
}

#[tokio::test(start_paused = true)]
async fn who_prefers_to_wait_is_answered_once_the_last_author_is_known() {
    let service = with_book().await;
    let started = Instant::now();
    let other_side = async {
        sleep(Duration::from_secs(3)).await;
        service.hear_of_authors([4]).await;
        sleep(Duration::from_secs(3)).await;
        service.hear_of_authors([3]).await;
    };
    let (answer, ()) = tokio::join!(service.ask(assign("wait=10")), other_side);
    let answer = answer.expect(200);
    assert_eq!(answer.header("preference-applied"), Some("wait=10"));
    assert_eq!(answer.json()["linked"], json!([2, 3]));
    assert_eq!(started.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn who_waited_in_vain_is_told_what_is_missing() {
    let service = with_book().await;
    for (wait, granted) in [("wait=7", 7), ("wait=99999999999999999999", 30)] {
        let started = Instant::now();
        let answer = service.ask(assign(wait)).await.expect(404);
        assert_eq!(answer.problem()["missing_author_ids"], json!([3]));
        assert_eq!(started.elapsed(), Duration::from_secs(granted));
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_ask_to_wait_is_answered_at_once() {
    let service = with_book().await;
    let started = Instant::now();
    for preference in [
        "respond-async",
        "wait",
        "wait=-1",
        "wait=soon",
        "",
        "wait=0",
    ] {
        let answer = service.ask(assign(preference)).await.expect(404);
        assert_eq!(answer.header("preference-applied"), None);
    }
    service.hear_of_authors([3]).await;
    let answer = service.ask(assign("wait=30")).await.expect(200);
    assert_eq!(answer.header("preference-applied"), Some("wait=30"));
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_what_waiting_does_not_mend() {
    let service = with_book().await;
    let started = Instant::now();
    let no_book = post("/books/9/authors", &json!({ "author_ids": [3] }));
    let no_book = no_book.insert_header(("prefer", "wait=30"));
    service.ask(no_book).await.expect(404);
    let wrong = post("/books/1/authors", &json!({ "author_ids": [0] }));
    let wrong = wrong.insert_header(("prefer", "wait=30"));
    service.ask(wrong).await.expect(422);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_stop_answers_everybody_who_waits() {
    let service = with_book().await;
    let started = Instant::now();
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        service.stopping.cancel();
    };
    let (answer, ()) = tokio::join!(service.ask(assign("wait=30")), stop);
    answer.expect(404);
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}
