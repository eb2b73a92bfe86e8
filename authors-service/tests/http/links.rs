//! `/authors/{author_id}/books`: linking and unlinking.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::{
    requests::{delete, post, put},
    service::Service,
};

fn assign(author: i64, books: &[i64]) -> TestRequest {
    let body = json!({ "book_ids": books });
    post(&format!("/authors/{author}/books"), &body)
}

async fn with_author_and_books() -> Service {
    let service = Service::new().await;
    service.create("Gabo").await;
    service.hear_of_books([2, 3, 4]).await;
    service
}

async fn books(service: &Service) -> Vec<(i64, i64)> {
    let author = service.get("/authors/1").await.json();
    let books = author["books"].as_array().unwrap().iter();
    let pair = |book: &serde_json::Value| {
        let number = |field: &str| book[field].as_i64().unwrap();
        (number("id"), number("position"))
    };
    books.map(pair).collect()
}

#[tokio::test]
async fn books_are_assigned_and_shown() {
    let service = with_author_and_books().await;
    let answer = service.ask(assign(1, &[3, 2])).await.expect(200);
    let body = json!({
        "message": "Books assigned successfully",
        "author_id": 1,
        "linked": [3, 2],
        "already_linked": []
    });
    assert_eq!(answer.json(), body);
    assert_eq!(books(&service).await, [(2, 1), (3, 1)]);
    let kinds = service.log().await.into_iter().map(|e| e.event_type);
    let expected = ["author.created", "author_book.linked", "author_book.linked"];
    assert!(kinds.eq(expected));
}

#[tokio::test]
async fn books_that_are_assigned_already_make_no_event() {
    let service = with_author_and_books().await;
    service.hear_of_link(1, 2, "translator", 7).await;
    let answer = service.ask(assign(1, &[3, 2, 3])).await.expect(200);
    let body = answer.json();
    assert_eq!(body["linked"], json!([3]));
    assert_eq!(body["already_linked"], json!([2]));
    let answer = service.ask(assign(1, &[2, 3])).await.expect(200);
    assert_eq!(answer.json()["linked"], json!([]));
    assert_eq!(answer.json()["message"], "Books assigned successfully");
    assert_eq!(service.log().await.len(), 2);
    assert_eq!(books(&service).await, [(2, 7), (3, 1)]);
}

#[tokio::test]
async fn a_new_author_comes_after_those_that_are_known() {
    let service = with_author_and_books().await;
    service.create("Second").await;
    service.hear_of_link(9, 2, "author", 5).await;
    service.ask(assign(1, &[2])).await.expect(200);
    service.ask(assign(2, &[2])).await.expect(200);
    assert_eq!(books(&service).await, [(2, 6)]);
    let second = service.get("/authors/2").await.json();
    assert_eq!(second["books"][0]["position"], 7);
    assert_eq!(second["books"][0]["role"], "author");
}

#[tokio::test]
async fn all_books_are_assigned_or_none() {
    let service = with_author_and_books().await;
    service.hear_of_deleted_book(4, 2).await;
    let answer = service.ask(assign(1, &[2, 4, 99, 3, 99])).await.expect(404);
    let problem = answer.problem();
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("4, 99") && !detail.contains('2'),
        "{detail}"
    );
    assert_eq!(problem["missing_book_ids"], json!([4, 99]));
    assert!(books(&service).await.is_empty());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn an_author_that_is_not_there_is_named() {
    let service = with_author_and_books().await;
    service.create("Deleted").await;
    service.ask(delete("/authors/2")).await.expect(204);
    for (author, detail) in [(2, "Author 2 was deleted."), (5, "There is no author 5.")] {
        let answer = service.ask(assign(author, &[2])).await.expect(404);
        assert_eq!(answer.problem()["detail"], detail);
        let uri = format!("/authors/{author}/books/2");
        let answer = service.ask(delete(&uri)).await.expect(404);
        assert_eq!(answer.problem()["detail"], detail);
    }
}

#[tokio::test]
async fn a_book_without_a_further_place_is_a_conflict() {
    let service = with_author_and_books().await;
    service.hear_of_link(9, 2, "author", i32::MAX).await;
    let answer = service.ask(assign(1, &[3, 2])).await.expect(409);
    assert_eq!(answer.problem()["type"], "/problems/conflict");
    assert!(books(&service).await.is_empty());
}

