//! Error answers, whoever makes them, and what all answers share.

use actix_web::http::Method;

use crate::sample::{ask, get, request};

#[actix_web::test]
async fn an_unknown_path_is_a_problem_document() {
    let answer = ask(get("/nowhere?x=1")).await;
    assert_eq!(answer.status, 404);
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/not-found");
    assert_eq!(problem["instance"], "/nowhere");
    assert_eq!(problem["detail"], "There is nothing at this address.");
}

#[actix_web::test]
async fn a_method_that_is_not_there_is_told_which_are() {
    let answer = ask(request(Method::DELETE, "/things")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    assert_eq!(
        answer.problem()["detail"],
        "DELETE is not answered here; these are: GET, HEAD, POST."
    );
}

#[actix_web::test]
async fn head_on_a_path_without_get_is_not_allowed_as_head() {
    let answer = ask(request(Method::HEAD, "/nowhere")).await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.is_empty());
    let answer = ask(request(Method::HEAD, "/things/1")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("etag").starts_with("\"1-3."));
}

#[actix_web::test]
async fn an_internal_error_shows_nothing_of_its_source() {
    let answer = ask(get("/broken")).await;
    assert_eq!(answer.status, 500);
    let problem = answer.problem();
    assert!(!problem.to_string().contains("s3cret"));
}

#[actix_web::test]
async fn a_bare_error_answer_becomes_a_problem_document_and_keeps_its_headers() {
    let answer = ask(get("/bare")).await;
    assert_eq!(answer.status, 429);
    let problem = answer.problem();
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["title"], "Too Many Requests");
    assert_eq!(answer.header("retry-after"), "7");
}

#[actix_web::test]
async fn every_answer_forbids_sniffing() {
    for uri in ["/things", "/nowhere", "/broken", "/health"] {
        let answer = ask(get(uri)).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
    }
}

#[actix_web::test]
async fn wrong_parameters_are_all_told_in_one_answer() {
    let answer = ask(get("/things?skip=-1&limit=5000&name=%FF&name=x")).await;
    assert_eq!(answer.status, 422);
    let problem = answer.problem();
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["skip", "limit", "name"]);
    assert_eq!(
        problem["errors"][1]["message"],
        "must be a whole number from 1 to 1000"
    );
}

#[actix_web::test]
async fn what_is_no_id_leads_to_nothing() {
    for id in [
        "abc",
        "0",
        "-1",
        "1.5",
        "99999999999999999999",
        "%00",
        "%FF",
        "%2F",
    ] {
        let answer = ask(get(&format!("/things/{id}"))).await;
        assert_eq!(answer.status, 404, "{id}");
        answer.problem();
    }
    assert_eq!(ask(get("/things/7")).await.status, 410);
}

#[actix_web::test]
async fn a_held_representation_is_not_sent_again() {
    let tag = ask(get("/things/1")).await.header("etag").to_owned();
    let answer = ask(get("/things/1").insert_header(("if-none-match", tag.as_str()))).await;
    assert_eq!(answer.status, 304);
    assert_eq!(answer.header("etag"), tag);
    assert!(answer.body.is_empty());
}

#[actix_web::test]
async fn an_edit_of_another_version_is_refused() {
    let put = |tag: &str| {
        request(Method::PUT, "/things/1")
            .insert_header(("if-match", tag))
            .insert_header(("content-type", "application/json"))
            .set_payload("{}")
    };
    assert_eq!(ask(put("\"1-3.0\"")).await.status, 200);
    let answer = ask(put("\"1-2.0\"")).await;
    assert_eq!(answer.status, 412);
    assert_eq!(answer.problem()["type"], "/problems/precondition-failed");
}

#[actix_web::test]
async fn the_type_of_a_problem_leads_to_its_meaning() {
    let uri = ask(get("/nowhere")).await.problem()["type"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = ask(get(&uri)).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/plain; charset=utf-8");
    assert!(
        String::from_utf8(page.body)
            .unwrap()
            .contains("Not found (404)")
    );
    assert_eq!(ask(get("/problems/nonsense")).await.status, 404);
    assert_eq!(ask(get("/problems")).await.status, 200);
}
