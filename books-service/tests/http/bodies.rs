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
        with_json(request(Method::POST, "/books"), body),
        with_json(request(Method::PUT, "/books/1"), body),
        with_json(request(Method::POST, "/books/1/authors"), body),
        with_json(request(Method::PUT, "/books/1/authors/2"), body),
    ]
}

#[tokio::test]
async fn a_body_that_is_no_json_is_malformed() {
    let service = service().await;
    let deep = "[".repeat(100_000);
    let deep_object = "{\"title\":".repeat(100_000);
    let bodies: [&[u8]; 15] = [
        b"",
        b" \n ",
        b"{",
        b"{}}",
        b"{\"title\":\"Ficciones\",}",
        b"{'title':'Ficciones'}",
        b"{\"title\":\"Ficciones\"",
        b"{\"title\":\"a\0b\"}",
        b"{\"title\":\"a\nb\"}",
        b"{\"title\":\"\xff\"}",
        b"\xef\xbb\xbf{\"title\":\"Ficciones\"}",
        b"{\"title\":NaN}",
        b"{\"title\":01}",
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
    let nested = format!("{{\"title\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    let bodies = [
        "null",
        "true",
        "7",
        "\"Ficciones\"",
        "[]",
        "[\"Ficciones\"]",
        "[{\"title\":\"Ficciones\"}]",
        "{}",
        "{\"title\":{},\"author_ids\":{}}",
        "{\"title\":1e999,\"author_ids\":1e999}",
        "{\"title\":\"\\ud800\",\"author_ids\":\"\\ud800\"}",
        "{\"title\":\"\\udc00\\ud800\",\"author_ids\":[\"\\ud800\"]}",
        "{\"title\":\"a\\u0000b\",\"author_ids\":[\"\\u0000\"]}",
        "{\"title\":\"Ficciones\",\"title\":\"Ficciones\",\"author_ids\":[2],\"author_ids\":[2]}",
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
async fn hostile_fields_of_a_book_are_refused() {
    let service = service().await;
    let many: serde_json::Map<_, _> = (0..5_000).map(|n| (format!("s{n}"), json!("1"))).collect();
    for (field, value) in [
        ("title", json!("a\u{0}b")),
        ("title", json!("\u{0}")),
        ("title", json!("x".repeat(500_000))),
        ("title", json!("\u{85}\u{200b}\u{1}")),
        ("subtitle", json!("a\u{0}")),
        ("isbn", json!("9".repeat(100_000))),
        ("isbn", json!("978030640615\u{0}")),
        ("isbn", json!("٩٧٨٠٣٠٦٤٠٦١٥٧")),
        ("isbn", json!(["9780306406157"])),
        ("publication_year", json!(i64::MIN)),
        ("publication_year", json!(i64::MAX)),
        ("publication_year", json!(1e300)),
        ("publication_year", json!(2_147_483_648_i64)),
        ("language", json!("en\u{0}")),
        ("language", json!("x".repeat(100_000))),
        ("language", json!("en-x-")),
        ("page_count", json!(2_147_483_648_i64)),
        ("page_count", json!(u64::MAX)),
        ("page_count", json!(true)),
        ("publisher", json!("a\u{0}")),
        ("description", json!("a\u{0}")),
        ("description", json!("e\u{301}".repeat(10_001))),
        ("subjects", json!(vec!["x"; 100_000])),
        ("subjects", json!([["x"]])),
        ("subjects", json!(["a\u{0}"])),
        ("identifiers", json!({ "oclc": "1\u{0}" })),
        ("identifiers", json!({ "oclc": "9".repeat(10_000) })),
        ("identifiers", json!({ "\u{0}": "1" })),
        ("identifiers", json!({ "x".repeat(100_000): "1" })),
        ("identifiers", json!(many)),
    ] {
        let mut body = json!({ "title": "Ficciones" });
        body[field] = value;
        for request in [post("/books", &body), put("/books/1", &body)] {
            let answer = service.ask(request).await.expect(422);
            let (wrong, _) = answer.wrong_fields().remove(0);
            assert!(wrong.starts_with(field), "{wrong}");
            assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
        }
    }
    let duplicate = r#"{"title":"Ficciones","identifiers":{"oclc":"1","oclc":"2"}}"#;
    let request = with_json(request(Method::POST, "/books"), duplicate);
    let answer = service.ask(request).await.expect(422);
    let expected = ("identifiers.oclc".to_owned(), "duplicate".to_owned());
    assert_eq!(answer.wrong_fields(), [expected]);
    assert_nothing_was_written(&service).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_largest_is_taken() {
    let service = service().await;
    let padded = |length: usize| {
        let mut body = br#"{"title":"Ficciones","author_ids":[2],"role":"editor"}"#.to_vec();
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
        for request in with_body(br#"{"title":"Fasti","author_ids":[2],"role":"editor"}"#) {
            let request = request.insert_header(("content-type", content_type));
            let answer = service.ask(request).await.expect(415);
            assert_eq!(answer.problem()["type"], "/problems/unsupported-media-type");
        }
    }
    for request in with_body(b"\x1f\x8b") {
        let compressed = request.insert_header(("content-encoding", "gzip"));
        service.ask(compressed).await.expect(415);
    }
    for path in ["/books", "/books/1/authors"] {
        let without_type = request(Method::POST, path).set_payload("{}");
        service.ask(without_type).await.expect(415);
    }
    assert_nothing_was_written(&service).await;
}

/// A right body with some of its bytes changed, left out or doubled.
#[tokio::test]
async fn a_mangled_body_is_taken_or_refused_and_never_a_fault() {
    let service = service().await;
    let whole = r#"{"title":"Ficci\u00f3nes","isbn":"0-306-40615-2","page_count":471,"subjects":["a","x"],"identifiers":{"oclc":"44954"},"author_ids":[2,3],"role":"editor","position":2}"#;
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
            let expected = matches!(answer.status, 200 | 201 | 400 | 404 | 409 | 422);
            assert!(expected, "{}: {answer}", String::from_utf8_lossy(&body));
        }
    }
}
