//! `/books` and one book: created, read, replaced, deleted.

use serde_json::{Value, json};

use crate::{
    requests::{delete, get, post, put},
    service::{NOW, Service},
};

fn whole() -> Value {
    json!({
        "title": "  Cien  an\u{303}os de soledad ",
        "subtitle": "Novela",
        "isbn": "0-306-40615-2",
        "publication_year": 1967,
        "language": "spa",
        "publisher": " Editorial  Sudamericana",
        "page_count": 471,
        "description": "Macondo.\r\nUna familia.",
        "subjects": ["Macondo", " Families", "Macondo"],
        "identifiers": { "oclc": "(OCoLC)00044954", "lccn": "n78-89035", "goodreads": null }
    })
}

const OPTIONAL: [&str; 7] = [
    "subtitle",
    "isbn",
    "publication_year",
    "language",
    "publisher",
    "page_count",
    "description",
];

#[tokio::test]
async fn a_new_book_is_answered_with_its_address_and_its_tag() {
    let service = Service::new().await;
    let answer = service.ask(post("/books", &whole())).await.expect(201);
    let book = json!({
        "id": 1,
        "title": "Cien años de soledad",
        "subtitle": "Novela",
        "isbn": "9780306406157",
        "publication_year": 1967,
        "language": "es",
        "publisher": "Editorial Sudamericana",
        "page_count": 471,
        "description": "Macondo.\nUna familia.",
        "subjects": ["Macondo", "Families"],
        "identifiers": { "oclc": "44954", "lccn": "n78089035" },
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "authors": [],
        "authors_total": 0
    });
    assert_eq!(answer.json(), book);
    assert_eq!(answer.content_type(), Some("application/json"));
    let location = answer.header("location").unwrap();
    assert_eq!(location, "/books/1");
    let tag = answer.header("etag").unwrap();
    assert!(tag.starts_with("\"1-1.") && tag.ends_with('"'), "{tag}");

    let read = service.get(location).await.expect(200);
    assert_eq!(read.json(), book);
    assert_eq!(read.header("etag"), Some(tag));
}

#[tokio::test]
async fn a_title_is_all_that_a_book_needs() {
    let service = Service::new().await;
    let body = json!({
        "title": "Fasti", "isbn": null, "page_count": null, "publisher": " ", "subjects": null,
        "unknown": { "is": "ignored" }
    });
    let answer = service.ask(post("/books", &body)).await.expect(201);
    let book = answer.json();
    for absent in OPTIONAL {
        assert_eq!(book.get(absent), Some(&Value::Null), "{absent}");
    }
    assert_eq!(book["subjects"], json!([]));
    assert_eq!(book["identifiers"], json!({}));
}

#[tokio::test]
async fn a_book_is_shown_with_its_authors() {
    let service = Service::new().await;
    let id = service.create("Ficciones").await;
    service.hear_of_author(7, 1, "Jorge Luis Borges").await;
    service.hear_of_link(id, 7, "editor", 3).await;
    service.hear_of_link(id, 8, "not heard of yet", 1).await;
    let book = service.get(&format!("/books/{id}")).await.json();
    let authors = json!([{
        "id": 7,
        "name": "Jorge Luis Borges",
        "nationality": "Argentine",
        "role": "editor",
        "position": 3,
        "credited_as": "J. L. B."
    }]);
    assert_eq!(book["authors"], authors);
    assert_eq!(book["authors_total"], 1);
}

#[tokio::test]
async fn a_replaced_book_is_answered_with_its_authors() {
    let service = Service::new().await;
    service.ask(post("/books", &whole())).await.expect(201);
    service.hear_of_author(7, 1, "Jorge Luis Borges").await;
    service.hear_of_link(1, 7, "author", 1).await;
    let body = json!({ "title": "Ficciones", "subjects": ["Libraries"] });
    let answer = service.ask(put("/books/1", &body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(answer.header("etag").unwrap().starts_with("\"1-2."));
    let book = answer.json();
    assert_eq!(book["version"], 2);
    assert_eq!(book["title"], "Ficciones");
    assert_eq!(book["subjects"], json!(["Libraries"]));
    // What the body leaves out is empty afterwards.
    for absent in OPTIONAL {
        assert_eq!(book[absent], Value::Null, "{absent}");
    }
    assert_eq!(book["identifiers"], json!({}));
    assert_eq!(book["authors"][0]["id"], 7);
    assert_eq!(service.get("/books/1").await.json(), book);
}

#[tokio::test]
async fn a_write_that_changes_nothing_is_a_read() {
    let service = Service::new().await;
    let created = service.ask(post("/books", &whole())).await.expect(201);
    let answer = service.ask(put("/books/1", &whole())).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("false"));
    assert_eq!(answer.header("etag"), created.header("etag"));
    assert_eq!(answer.json(), created.json());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_deleted_book_is_gone() {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.create("Fasti").await;
    service.ask(delete("/books/1")).await.expect(204);
    for request in [
        get("/books/1"),
        put("/books/1", &whole()),
        delete("/books/1"),
        get("/books/1").insert_header(("if-none-match", "*")),
        delete("/books/1").insert_header(("if-match", "\"9-9\"")),
    ] {
        let answer = service.ask(request).await.expect(410);
        assert_eq!(answer.problem()["type"], "/problems/gone");
        assert_eq!(answer.problem()["detail"], "Book 1 was deleted.");
    }
    let listed = service.get("/books").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(service.log().await.len(), 3);
    // Its id is not given out again.
    assert_eq!(service.create("Another").await, 3);
}

#[tokio::test]
async fn what_never_was_is_not_found() {
    let service = Service::new().await;
    for request in [
        get("/books/1"),
        put("/books/1", &whole()),
        delete("/books/1"),
        delete("/books/1").insert_header(("if-match", "\"1-1\"")),
        get("/books/9223372036854775807"),
    ] {
        let answer = service.ask(request).await.expect(404);
        assert_eq!(answer.problem()["type"], "/problems/not-found");
    }
    assert!(service.log().await.is_empty());
}

#[tokio::test]
async fn a_request_s_id_goes_back_out_and_on_into_the_event() {
    let service = Service::new().await;
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let named = post("/books", &whole())
        .insert_header(("x-correlation-id", "tour-1"))
        .insert_header(("traceparent", traceparent));
    let answer = service.ask(named).await.expect(201);
    assert_eq!(answer.header("x-correlation-id"), Some("tour-1"));
    let entry = service.log().await.remove(0);
    assert_eq!(entry.correlation_id, "tour-1");
    assert_eq!(entry.traceparent.as_deref(), Some(traceparent));

    // One that no log should hold is replaced.
    let plain = json!({ "title": "Plain" });
    for unusable in ["two words", "", &"x".repeat(129), "ü"] {
        let request = post("/books", &plain)
            .insert_header(("x-correlation-id", unusable))
            .insert_header(("traceparent", "nonsense"));
        let answer = service.ask(request).await.expect(201);
        let id = answer.header("x-correlation-id").unwrap();
        assert_ne!(id, unusable);
        let entry = service.log().await.pop().unwrap();
        assert_eq!(entry.correlation_id, id);
        assert_eq!(entry.traceparent, None);
    }
    let request = get("/books/99").insert_header(("x-correlation-id", "tour-2"));
    let refused = service.ask(request).await.expect(404);
    assert_eq!(refused.problem()["correlation_id"], "tour-2");
}
