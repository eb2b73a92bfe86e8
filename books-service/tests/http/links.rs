//! `/books/{book_id}/authors`: linking and unlinking.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::{
    requests::{delete, post, put},
    service::Service,
};

fn assign(book: i64, authors: &[i64]) -> TestRequest {
    let body = json!({ "author_ids": authors });
    post(&format!("/books/{book}/authors"), &body)
}

async fn with_book_and_authors() -> Service {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.hear_of_authors([2, 3, 4]).await;
    service
}

async fn authors(service: &Service) -> Vec<(i64, i64)> {
    let book = service.get("/books/1").await.json();
    let authors = book["authors"].as_array().unwrap().iter();
    let pair = |author: &serde_json::Value| {
        let number = |field: &str| author[field].as_i64().unwrap();
        (number("id"), number("position"))
    };
    authors.map(pair).collect()
}

#[tokio::test]
async fn authors_are_assigned_and_shown() {
    let service = with_book_and_authors().await;
    let answer = service.ask(assign(1, &[3, 2])).await.expect(200);
    let body = json!({
        "message": "Authors assigned successfully",
        "book_id": 1,
        "linked": [3, 2],
        "already_linked": []
    });
    assert_eq!(answer.json(), body);
    assert_eq!(authors(&service).await, [(3, 1), (2, 2)]);
    let kinds = service.log().await.into_iter().map(|e| e.event_type);
    let expected = ["book.created", "book_author.linked", "book_author.linked"];
    assert!(kinds.eq(expected));
}

#[tokio::test]
async fn authors_that_are_assigned_already_make_no_event() {
    let service = with_book_and_authors().await;
    service.hear_of_link(1, 2, "translator", 7).await;
    let answer = service.ask(assign(1, &[3, 2, 3])).await.expect(200);
    let body = answer.json();
    assert_eq!(body["linked"], json!([3]));
    assert_eq!(body["already_linked"], json!([2]));
    let answer = service.ask(assign(1, &[2, 3])).await.expect(200);
    assert_eq!(answer.json()["linked"], json!([]));
    assert_eq!(answer.json()["message"], "Authors assigned successfully");
    assert_eq!(service.log().await.len(), 2);
    assert_eq!(authors(&service).await, [(2, 7), (3, 8)]);
}

#[tokio::test]
async fn new_authors_come_after_those_that_are_known() {
    let service = with_book_and_authors().await;
    // Of an author that this side has not heard of yet; its place is taken all the same.
    service.hear_of_link(1, 9, "author", 5).await;
    service.ask(assign(1, &[2])).await.expect(200);
    service.ask(assign(1, &[4, 3])).await.expect(200);
    assert_eq!(authors(&service).await, [(2, 6), (4, 7), (3, 8)]);
    service.hear_of_authors([9]).await;
    let book = service.get("/books/1").await.json();
    assert_eq!(book["authors"][0]["id"], 9);
    assert_eq!(book["authors"][1]["role"], "author");
}

#[tokio::test]
async fn all_authors_are_assigned_or_none() {
    let service = with_book_and_authors().await;
    service.hear_of_deleted_author(4, 2).await;
    let answer = service.ask(assign(1, &[2, 4, 99, 3, 99])).await.expect(404);
    let problem = answer.problem();
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("4, 99") && !detail.contains('2'),
        "{detail}"
    );
    assert_eq!(problem["missing_author_ids"], json!([4, 99]));
    assert!(authors(&service).await.is_empty());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_book_that_is_not_there_is_named() {
    let service = with_book_and_authors().await;
    service.create("Deleted").await;
    service.ask(delete("/books/2")).await.expect(204);
    for (book, detail) in [(2, "Book 2 was deleted."), (5, "There is no book 5.")] {
        let answer = service.ask(assign(book, &[2])).await.expect(404);
        assert_eq!(answer.problem()["detail"], detail);
        let uri = format!("/books/{book}/authors/2");
        let answer = service.ask(delete(&uri)).await.expect(404);
        assert_eq!(answer.problem()["detail"], detail);
    }
}

