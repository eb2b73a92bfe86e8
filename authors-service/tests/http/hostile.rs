//! Whatever address or header is sent, the answer says what is wrong with it, and nothing is
//! written.

use serde_json::json;

use crate::{
    requests::{delete, get, post, put},
    service::Service,
};

/// An author with a linked book: version 1, two events.
pub(crate) async fn service() -> Service {
    let service = Service::new().await;
    service.create("Gabo").await;
    service.hear_of_books([2]).await;
    let body = json!({ "book_ids": [2] });
    service
        .ask(post("/authors/1/books", &body))
        .await
        .expect(200);
    service
}

pub(crate) async fn assert_nothing_was_written(service: &Service) {
    assert_eq!(service.log().await.len(), 2);
    let listed = service.get("/authors").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["version"], 1);
}

#[tokio::test]
async fn what_is_no_id_leads_to_nothing() {
    let service = service().await;
    let long = "9".repeat(5_000);
    for id in [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e0",
        "abc",
        "9223372036854775808",
        "99999999999999999999999999",
        "%00",
        "1%00",
        "%FF",
        "%31%20",
        "%2F",
        "..",
        "%2e%2e",
        "%EF%BC%91",
        "1;x=1",
        long.as_str(),
    ] {
        let body = json!({ "name": "Ovid" });
        let books = json!({ "book_ids": [2] });
        let credit = json!({ "role": "editor" });
        for request in [
            get(&format!("/authors/{id}")),
            put(&format!("/authors/{id}"), &body),
            delete(&format!("/authors/{id}")),
            post(&format!("/authors/{id}/books"), &books),
            delete(&format!("/authors/{id}/books/2")),
            put(&format!("/authors/{id}/books/2"), &credit),
            put(&format!("/authors/1/books/{id}"), &credit),
            delete(&format!("/authors/1/books/{id}")),
        ] {
            service.ask(request).await.expect(404);
        }
    }
    for path in [
        "/",
        "//",
        "/authors/",
        "/authors/1/",
        "/authors/1/books/",
        "/Authors",
        "/sync/x",
    ] {
        service.get(path).await.expect(404);
    }
    assert_nothing_was_written(&service).await;
}

#[tokio::test]
async fn hostile_headers_are_ignored_or_refused() {
    let service = service().await;
    let long = "x".repeat(10_000);
    for value in [
        "",
        "*",
        "\"",
        "W/\"",
        "\"1-99999999999999999999\"",
        ",,,",
        "\u{e9}",
        &long,
    ] {
        for name in [
            "if-none-match",
            "prefer",
            "accept",
            "range",
            "traceparent",
            "cookie",
            "expect",
        ] {
            let answer = service
                .ask(get("/authors/1").insert_header((name, value)))
                .await;
            assert!(
                matches!(answer.status, 200 | 304),
                "{name}: {value}: {answer}"
            );
        }
        if value != "*" {
            let request = delete("/authors/1").insert_header(("if-match", value));
            service.ask(request).await.expect(412);
        }
    }
    assert_nothing_was_written(&service).await;
}
