//! An ISBN or identifier belongs to one live book.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{delete, post, put},
    service::Service,
};

const ISBN: &str = "978-0-306-40615-7";

fn with_isbn() -> Value {
    json!({ "title": "With an ISBN", "isbn": ISBN })
}

fn create(body: &Value) -> TestRequest {
    post("/books", body)
}

fn assert_names(answer: &Answer, claims: &[(&str, i64)]) {
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/conflict");
    let fields: Vec<_> = answer.wrong_fields();
    let expected: Vec<_> = claims
        .iter()
        .map(|(field, _)| ((*field).to_owned(), "taken".to_owned()))
        .collect();
    assert_eq!(fields, expected);
    let ids: Vec<_> = claims.iter().map(|(_, id)| *id).collect();
    assert_eq!(problem["conflicting_book_ids"], json!(ids));
    let detail = problem["detail"].as_str().unwrap();
    for id in ids {
        assert!(detail.contains(&format!("book {id}")), "{detail}");
    }
}

#[tokio::test]
async fn a_second_book_with_an_isbn_is_told_which_has_it() {
    let service = Service::new().await;
    service.create("Without").await;
    service.ask(create(&with_isbn())).await.expect(201);
    for spelling in ["9780306406157", "0306406152", "ISBN 0-306-40615-2"] {
        let body = json!({ "title": "Second", "isbn": spelling });
        let answer = service.ask(create(&body)).await.expect(409);
        assert_names(&answer, &[("isbn", 2)]);
    }
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn every_claim_of_others_is_named() {
    let service = Service::new().await;
    service.ask(create(&with_isbn())).await.expect(201);
    let identified =
        json!({ "title": "Identified", "identifiers": { "oclc": "44954", "lccn": "n78089035" } });
    service.ask(create(&identified)).await.expect(201);
    let body = json!({
        "title": "Third",
        "isbn": ISBN,
        "identifiers": { "oclc": "ocm00044954", "lccn": "n78-89035", "goodreads": "44954" }
    });
    let answer = service.ask(create(&body)).await.expect(409);
    let names = [
        ("isbn", 1),
        ("identifiers.oclc", 2),
        ("identifiers.lccn", 2),
    ];
    assert_names(&answer, &names);
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn a_book_can_not_be_given_what_another_has() {
    let service = Service::new().await;
    service.ask(create(&with_isbn())).await.expect(201);
    service.create("Second").await;
    let answer = service.ask(put("/books/2", &with_isbn())).await.expect(409);
    assert_names(&answer, &[("isbn", 1)]);
    let second = service.get("/books/2").await.json();
    assert_eq!(second["isbn"], Value::Null);
    assert_eq!(second["version"], 1);
    // A stale edit is told that it is stale, and a wrong one that it is wrong.
    let stale = put("/books/2", &with_isbn()).insert_header(("if-match", "\"1-9\""));
    service.ask(stale).await.expect(412);
    let wrong = json!({ "title": "", "isbn": ISBN });
    service.ask(put("/books/2", &wrong)).await.expect(422);
}

#[tokio::test]
async fn a_book_keeps_what_it_has_when_it_is_replaced() {
    let service = Service::new().await;
    service.ask(create(&with_isbn())).await.expect(201);
    let body = json!({ "title": "Another title", "isbn": "0306406152" });
    let answer = service.ask(put("/books/1", &body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert_eq!(answer.json()["isbn"], "9780306406157");
    let answer = service.ask(put("/books/1", &body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("false"));
}

#[tokio::test]
async fn a_deleted_book_gives_its_isbn_and_identifiers_free() {
    let service = Service::new().await;
    let mut body = with_isbn();
    body["identifiers"] = json!({ "oclc": "44954" });
    service.ask(create(&body)).await.expect(201);
    service.ask(delete("/books/1")).await.expect(204);
    service.ask(create(&body)).await.expect(201);
    let answer = service.ask(create(&body)).await.expect(409);
    assert_names(&answer, &[("isbn", 2), ("identifiers.oclc", 2)]);
}

#[tokio::test]
async fn a_replaced_book_gives_free_what_it_no_longer_has() {
    let service = Service::new().await;
    service.ask(create(&with_isbn())).await.expect(201);
    let without = json!({ "title": "Without" });
    service.ask(put("/books/1", &without)).await.expect(200);
    service.ask(create(&with_isbn())).await.expect(201);
    let answer = service.ask(put("/books/1", &with_isbn())).await.expect(409);
    assert_names(&answer, &[("isbn", 2)]);
}

#[tokio::test]
async fn of_two_who_create_a_book_at_the_same_time_one_succeeds() {
    let service = Service::new().await;
    let body = with_isbn();
    let (one, other) = tokio::join!(service.ask(create(&body)), service.ask(create(&body)));
    let (first, second) = if one.status == 201 {
        (one, other)
    } else {
        (other, one)
    };
    let id = first.expect(201).json()["id"].as_i64().unwrap();
    assert_names(&second.expect(409), &[("isbn", id)]);
}
