//! `PUT /books/{book_id}/authors/{author_id}`: how the author is credited on the book.

use serde_json::{Value, json};

use crate::{
    requests::{delete, put},
    service::Service,
};

/// The book, and three authors of which the first is linked.
async fn linked() -> Service {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.hear_of_authors([2, 3, 4]).await;
    service.hear_of_link(1, 2, "translator", 7).await;
    service
}

fn editor() -> Value {
    json!({ "role": "editor", "position": 2, "credited_as": "G.  Marquez" })
}

async fn shown(service: &Service) -> (Value, Value, Value) {
    let mut book = service.get("/books/1").await.json();
    let mut part = |name: &str| book["authors"][0][name].take();
    (part("role"), part("position"), part("credited_as"))
}

#[tokio::test]
async fn a_credit_is_set_and_shown_and_told_to_others() {
    let service = linked().await;
    let request = put("/books/1/authors/2", &editor());
    let answer = service.ask(request).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    let credit = json!({
        "book_id": 1,
        "author_id": 2,
        "role": "editor",
        "position": 2,
        "credited_as": "G. Marquez"
    });
    assert_eq!(answer.json(), credit);
    let expected = (json!("editor"), json!(2), json!("G. Marquez"));
    assert_eq!(shown(&service).await, expected);
    let log = service.log().await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[1].event_type, "book_author.linked");
}

#[tokio::test]
async fn a_credit_that_is_so_already_makes_no_event() {
    let service = linked().await;
    let request = || put("/books/1/authors/2", &editor());
    let first = service.ask(request()).await.expect(200);
    let again = service.ask(request()).await.expect(200);
    assert_eq!(again.header("x-changed"), Some("false"));
    assert_eq!(again.json(), first.json());
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn what_is_left_out_is_empty_afterwards_but_the_position_stays() {
    let service = linked().await;
    let (_, _, credited_as) = shown(&service).await;
    assert_eq!(credited_as, "J. L. B.");
    for body in [
        json!({ "role": "editor" }),
        json!({ "role": "author", "position": null, "credited_as": null, "id": 2 }),
    ] {
        let request = put("/books/1/authors/2", &body);
        service.ask(request).await.expect(200);
        let expected = (body["role"].clone(), json!(7), Value::Null);
        assert_eq!(shown(&service).await, expected);
    }
}

#[tokio::test]
async fn only_a_link_that_is_there_can_be_credited() {
    let service = linked().await;
    let ask = async |uri: &str| {
        let answer = service.ask(put(uri, &editor())).await.expect(404);
        answer.problem()["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(ask("/books/9/authors/2").await, "There is no book 9.");
    let detail = ask("/books/1/authors/99").await;
    assert!(detail.starts_with("There is no author 99"), "{detail}");
    let (author, book) = (3, 1);
    let not_linked = format!("Author {author} is not linked to book {book}.");
    assert_eq!(ask("/books/1/authors/3").await, not_linked);
    assert_eq!(service.log().await.len(), 1);

    service.ask(delete("/books/1/authors/2")).await.expect(204);
    ask("/books/1/authors/2").await;
    assert_eq!(service.log().await.len(), 2);
    service.hear_of_deleted_author(2, 2).await;
    let detail = ask("/books/1/authors/2").await;
    assert!(detail.starts_with("There is no author 2"), "{detail}");
    service.ask(delete("/books/1")).await.expect(204);
    assert_eq!(ask("/books/1/authors/2").await, "Book 1 was deleted.");
}

#[tokio::test]
async fn every_wrong_part_of_a_credit_is_named_at_once() {
    let service = linked().await;
    for (body, wrong) in [
        (json!({}), vec![("role", "required")]),
        (json!({ "role": null }), vec![("role", "required")]),
        (
            json!({ "role": "x".repeat(51), "position": 0, "credited_as": "x".repeat(256) }),
            vec![
                ("role", "too_long"),
                ("position", "out_of_range"),
                ("credited_as", "too_long"),
            ],
        ),
        (
            json!({ "role": 5, "position": "2", "credited_as": [] }),
            vec![
                ("role", "wrong_type"),
                ("position", "wrong_type"),
                ("credited_as", "wrong_type"),
            ],
        ),
        (
            json!({ "role": "editor", "position": 10_001 }),
            vec![("position", "out_of_range")],
        ),
        (
            json!({ "role": "editor", "position": 1.5 }),
            vec![("position", "out_of_range")],
        ),
        (
            json!({ "role": "editor", "credited_as": "\u{0}" }),
            vec![("credited_as", "control_character")],
        ),
    ] {
        let request = put("/books/1/authors/2", &body);
        let found = service.ask(request).await.expect(422).wrong_fields();
        let wrong: Vec<_> = wrong
            .into_iter()
            .map(|(field, code)| (field.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(found, wrong, "{body}");
    }
    assert_eq!(service.log().await.len(), 1);
}
