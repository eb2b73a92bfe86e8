//! Whatever body is sent, the answer says what is wrong with it, and nothing is written.

use actix_web::{http::Method, test::TestRequest};
use fastrand::Rng;
use serde_json::json;

use crate::{
    hostile::{assert_nothing_was_written, service},
    requests::{post, put, request, with_json},
};

/// The largest body that is taken, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The calls that take a body.
fn with_body(body: &[u8]) -> [TestRequest; 4] {
    [
        with_json(request(Method::POST, "/authors"), body),
        with_json(request(Method::PUT, "/authors/1"), body),
        with_json(request(Method::POST, "/authors/1/books"), body),
        with_json(request(Method::PUT, "/authors/1/books/2"), body),
    ]
}

#[tokio::test]
async fn a_body_that_is_no_json_is_malformed() {
    let service = service().await;
    let deep = "[".repeat(100_000);
    let deep_object = "{\"name\":".repeat(100_000);
    let bodies: [&[u8]; 15] = [
        b"",
        b" \n ",
        b"{",
        b"{}}",
        b"{\"name\":\"Gabo\",}",
        b"{'name':'Gabo'}",
        b"{\"name\":\"Gabo\"",
        b"{\"name\":\"a\0b\"}",
        b"{\"name\":\"a\nb\"}",
        b"{\"name\":\"\xff\"}",
        b"\xef\xbb\xbf{\"name\":\"Gabo\"}",
        b"{\"name\":NaN}",
        b"{\"name\":01}",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ];
    for body in bodies {
        for request in with_body(body) {
            let answer = service.ask(request).await.expect(400);
            assert_eq!(answer.problem()["type"], "/problems/malformed-request");
        }
    }
    assert_nothing_was_written(&service).await;
}

#[tokio::test]
async fn json_of_another_shape_is_refused() {
    let service = service().await;
    let nested = format!("{{\"name\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    let bodies = [
        "null",
        "true",
        "7",
        "\"Gabo\"",
        "[]",
        "[\"Gabo\"]",
        "[{\"name\":\"Gabo\"}]",
        "{}",
        "{\"name\":{},\"book_ids\":{}}",
        "{\"name\":1e999,\"book_ids\":1e999}",
        "{\"name\":\"\\ud800\",\"book_ids\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\\ud800\",\"book_ids\":[\"\\ud800\"]}",
        "{\"name\":\"a\\u0000b\",\"book_ids\":[\"\\u0000\"]}",
        "{\"name\":\"Gabo\",\"name\":\"Gabo\",\"book_ids\":[2],\"book_ids\":[2]}",
        nested.as_str(),
    ];
    for body in bodies {
        for request in with_body(body.as_bytes()) {
            let answer = service.ask(request).await.expect(422);
            assert!(!answer.wrong_fields().is_empty(), "{answer}");
        }
    }
    assert_nothing_was_written(&service).await;
}