#[tokio::test]
async fn a_removed_link_is_gone_and_comes_back_with_its_credit() {
    let service = with_author_and_books().await;
    service.hear_of_link(1, 2, "translator", 7).await;
    let answer = service.ask(delete("/authors/1/books/2")).await.expect(204);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(books(&service).await.is_empty());
    service.ask(assign(1, &[2])).await.expect(200);
    let author = service.get("/authors/1").await.json();
    assert_eq!(author["books"][0]["role"], "translator");
    assert_eq!(author["books"][0]["position"], 7);
    let kinds = service.log().await.into_iter().map(|e| e.event_type);
    let expected = [
        "author.created",
        "author_book.unlinked",
        "author_book.linked",
    ];
    assert!(kinds.eq(expected));
}

#[tokio::test]
async fn removing_what_is_not_linked_makes_no_event() {
    let service = with_author_and_books().await;
    service.ask(assign(1, &[2])).await.expect(200);
    service.ask(delete("/authors/1/books/2")).await.expect(204);
    for book in [2, 3, 99] {
        let uri = format!("/authors/1/books/{book}");
        let answer = service.ask(delete(&uri)).await.expect(204);
        assert_eq!(answer.header("x-changed"), Some("false"), "{book}");
    }
    assert_eq!(service.log().await.len(), 3);
}

#[tokio::test]
async fn a_link_does_not_depend_on_the_version_of_its_author() {
    let service = with_author_and_books().await;
    service.ask(assign(1, &[2])).await.expect(200);
    let author = service.get("/authors/1").await.json();
    assert_eq!(author["version"], 1);
    let request = put("/authors/1", &json!({ "name": "Gabriel" }));
    let request = request.insert_header(("if-match", "\"1-1\""));
    let answer = service.ask(request).await.expect(200);
    assert_eq!(answer.json()["books"][0]["id"], 2);
}

#[tokio::test]
async fn every_wrong_book_id_is_named() {
    let service = with_author_and_books().await;
    for (body, field, code) in [
        (json!({}), "book_ids", "required"),
        (json!({ "book_ids": null }), "book_ids", "required"),
        (json!({ "book_ids": 2 }), "book_ids", "wrong_type"),
        (json!({ "book_ids": {} }), "book_ids", "wrong_type"),
        (json!({ "book_ids": [] }), "book_ids", "too_few"),
        (
            json!({ "book_ids": vec![2; 1_001] }),
            "book_ids",
            "too_many",
        ),
        (json!({ "book_ids": [2, "3"] }), "book_ids[1]", "wrong_type"),
        (json!({ "book_ids": [null] }), "book_ids[0]", "wrong_type"),
        (json!({ "book_ids": [[2]] }), "book_ids[0]", "wrong_type"),
        (json!({ "book_ids": [2, 0] }), "book_ids[1]", "out_of_range"),
        (json!({ "book_ids": [-1] }), "book_ids[0]", "out_of_range"),
        (json!({ "book_ids": [2.5] }), "book_ids[0]", "out_of_range"),
        (
            json!({ "book_ids": [u64::MAX] }),
            "book_ids[0]",
            "out_of_range",
        ),
        (
            json!({ "book_ids": [1e300] }),
            "book_ids[0]",
            "out_of_range",
        ),
    ] {
        let answer = service
            .ask(post("/authors/1/books", &body))
            .await
            .expect(422);
        let expected = (field.to_owned(), code.to_owned());
        assert_eq!(answer.wrong_fields(), [expected]);
    }
    let several = json!({ "book_ids": [0, 2, "x", -3] });
    let answer = service.ask(post("/authors/1/books", &several)).await;
    let fields = answer.expect(422).wrong_fields();
    assert!(!fields.is_empty());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_thousand_books_are_assigned_at_once() {
    let service = Service::new().await;
    service.create("Prolific").await;
    service.hear_of_books(1..=1_000).await;
    let all: Vec<_> = (1..=1_000).collect();
    let answer = service.ask(assign(1, &all)).await.expect(200);
    assert_eq!(answer.json()["linked"].as_array().unwrap().len(), 1_000);
    let author = service.get("/authors/1").await.json();
    assert_eq!(author["books_total"], 1_000);
}
