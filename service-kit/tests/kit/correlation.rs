//! `X-Correlation-ID`, in and out.

use crate::sample::{ask, get, post};

#[actix_web::test]
async fn an_id_that_may_be_one_comes_back_and_reaches_the_handler() {
    let answer = ask(get("/whoami").insert_header(("X-Correlation-ID", "import:42/a~"))).await;
    assert_eq!(answer.header("x-correlation-id"), "import:42/a~");
    assert_eq!(answer.body, b"import:42/a~");
}

#[actix_web::test]
async fn an_id_that_may_not_be_one_is_replaced_by_a_new_one() {
    let long = "x".repeat(129);
    for bad in ["", "two words", "caf\u{e9}", long.as_str()] {
        let answer = ask(get("/whoami").insert_header(("X-Correlation-ID", bad))).await;
        let id = answer.header("x-correlation-id");
        assert_ne!(id, bad);
        assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
        assert_eq!(answer.body, id.as_bytes());
    }
}

#[actix_web::test]
async fn every_answer_has_one_errors_included() {
    for request in [
        get("/things"),
        get("/nowhere"),
        get("/broken"),
        get("/health"),
        get("/things?skip=x"),
        post("{"),
        post("{}").method(actix_web::http::Method::PATCH),
        get("/things").method(actix_web::http::Method::OPTIONS),
    ] {
        let answer = ask(request.insert_header(("X-Correlation-ID", "mine"))).await;
        assert_eq!(answer.header("x-correlation-id"), "mine");
        if answer.status >= 400 {
            assert_eq!(answer.problem()["correlation_id"], "mine");
        }
    }
}
