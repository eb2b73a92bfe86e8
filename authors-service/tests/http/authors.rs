//! `/authors` and one author: created, read, replaced, deleted.

use serde_json::{Value, json};

use crate::{
    requests::{delete, get, post, put},
    service::{NOW, Service},
};

fn whole() -> Value {
    json!({
        "name": "  Gabriel  Garci\u{301}a Ma\u{301}rquez ",
        "birth_date": "1927-03-06",
        "death_date": "2014-04",
        "nationality": "Colombian",
        "biography": "Born in Aracataca.\r\nLived in Mexico City.",
        "aliases": ["Gabo", " Gabito", "Gabo"],
        "identifiers": { "wikidata": "q5878", "isni": "0000 0001 2103 2683", "viaf": null }
    })
}

#[tokio::test]
async fn a_new_author_is_answered_with_its_address_and_its_tag() {
    let service = Service::new().await;
    let answer = service.ask(post("/authors", &whole())).await.expect(201);
    let author = json!({
        "id": 1,
        "name": "Gabriel García Márquez",
        "birth_date": "1927-03-06",
        "death_date": "2014-04",
        "nationality": "Colombian",
        "biography": "Born in Aracataca.\nLived in Mexico City.",
        "aliases": ["Gabo", "Gabito"],
        "identifiers": { "wikidata": "Q5878", "isni": "0000000121032683" },
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "books": [],
        "books_total": 0
    });
    assert_eq!(answer.json(), author);
    assert_eq!(answer.content_type(), Some("application/json"));
    let location = answer.header("location").unwrap();
    assert_eq!(location, "/authors/1");
    let tag = answer.header("etag").unwrap();
    assert!(tag.starts_with("\"1-1.") && tag.ends_with('"'), "{tag}");

    let read = service.get(location).await.expect(200);
    assert_eq!(read.json(), author);
    assert_eq!(read.header("etag"), Some(tag));
}

#[tokio::test]
async fn a_name_is_all_that_an_author_needs() {
    let service = Service::new().await;
    let body = json!({
        "name": "Ovid", "birth_date": null, "nationality": " ", "aliases": null,
        "unknown": { "is": "ignored" }
    });
    let answer = service.ask(post("/authors", &body)).await.expect(201);
    let author = answer.json();
    for absent in ["birth_date", "death_date", "nationality", "biography"] {
        assert_eq!(author.get(absent), Some(&Value::Null), "{absent}");
    }
    assert_eq!(author["aliases"], json!([]));
    assert_eq!(author["identifiers"], json!({}));
}

#[tokio::test]
async fn an_author_is_shown_with_its_books() {
    let service = Service::new().await;
    let id = service.create("Gabo").await;
    service.hear_of_book(7, 1, "Cien años de soledad").await;
    service.hear_of_link(id, 7, "editor", 3).await;
    service.hear_of_link(id, 8, "not heard of yet", 1).await;
    let author = service.get(&format!("/authors/{id}")).await.json();
    let books = json!([{
        "id": 7,
        "title": "Cien años de soledad",
        "isbn": "9780000000002",
        "publication_year": 1967,
        "role": "editor",
        "position": 3,
        "credited_as": "G. G. M."
    }]);
    assert_eq!(author["books"], books);
    assert_eq!(author["books_total"], 1);
}

#[tokio::test]
async fn a_replaced_author_is_answered_with_its_books() {
    let service = Service::new().await;
    service.ask(post("/authors", &whole())).await.expect(201);
    service.hear_of_book(7, 1, "Cien años de soledad").await;
    service.hear_of_link(1, 7, "author", 1).await;
    let body = json!({ "name": "Gabo", "aliases": ["Gabito"] });
    let answer = service.ask(put("/authors/1", &body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(answer.header("etag").unwrap().starts_with("\"1-2."));
    let author = answer.json();
    assert_eq!(author["version"], 2);
    assert_eq!(author["name"], "Gabo");
    assert_eq!(author["aliases"], json!(["Gabito"]));
    // What the body leaves out is empty afterwards.
    for absent in ["birth_date", "death_date", "nationality", "biography"] {
        assert_eq!(author[absent], Value::Null, "{absent}");
    }
    assert_eq!(author["identifiers"], json!({}));
    assert_eq!(author["books"][0]["id"], 7);
    assert_eq!(service.get("/authors/1").await.json(), author);
}

#[tokio::test]
async fn a_write_that_changes_nothing_is_a_read() {
    let service = Service::new().await;
    let created = service.ask(post("/authors", &whole())).await.expect(201);
    let answer = service.ask(put("/authors/1", &whole())).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("false"));
    assert_eq!(answer.header("etag"), created.header("etag"));
    assert_eq!(answer.json(), created.json());
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn a_deleted_author_is_gone() {
    let service = Service::new().await;
    service.create("Gabo").await;
    service.create("Ovid").await;
    service.ask(delete("/authors/1")).await.expect(204);
    for request in [
        get("/authors/1"),
        put("/authors/1", &whole()),
        delete("/authors/1"),
        get("/authors/1").insert_header(("if-none-match", "*")),
        delete("/authors/1").insert_header(("if-match", "\"9-9\"")),
    ] {
        let answer = service.ask(request).await.expect(410);
        assert_eq!(answer.problem()["type"], "/problems/gone");
        assert_eq!(answer.problem()["detail"], "Author 1 was deleted.");
    }
    let listed = service.get("/authors").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(service.log().await.len(), 3);
    // Its id is not given out again.
    assert_eq!(service.create("Another").await, 3);
}

#[tokio::test]
async fn what_never_was_is_not_found() {
    let service = Service::new().await;
    for request in [
        get("/authors/1"),
        put("/authors/1", &whole()),
        delete("/authors/1"),
        delete("/authors/1").insert_header(("if-match", "\"1-1\"")),
        get("/authors/9223372036854775807"),
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
    let named = post("/authors", &whole())
        .insert_header(("x-correlation-id", "tour-1"))
        .insert_header(("traceparent", traceparent));
    let answer = service.ask(named).await.expect(201);
    assert_eq!(answer.header("x-correlation-id"), Some("tour-1"));
    let entry = service.log().await.remove(0);
    assert_eq!(entry.correlation_id, "tour-1");
    assert_eq!(entry.traceparent.as_deref(), Some(traceparent));

    // One that no log should hold is replaced.
    for unusable in ["two words", "", &"x".repeat(129), "ü"] {
        let request = post("/authors", &whole())
            .insert_header(("x-correlation-id", unusable))
            .insert_header(("traceparent", "nonsense"));
        let answer = service.ask(request).await.expect(201);
        let id = answer.header("x-correlation-id").unwrap();
        assert_ne!(id, unusable);
        let entry = service.log().await.pop().unwrap();
        assert_eq!(entry.correlation_id, id);
        assert_eq!(entry.traceparent, None);
    }
    let request = get("/authors/99").insert_header(("x-correlation-id", "tour-2"));
    let refused = service.ask(request).await.expect(404);
    assert_eq!(refused.problem()["correlation_id"], "tour-2");
}
