//! What the fields of a book may hold.

use serde_json::json;

use crate::{
    requests::{post, put},
    service::Service,
};

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
