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
async fn every_wrong_field_is_named() {
    let service = Service::new().await;
    let id = service.create("Ficciones").await;
    let body = json!({
        "identifiers": { "oclc": "x", "isbn": "1", "lccn": 7 },
        "subjects": ["fine", "", 7, null],
        "description": "x".repeat(10_001),
        "page_count": 0,
        "publisher": "a\u{0}b",
        "language": "Spanish language",
        "publication_year": 2032,
        "isbn": "0-306-40615-3",
        "subtitle": "x".repeat(501),
        "title": ["Ficciones"]
    });
    let path = format!("/books/{id}");
    for request in [post("/books", &body), put(&path, &body)] {
        let answer = service.ask(request).await.expect(422);
        let wrong = answer.wrong_fields();
        let mut fields: Vec<_> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        // In the order of the fields, whatever the order in the body.
        fields.dedup_by_key(|field| field.split(['.', '[']).next());
        let tops = fields.iter().map(|f| f.split(['.', '[']).next().unwrap());
        let order = [
            "title",
            "subtitle",
            "isbn",
            "publication_year",
            "language",
            "publisher",
            "page_count",
            "description",
            "subjects",
            "identifiers",
        ];
        assert!(tops.eq(order), "{wrong:?}");
        for expected in [
            ("title", "wrong_type"),
            ("subtitle", "too_long"),
            ("isbn", "check_digit"),
            ("publication_year", "out_of_range"),
            ("language", "format"),
            ("publisher", "control_character"),
            ("page_count", "out_of_range"),
            ("description", "too_long"),
            ("subjects[2]", "wrong_type"),
            ("subjects[3]", "wrong_type"),
            ("identifiers.lccn", "wrong_type"),
        ] {
            let named =
                |(field, code): &(String, String)| (field.as_str(), code.as_str()) == expected;
            assert!(wrong.iter().any(named), "{expected:?}: {wrong:?}");
        }
        let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.contains("isbn") && detail.contains("page_count"),
            "{detail}"
        );
    }
    assert_eq!(service.log().await.len(), 1);
}

#[tokio::test]
async fn each_wrong_field_alone_is_refused() {
    let service = Service::new().await;
    for (body, field, code) in [
        (json!({}), "title", "required"),
        (json!({ "title": null }), "title", "required"),
        (json!({ "title": " \u{2003} " }), "title", "required"),
        (json!({ "title": "x".repeat(501) }), "title", "too_long"),
        (json!({ "title": "a\u{7f}" }), "title", "control_character"),
        (
            json!({ "subtitle": "x".repeat(501) }),
            "subtitle",
            "too_long",
        ),
        (json!({ "isbn": "978030640615" }), "isbn", "format"),
        (json!({ "isbn": "9780306406158" }), "isbn", "check_digit"),
        (json!({ "isbn": "4006381333931" }), "isbn", "prefix"),
        (
            json!({ "isbn": 9_780_306_406_157_i64 }),
            "isbn",
            "wrong_type",
        ),
        (
            json!({ "publication_year": -3_001 }),
            "publication_year",
            "out_of_range",
        ),
        (
            json!({ "publication_year": 2_032 }),
            "publication_year",
            "out_of_range",
        ),
        (
            json!({ "publication_year": 1967.5 }),
            "publication_year",
            "out_of_range",
        ),
        (
            json!({ "publication_year": u64::MAX }),
            "publication_year",
            "out_of_range",
        ),
        (
            json!({ "publication_year": "1967" }),
            "publication_year",
            "wrong_type",
        ),
        (json!({ "language": "e" }), "language", "format"),
        (
            json!({ "language": format!("en-{}", "x".repeat(40)) }),
            "language",
            "too_long",
        ),
        (
            json!({ "publisher": "x".repeat(256) }),
            "publisher",
            "too_long",
        ),
        (json!({ "page_count": 0 }), "page_count", "out_of_range"),
        (json!({ "page_count": -1 }), "page_count", "out_of_range"),
        (
            json!({ "page_count": 100_001 }),
            "page_count",
            "out_of_range",
        ),
        (json!({ "page_count": 1e300 }), "page_count", "out_of_range"),
        (
            json!({ "description": "x".repeat(10_001) }),
            "description",
            "too_long",
        ),
        (json!({ "subjects": "Macondo" }), "subjects", "wrong_type"),
        (
            json!({ "subjects": vec!["x"; 101] }),
            "subjects",
            "too_many",
        ),
        (
            json!({ "subjects": ["x".repeat(101)] }),
            "subjects[0]",
            "too_long",
        ),
        (json!({ "identifiers": [] }), "identifiers", "wrong_type"),
        (
            json!({ "identifiers": { "viaf": "1" } }),
            "identifiers.viaf",
            "unknown_scheme",
        ),
        (
            json!({ "identifiers": { "openlibrary": "OL1A" } }),
            "identifiers.openlibrary",
            "format",
        ),
    ] {
        let mut whole = json!({ "title": "Ficciones" });
        if field == "title" {
            whole = body;
        } else {
            whole
                .as_object_mut()
                .unwrap()
                .extend(body.as_object().unwrap().clone());
        }
        let answer = service.ask(post("/books", &whole)).await.expect(422);
        assert_eq!(answer.wrong_fields(), [(field.to_owned(), code.to_owned())]);
    }
    assert!(service.log().await.is_empty());
}

#[tokio::test]
async fn the_longest_of_everything_is_taken() {
    let service = Service::new().await;
    let subjects: Vec<_> = (0..100).map(|n| format!("{n:0>100}")).collect();
    let body = json!({
        "title": "文".repeat(500),
        "subtitle": "文".repeat(500),
        "publication_year": -3_000,
        "publisher": "文".repeat(255),
        "page_count": 100_000,
        "description": "𝔊".repeat(10_000),
        "subjects": subjects
    });
    let book = service.ask(post("/books", &body)).await.expect(201).json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(book[field], *value, "{field}");
    }
    let announced = json!({ "title": "Soon", "publication_year": 2_031 });
    service.ask(post("/books", &announced)).await.expect(201);
}

#[tokio::test]
async fn a_language_is_kept_in_its_canonical_form() {
    let service = Service::new().await;
    for (given, kept) in [
        ("eng", "en"),
        ("fre", "fr"),
        ("FRA", "fr"),
        ("pt-br", "pt-BR"),
        ("ZH-hant", "zh-Hant"),
        ("iw", "he"),
    ] {
        let body = json!({ "title": "Any", "language": given });
        let answer = service.ask(post("/books", &body)).await.expect(201);
        assert_eq!(answer.json()["language"], kept, "{given}");
    }
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
