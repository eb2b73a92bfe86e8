//! What the fields of an author may hold.

use serde_json::json;

use crate::{
    requests::{post, put},
    service::Service,
};

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
