//! What an answer tells when somebody else writes while it is made.

use actix_web::http::Method;
use authors_service::domain::Author;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{post, put, request, with_json},
    service::Service,
};

fn patch(body: &Value) -> actix_web::test::TestRequest {
    with_json(request(Method::PATCH, "/authors/1"), body.to_string())
}

/// Another name each time.
fn renamed(author: &Author) -> Author {
    let mut after = author.clone();
    after.version += 1;
    after.state.name.push_str(" again");
    after
}

fn deleted(author: &Author) -> Author {
    author.delete(author.state.updated_at)
}

/// An author in version 2.
async fn with_author() -> Service {
    let service = Service::new().await;
    service.create("First").await;
    let second = json!({ "name": "Second" });
    service.ask(put("/authors/1", &second)).await.expect(200);
    service
}

#[tokio::test]
async fn the_tag_of_an_edit_conflict_is_of_the_version_that_it_shows() {
    let service = with_author().await;
    service.others.write_after_load(renamed);
    let yours = patch(&json!({ "name": "Yours" })).insert_header(("if-match", "\"1-1\""));
    let answer = service.ask(yours).await.expect(409);
    let problem = answer.problem();
    assert_eq!(problem["conflicts"][0]["theirs"], "Second again");
    assert_eq!(problem["current_version"], 3);
    let now = service.get("/authors/1").await.expect(200).json();
    assert_eq!(now["name"], "Second again again");
    // So a decision that was made on it overwrites nothing unseen.
    let tag = answer.header("etag").unwrap();
    assert_eq!(tag, "\"1-3\"");
    let decided = patch(&json!({ "name": "Decided" })).insert_header(("if-match", tag));
    let answer = service.ask(decided).await.expect(409).problem();
    assert_eq!(answer["conflicts"][0]["before"], "Second again");
}

#[tokio::test]
async fn a_refusal_tells_one_version_in_all_its_parts() {
    let service = with_author().await;
    service.others.write_after_load(renamed);
    let late = put("/authors/1", &json!({ "name": "Late" }));
    let late = late.insert_header(("if-match", "\"1-1\""));
    let answer = service.ask(late).await.expect(412);
    let problem = answer.problem();
    assert_eq!(problem["current_version"], 3);
    assert_eq!(problem["current"]["version"], 3);
    assert_eq!(problem["changes_since"][0]["version"], 3);
    assert!(answer.header("etag").unwrap().starts_with("\"1-3."));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("version 3"), "{detail}");
}

fn assert_is_own(answer: &Answer, name: &str) {
    let author = answer.json();
    assert_eq!(
        (&author["name"], &author["version"]),
        (&json!(name), &json!(3))
    );
    assert!(
        answer.header("etag").unwrap().starts_with("\"1-3."),
        "{answer}"
    );
    assert_eq!(answer.header("x-receipt"), Some("author:1@1-3"));
    assert_eq!(answer.header("x-changed"), Some("true"));
}

#[tokio::test]
async fn a_write_is_answered_with_what_it_made_whatever_others_make_of_it() {
    let (yours, first) = (json!({ "name": "Yours" }), json!({ "to": 1 }));
    for others in [renamed, deleted] {
        for (request, name) in [
            (put("/authors/1", &yours), "Yours"),
            (patch(&yours), "Yours"),
            (post("/authors/1/revert", &first), "First"),
        ] {
            let service = with_author().await;
            service.others.write_after_save(others);
            let answer = service.ask(request).await.expect(200);
            assert_is_own(&answer, name);
            assert_eq!(service.log().await.len(), 4);
        }
    }
}
