//! What an answer tells when somebody else writes while it is made.

use actix_web::http::Method;
use books_service::domain::Book;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{post, put, request, with_json},
    service::Service,
};

fn patch(body: &Value) -> actix_web::test::TestRequest {
    with_json(request(Method::PATCH, "/books/1"), body.to_string())
}

/// Another title each time.
fn renamed(book: &Book) -> Book {
    let mut after = book.clone();
    after.version += 1;
    after.state.title.push_str(" again");
    after
}

fn deleted(book: &Book) -> Book {
    book.delete(book.state.updated_at)
}

/// A book in version 2.
async fn with_book() -> Service {
    let service = Service::new().await;
    service.create("First").await;
    let second = json!({ "title": "Second" });
    service.ask(put("/books/1", &second)).await.expect(200);
    service
}

#[tokio::test]
async fn the_tag_of_an_edit_conflict_is_of_the_version_that_it_shows() {
    let service = with_book().await;
    service.others.write_after_load(renamed);
    let yours = patch(&json!({ "title": "Yours" })).insert_header(("if-match", "\"1-1\""));
    let answer = service.ask(yours).await.expect(409);
    let problem = answer.problem();
    assert_eq!(problem["conflicts"][0]["theirs"], "Second again");
    assert_eq!(problem["current_version"], 3);
    let now = service.get("/books/1").await.expect(200).json();
    assert_eq!(now["title"], "Second again again");
    // So a decision that was made on it overwrites nothing unseen.
    let tag = answer.header("etag").unwrap();
    assert_eq!(tag, "\"1-3\"");
    let decided = patch(&json!({ "title": "Decided" })).insert_header(("if-match", tag));
    let answer = service.ask(decided).await.expect(409).problem();
    assert_eq!(answer["conflicts"][0]["before"], "Second again");
}

#[tokio::test]
async fn a_refusal_tells_one_version_in_all_its_parts() {
    let service = with_book().await;
    service.others.write_after_load(renamed);
    let late = put("/books/1", &json!({ "title": "Late" }));
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

fn assert_is_own(answer: &Answer, title: &str) {
    let book = answer.json();
    assert_eq!(
        (&book["title"], &book["version"]),
        (&json!(title), &json!(3))
    );
    assert!(
        answer.header("etag").unwrap().starts_with("\"1-3."),
        "{answer}"
    );
    assert_eq!(answer.header("x-receipt"), Some("book:1@1-3"));
    assert_eq!(answer.header("x-changed"), Some("true"));
}

#[tokio::test]
async fn a_write_is_answered_with_what_it_made_whatever_others_make_of_it() {
    let (yours, first) = (json!({ "title": "Yours" }), json!({ "to": 1 }));
    for others in [renamed, deleted] {
        for (request, title) in [
            (put("/books/1", &yours), "Yours"),
            (patch(&yours), "Yours"),
            (post("/books/1/revert", &first), "First"),
        ] {
            let service = with_book().await;
            service.others.write_after_save(others);
            let answer = service.ask(request).await.expect(200);
            assert_is_own(&answer, title);
            assert_eq!(service.log().await.len(), 4);
        }
    }
}