#[tokio::test]
async fn hostile_fields_of_an_author_are_refused() {
    let service = service().await;
    let many: serde_json::Map<_, _> = (0..5_000).map(|n| (format!("s{n}"), json!("1"))).collect();
    for (field, value) in [
        ("name", json!("a\u{0}b")),
        ("name", json!("\u{0}")),
        ("name", json!("x".repeat(500_000))),
        ("name", json!("\u{85}\u{200b}\u{1}")),
        ("birth_date", json!("99999999999999999999-01-01")),
        ("birth_date", json!("1927-03-06T00:00:00Z")),
        ("birth_date", json!("١٩٢٧")),
        ("death_date", json!(-1)),
        ("nationality", json!("a\u{0}")),
        ("biography", json!("a\u{0}")),
        ("biography", json!("e\u{301}".repeat(10_001))),
        ("aliases", json!(vec!["x"; 100_000])),
        ("aliases", json!([["x"]])),
        ("aliases", json!(["a\u{0}"])),
        ("identifiers", json!({ "viaf": "1\u{0}" })),
        ("identifiers", json!({ "viaf": "9".repeat(10_000) })),
        ("identifiers", json!({ "\u{0}": "1" })),
        ("identifiers", json!({ "x".repeat(100_000): "1" })),
        ("identifiers", json!(many)),
    ] {
        let mut body = json!({ "name": "Gabo" });
        body[field] = value;
        for request in [post("/authors", &body), put("/authors/1", &body)] {
            let answer = service.ask(request).await.expect(422);
            let (wrong, _) = answer.wrong_fields().remove(0);
            assert!(wrong.starts_with(field), "{wrong}");
            assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
        }
    }
    let duplicate = r#"{"name":"Gabo","identifiers":{"viaf":"1","viaf":"2"}}"#;
    let request = with_json(request(Method::POST, "/authors"), duplicate);
    let answer = service.ask(request).await.expect(422);
    let expected = ("identifiers.viaf".to_owned(), "duplicate".to_owned());
    assert_eq!(answer.wrong_fields(), [expected]);
    assert_nothing_was_written(&service).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_largest_is_taken() {
    let service = service().await;
    let padded = |length: usize| {
        let mut body = br#"{"name":"Gabo","book_ids":[2],"role":"editor"}"#.to_vec();
        body.resize(length, b' ');
        body
    };
    for request in with_body(&padded(MAX_BODY + 1)) {
        let answer = service.ask(request).await.expect(413);
        assert_eq!(answer.problem()["type"], "/problems/content-too-large");
    }
    for request in with_body(b"{}") {
        let announced = request.insert_header(("content-length", "1048577"));
        service.ask(announced).await.expect(413);
    }
    assert_nothing_was_written(&service).await;
    for request in with_body(&padded(MAX_BODY)) {
        let answer = service.ask(request).await;
        assert!(matches!(answer.status, 200 | 201), "{answer}");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let service = service().await;
    for content_type in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json\u{e9}",
    ] {
        for request in with_body(br#"{"name":"Ovid","book_ids":[2],"role":"editor"}"#) {
            let request = request.insert_header(("content-type", content_type));
            let answer = service.ask(request).await.expect(415);
            assert_eq!(answer.problem()["type"], "/problems/unsupported-media-type");
        }
    }
    for request in with_body(b"\x1f\x8b") {
        let compressed = request.insert_header(("content-encoding", "gzip"));
        service.ask(compressed).await.expect(415);
    }
    for path in ["/authors", "/authors/1/books"] {
        let without_type = request(Method::POST, path).set_payload("{}");
        service.ask(without_type).await.expect(415);
    }
    assert_nothing_was_written(&service).await;
}

/// A right body with some of its bytes changed, left out or doubled.
#[tokio::test]
async fn a_mangled_body_is_taken_or_refused_and_never_a_fault() {
    let service = service().await;
    let whole = r#"{"name":"Gab\u00e9","birth_date":"1927-03-06","aliases":["Gabo","x"],"identifiers":{"viaf":"95218067"},"book_ids":[2,3],"role":"editor","position":2}"#;
    let mut random = Rng::with_seed(20_261_120);
    for _ in 0..300 {
        let mut body = whole.as_bytes().to_vec();
        for _ in 0..random.usize(1..=3) {
            let at = random.usize(0..body.len());
            match random.u8(0..4) {
                0 => body[at] = random.u8(..),
                1 => body[at] = *random.choice(br#"{}[]",:\0-.eu"#).unwrap(),
                2 => {
                    body.remove(at);
                }
                _ => body.insert(at, body[at]),
            }
        }
        for request in with_body(&body) {
            let answer = service.ask(request).await;
            let expected = matches!(answer.status, 200 | 201 | 400 | 404 | 422);
            assert!(expected, "{}: {answer}", String::from_utf8_lossy(&body));
        }
    }
}
