//! Request bodies: every way to send a wrong one.

use actix_web::http::Method;
use service_kit::json_body::MAX_BODY_BYTES;

use crate::sample::{ask, post, request};

#[actix_web::test]
async fn a_right_body_is_taken() {
    let answer = ask(post(r#"{"name":"x","tags":[],"codes":null}"#)).await;
    assert_eq!(answer.status, 201);
}

#[actix_web::test]
async fn another_content_type_is_not_read() {
    for (header, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/json; charset=utf-16"),
        ("content-encoding", "gzip"),
    ] {
        let answer = ask(post(r#"{"name":"x"}"#).insert_header((header, value))).await;
        assert_eq!(answer.status, 415, "{value}");
        assert_eq!(answer.problem()["type"], "/problems/unsupported-media-type");
    }
    let bare = request(Method::POST, "/things").set_payload("{}");
    assert_eq!(ask(bare).await.status, 415);
}

#[actix_web::test]
async fn malformed_json_says_where() {
    let answer = ask(post("{\"name\":\n  oops}")).await;
    assert_eq!(answer.status, 400);
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/malformed-request");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("line 2 column 3"), "{detail}");
}

#[actix_web::test]
async fn a_body_that_is_just_too_large_is_refused() {
    let padded = |bytes: usize| {
        let mut body = br#"{"name":"x"}"#.to_vec();
        body.resize(bytes, b' ');
        body
    };
    assert_eq!(ask(post(padded(MAX_BODY_BYTES))).await.status, 201);
    let answer = ask(post(padded(MAX_BODY_BYTES + 1))).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.problem()["type"], "/problems/content-too-large");
}

#[actix_web::test]
async fn everything_wrong_in_a_body_is_told_at_once() {
    let answer = ask(post(
        r#"{"codes":{"a":1},"tags":["x",null,[],"y"],"pages":12345678901,"name":null}"#,
    ))
    .await;
    assert_eq!(answer.status, 422);
    let problem = answer.problem();
    let told: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("name", "required"),
            ("pages", "out_of_range"),
            ("tags", "too_many"),
            ("tags[1]", "wrong_type"),
            ("tags[2]", "wrong_type"),
            ("codes.a", "wrong_type"),
        ]
    );
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .starts_with("6 values are wrong: name must be")
    );
}

#[actix_web::test]
async fn no_body_makes_an_internal_error() {
    let deep = "[".repeat(500_000);
    let many = format!("{{\"tags\":[{}1]}}", "1,".repeat(300_000));
    for body in [
        "",
        "null",
        "[]",
        "[\"x\"]",
        "\"x\"",
        "1e999",
        "{\"name\":\"\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"pages\":1e999,\"name\":-0.0}",
        "{\"pages\":-0}",
        "\u{feff}{}",
        deep.as_str(),
        many.as_str(),
    ] {
        let answer = ask(post(body.to_owned())).await;
        assert!(
            (400..500).contains(&answer.status),
            "{}: {body:.40}",
            answer.status
        );
        answer.problem();
        assert!(answer.body.len() < 50_000, "{}", answer.body.len());
    }
}
