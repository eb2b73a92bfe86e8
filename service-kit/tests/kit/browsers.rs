//! CORS: pages of configured origins, and of no other.

use actix_web::http::Method;

use crate::sample::{ORIGIN, ask, get, request};

#[actix_web::test]
async fn a_page_of_a_configured_origin_may_read_answers_and_their_headers() {
    for uri in ["/things", "/nowhere", "/broken"] {
        let answer = ask(get(uri).insert_header(("Origin", ORIGIN))).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            ORIGIN,
            "{uri}"
        );
        let exposed = answer
            .header("access-control-expose-headers")
            .to_ascii_lowercase();
        let exposed: Vec<_> = exposed.split(',').map(str::trim).collect();
        for header in [
            "allow",
            "etag",
            "idempotency-replayed",
            "link",
            "location",
            "preference-applied",
            "retry-after",
            "x-applied",
            "x-changed",
            "x-correlation-id",
            "x-receipt",
            "x-total-count",
        ] {
            assert!(exposed.contains(&header), "{header}");
        }
    }
}

#[actix_web::test]
async fn a_page_of_any_other_origin_may_not() {
    let answer = ask(get("/things").insert_header(("Origin", "https://evil.example"))).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[actix_web::test]
async fn a_preflight_is_answered_with_what_is_allowed() {
    let answer = ask(request(Method::OPTIONS, "/things/1")
        .insert_header(("Origin", ORIGIN))
        .insert_header(("Access-Control-Request-Method", "PUT"))
        .insert_header((
            "Access-Control-Request-Headers",
            "if-match,prefer,content-type,x-correlation-id",
        )))
    .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("PUT")
    );
    assert!(!answer.header("x-correlation-id").is_empty());
}

#[actix_web::test]
async fn a_preflight_of_another_origin_is_a_problem_document() {
    let answer = ask(request(Method::OPTIONS, "/things/1")
        .insert_header(("Origin", "https://evil.example"))
        .insert_header(("Access-Control-Request-Method", "PUT")))
    .await;
    assert_eq!(answer.status, 400);
    answer.problem();
}