#[tokio::test]
async fn a_book_without_a_further_place_is_a_conflict() {
    let service = with_book_and_authors().await;
    service.hear_of_link(1, 2, "author", i32::MAX).await;
    let answer = service.ask(assign(1, &[2, 3])).await.expect(409);
    assert_eq!(answer.problem()["type"], "/problems/conflict");
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_removed_link_is_gone_and_comes_back_with_its_credit() {
    let service = with_book_and_authors().await;
    service.hear_of_link(1, 2, "translator", 7).await;
    let answer = service.ask(delete("/books/1/authors/2")).await.expect(204);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(authors(&service).await.is_empty());
    service.ask(assign(1, &[2])).await.expect(200);
    let book = service.get("/books/1").await.json();
    assert_eq!(book["authors"][0]["role"], "translator");
    assert_eq!(book["authors"][0]["position"], 7);
    let kinds = service.log().await.into_iter().map(|e| e.event_type);
    let expected = ["book.created", "book_author.unlinked", "book_author.linked"];
    assert!(kinds.eq(expected));
}

#[tokio::test]
async fn removing_what_is_not_linked_makes_no_event() {
    let service = with_book_and_authors().await;
    service.ask(assign(1, &[2])).await.expect(200);
    service.ask(delete("/books/1/authors/2")).await.expect(204);
    for author in [2, 3, 99] {
        let uri = format!("/books/1/authors/{author}");
        let answer = service.ask(delete(&uri)).await.expect(204);
        assert_eq!(answer.header("x-changed"), Some("false"), "{author}");
    }
    assert_eq!(service.log().await.len(), 3);
}

#[tokio::test]
async fn a_link_does_not_depend_on_the_version_of_its_book() {
    let service = with_book_and_authors().await;
    service.ask(assign(1, &[2])).await.expect(200);
    let book = service.get("/books/1").await.json();
    assert_eq!(book["version"], 1);
    let request = put("/books/1", &json!({ "title": "Labyrinths" }));
    let request = request.insert_header(("if-match", "\"1-1\""));
    let answer = service.ask(request).await.expect(200);
    assert_eq!(answer.json()["authors"][0]["id"], 2);
}

#[tokio::test]
async fn every_wrong_author_id_is_named() {
    let service = with_book_and_authors().await;
    for (body, field, code) in [
        (json!({}), "author_ids", "required"),
        (json!({ "author_ids": null }), "author_ids", "required"),
        (json!({ "author_ids": 2 }), "author_ids", "wrong_type"),
        (json!({ "author_ids": {} }), "author_ids", "wrong_type"),
        (json!({ "author_ids": [] }), "author_ids", "too_few"),
        (
            json!({ "author_ids": vec![2; 1_001] }),
            "author_ids",
            "too_many",
        ),
        (
            json!({ "author_ids": [2, "3"] }),
            "author_ids[1]",
            "wrong_type",
        ),
        (
            json!({ "author_ids": [null] }),
            "author_ids[0]",
            "wrong_type",
        ),
        (
            json!({ "author_ids": [[2]] }),
            "author_ids[0]",
            "wrong_type",
        ),
        (
            json!({ "author_ids": [2, 0] }),
            "author_ids[1]",
            "out_of_range",
        ),
        (
            json!({ "author_ids": [-1] }),
            "author_ids[0]",
            "out_of_range",
        ),
        (
            json!({ "author_ids": [2.5] }),
            "author_ids[0]",
            "out_of_range",
        ),
        (
            json!({ "author_ids": [u64::MAX] }),
            "author_ids[0]",
            "out_of_range",
        ),
        (
            json!({ "author_ids": [1e300] }),
            "author_ids[0]",
            "out_of_range",
        ),
    ] {
        let answer = service
            .ask(post("/books/1/authors", &body))
            .await
            .expect(422);
        let expected = (field.to_owned(), code.to_owned());
        assert_eq!(answer.wrong_fields(), [expected]);
    }
    let several = json!({ "author_ids": [0, 2, "x", -3] });
    let answer = service.ask(post("/books/1/authors", &several)).await;
    let fields = answer.expect(422).wrong_fields();
    assert!(!fields.is_empty());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_thousand_authors_are_assigned_at_once() {
    let service = Service::new().await;
    service.create("Anthology").await;
    service.hear_of_authors(1..=1_000).await;
    let all: Vec<_> = (1..=1_000).collect();
    let answer = service.ask(assign(1, &all)).await.expect(200);
    assert_eq!(answer.json()["linked"].as_array().unwrap().len(), 1_000);
    let book = service.get("/books/1").await.json();
    assert_eq!(book["authors_total"], 1_000);
}
