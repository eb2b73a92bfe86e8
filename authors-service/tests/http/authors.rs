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
async fn every_wrong_field_is_named() {
    let service = Service::new().await;
    let id = service.create("Gabo").await;
    let body = json!({
        "identifiers": { "viaf": "x", "isbn": "1", "isni": 7, "orcid": "0000-0002-1825-0098" },
        "aliases": ["fine", "", 7, null],
        "biography": "x".repeat(10_001),
        "nationality": "a\u{0}b",
        "death_date": "1927-02-30",
        "birth_date": "2026-11-21",
        "name": ["Gabo"]
    });
    let path = format!("/authors/{id}");
    for request in [post("/authors", &body), put(&path, &body)] {
        let answer = service.ask(request).await.expect(422);
        let wrong = answer.wrong_fields();
        let mut fields: Vec<_> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        // In the order of the fields, whatever the order in the body.
        fields.dedup_by_key(|field| field.split(['.', '[']).next());
        let tops = fields.iter().map(|f| f.split(['.', '[']).next().unwrap());
        let order = [
            "name",
            "birth_date",
            "death_date",
            "nationality",
            "biography",
            "aliases",
            "identifiers",
        ];
        assert!(tops.eq(order), "{wrong:?}");
        for expected in [
            ("name", "wrong_type"),
            ("birth_date", "in_future"),
            ("death_date", "not_in_calendar"),
            ("nationality", "control_character"),
            ("biography", "too_long"),
            ("aliases[2]", "wrong_type"),
            ("aliases[3]", "wrong_type"),
            ("identifiers.isni", "wrong_type"),
        ] {
            let named =
                |(field, code): &(String, String)| (field.as_str(), code.as_str()) == expected;
            assert!(wrong.iter().any(named), "{expected:?}: {wrong:?}");
        }
        let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.contains("birth_date") && detail.contains("biography"),
            "{detail}"
        );
    }
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn each_wrong_field_alone_is_refused() {
    let service = Service::new().await;
    for (body, field, code) in [
        (json!({}), "name", "required"),
        (json!({ "name": null }), "name", "required"),
        (json!({ "name": " \u{2003} " }), "name", "required"),
        (json!({ "name": "x".repeat(256) }), "name", "too_long"),
        (json!({ "name": "a\u{7f}" }), "name", "control_character"),
        (json!({ "birth_date": "27" }), "birth_date", "format"),
        (
            json!({ "birth_date": "-3001" }),
            "birth_date",
            "out_of_range",
        ),
        (json!({ "birth_date": 1927 }), "birth_date", "wrong_type"),
        (
            json!({ "birth_date": "1927", "death_date": "1926" }),
            "death_date",
            "before_birth",
        ),
        (json!({ "death_date": "2027" }), "death_date", "in_future"),
        (
            json!({ "nationality": "x".repeat(101) }),
            "nationality",
            "too_long",
        ),
        (
            json!({ "biography": "x".repeat(10_001) }),
            "biography",
            "too_long",
        ),
        (json!({ "aliases": "Gabo" }), "aliases", "wrong_type"),
        (json!({ "aliases": vec!["x"; 51] }), "aliases", "too_many"),
        (
            json!({ "aliases": ["x".repeat(256)] }),
            "aliases[0]",
            "too_long",
        ),
        (json!({ "identifiers": [] }), "identifiers", "wrong_type"),
        (
            json!({ "identifiers": { "isbn": "1" } }),
            "identifiers.isbn",
            "unknown_scheme",
        ),
        (
            json!({ "identifiers": { "orcid": "0000-0002-1825-0098" } }),
            "identifiers.orcid",
            "check_digit",
        ),
        (
            json!({ "identifiers": { "openlibrary": "OL1M" } }),
            "identifiers.openlibrary",
            "format",
        ),
    ] {
        let mut whole = json!({ "name": "Gabo" });
        if field == "name" {
            whole = body;
        } else {
            whole
                .as_object_mut()
                .unwrap()
                .extend(body.as_object().unwrap().clone());
        }
        let answer = service.ask(post("/authors", &whole)).await.expect(422);
        assert_eq!(answer.wrong_fields(), [(field.to_owned(), code.to_owned())]);
    }
    assert!(service.log().await.is_empty());
}

#[tokio::test]
async fn the_longest_of_everything_is_taken() {
    let service = Service::new().await;
    let aliases: Vec<_> = (0..50).map(|n| format!("{n:0>255}")).collect();
    let body = json!({
        "name": "文".repeat(255),
        "birth_date": "-3000-01-01",
        "death_date": "2026-11-20",
        "nationality": "文".repeat(100),
        "biography": "𝔊".repeat(10_000),
        "aliases": aliases
    });
    let author = service
        .ask(post("/authors", &body))
        .await
        .expect(201)
        .json();
    for field in [
        "name",
        "birth_date",
        "death_date",
        "nationality",
        "biography",
        "aliases",
    ] {
        assert_eq!(author[field], body[field], "{field}");
    }
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
