//! `Idempotency-Key`: a request that is sent again is answered again and not done again.

use std::{future::Future, pin::pin, task::Poll};

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{post, request, with_json},
    service::Service,
};

fn keyed(uri: &str, key: &str, body: &Value) -> TestRequest {
    post(uri, body).insert_header(("idempotency-key", key))
}

/// The same in all that a client sees of it.
fn assert_is_replay(answer: &Answer, first: &Answer) {
    assert_eq!(first.header("idempotency-replayed"), None, "{first}");
    assert_eq!(
        answer.header("idempotency-replayed"),
        Some("true"),
        "{answer}"
    );
    assert_eq!(answer.status, first.status);
    assert_eq!(answer.body, first.body);
    for header in ["content-type", "location", "etag", "preference-applied"] {
        assert_eq!(answer.header(header), first.header(header), "{header}");
    }
}

#[tokio::test]
async fn an_author_is_created_once_under_a_key() {
    let service = Service::new().await;
    let body = json!({ "name": "Gabo", "aliases": ["Gabito"] });
    let first = service
        .ask(keyed("/authors", "a-1", &body))
        .await
        .expect(201);
    for key in ["a-1", "\"a-1\""] {
        let again = service.ask(keyed("/authors", key, &body)).await;
        assert_is_replay(&again, &first);
    }
    assert_eq!(service.log().await.len(), 1);
    let other = service
        .ask(keyed("/authors", "a-2", &body))
        .await
        .expect(201);
    assert_eq!(other.header("idempotency-replayed"), None);
    assert_ne!(other.header("location"), first.header("location"));
}

#[tokio::test]
async fn the_answer_stays_what_it_was_when_the_author_has_changed() {
    let service = Service::new().await;
    let body = json!({ "name": "Gabo" });
    let first = service.ask(keyed("/authors", "k", &body)).await.expect(201);
    let revised = json!({ "name": "Gabriel" });
    service
        .ask(crate::requests::put("/authors/1", &revised))
        .await
        .expect(200);
    let again = service.ask(keyed("/authors", "k", &body)).await;
    assert_is_replay(&again, &first);
}

#[tokio::test]
async fn books_are_linked_once_under_a_key_also_when_nothing_was_to_be_done() {
    let service = Service::new().await;
    service.create("Gabo").await;
    service.hear_of_books([7, 8]).await;
    let body = json!({ "book_ids": [7, 8] });
    let waiting = || keyed("/authors/1/books", "first", &body).insert_header(("prefer", "wait=1"));
    let first = service.ask(waiting()).await.expect(200);
    assert_eq!(first.json()["linked"], json!([7, 8]));
    assert_is_replay(&service.ask(waiting()).await, &first);

    let nothing = service
        .ask(keyed("/authors/1/books", "second", &body))
        .await
        .expect(200);
    assert_eq!(nothing.json()["already_linked"], json!([7, 8]));
    service
        .ask(request(
            actix_web::http::Method::DELETE,
            "/authors/1/books/7",
        ))
        .await
        .expect(204);
    let again = service
        .ask(keyed("/authors/1/books", "second", &body))
        .await;
    assert_is_replay(&again, &nothing);
    // Two links, one of them removed; nothing was linked anew.
    assert_eq!(service.log().await.len(), 1 + 2 + 1);
}

#[tokio::test]
async fn a_key_that_stands_for_another_request_is_refused() {
    let service = Service::new().await;
    let body = json!({ "name": "Gabo" });
    service.hear_of_books([7]).await;
    service.ask(keyed("/authors", "k", &body)).await.expect(201);
    for (uri, body) in [
        ("/authors", json!({ "name": "Another" })),
        ("/authors?again", body),
        ("/authors/1/books", json!({ "book_ids": [7] })),
    ] {
        let answer = service.ask(keyed(uri, "k", &body)).await.expect(422);
        let named = ("Idempotency-Key".to_owned(), "reused".to_owned());
        assert_eq!(answer.wrong_fields(), [named]);
    }
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let service = Service::new().await;
    let long = "k".repeat(256);
    for key in ["", "two words", "\"open", long.as_str()] {
        let body = json!({ "name": "Gabo" });
        let answer = service.ask(keyed("/authors", key, &body)).await.expect(422);
        let named = ("Idempotency-Key".to_owned(), "format".to_owned());
        assert_eq!(answer.wrong_fields(), [named]);
    }
    assert!(service.log().await.is_empty());
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let service = Service::new().await;
    service.create("Gabo").await;
    let wrong = json!({ "name": "" });
    service
        .ask(keyed("/authors", "k", &wrong))
        .await
        .expect(422);
    let body = json!({ "book_ids": [7] });
    service
        .ask(keyed("/authors/1/books", "k", &body))
        .await
        .expect(404);
    service
        .ask(with_json(keyed("/authors", "k", &body), "{"))
        .await
        .expect(400);
    service.hear_of_books([7]).await;
    let linked = service
        .ask(keyed("/authors/1/books", "k", &body))
        .await
        .expect(200);
    assert_eq!(linked.json()["linked"], json!([7]));
    assert_eq!(linked.header("idempotency-replayed"), None);
}

#[tokio::test]
async fn a_key_is_free_after_a_day() {
    let service = Service::new().await;
    let body = json!({ "name": "Gabo" });
    service.ask(keyed("/authors", "k", &body)).await.expect(201);
    service.let_pass(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let again = service.ask(keyed("/authors", "k", &body)).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    service.let_pass(TimeDelta::seconds(1));
    let later = service.ask(keyed("/authors", "k", &body)).await.expect(201);
    assert_eq!(later.header("idempotency-replayed"), None);
    assert_eq!(service.log().await.len(), 2);
}

/// The second does not wait for the first.
#[tokio::test]
async fn while_a_key_is_being_worked_on_it_is_in_use() {
    let service = Service::new().await;
    service.create("Gabo").await;
    let body = json!({ "book_ids": [7] });
    let patient = keyed("/authors/1/books", "k", &body).insert_header(("prefer", "wait=30"));
    let mut first = pin!(service.ask(patient));
    let once = std::future::poll_fn(|context| Poll::Ready(first.as_mut().poll(context)));
    assert!(once.await.is_pending());

    let second = service
        .ask(keyed("/authors/1/books", "k", &body))
        .await
        .expect(409);
    let problem = second.problem();
    assert_eq!(problem["type"], "/problems/idempotency-key-in-use");
    service
        .ask(keyed("/authors", "another", &json!({ "name": "Fuentes" })))
        .await
        .expect(201);

    service.hear_of_books([7]).await;
    let first = first.await.expect(200);
    assert_eq!(first.json()["linked"], json!([7]));
    let again = keyed("/authors/1/books", "k", &body).insert_header(("prefer", "wait=30"));
    assert_is_replay(&service.ask(again).await, &first);
}

#[tokio::test]
async fn a_caller_who_went_away_leaves_the_key_free() {
    let service = Service::new().await;
    service.create("Gabo").await;
    let body = json!({ "book_ids": [7] });
    {
        let patient = keyed("/authors/1/books", "k", &body).insert_header(("prefer", "wait=30"));
        let mut gone = pin!(service.ask(patient));
        let once = std::future::poll_fn(|context| Poll::Ready(gone.as_mut().poll(context)));
        assert!(once.await.is_pending());
    }
    service.hear_of_books([7]).await;
    service
        .ask(keyed("/authors/1/books", "k", &body))
        .await
        .expect(200);
}
