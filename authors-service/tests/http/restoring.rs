//! Bringing back a deleted author, or former fields.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::{
    requests::{delete, post, put, with_json},
    service::Service,
};

fn restore() -> TestRequest {
    TestRequest::post().uri("/authors/1/restore")
}

fn revert(to: i64) -> TestRequest {
    post("/authors/1/revert", &json!({ "to": to }))
}

/// An author in version 2 with one book.
async fn with_author() -> Service {
    let service = Service::new().await;
    service.create("First").await;
    service.hear_of_books([7]).await;
    service.hear_of_link(1, 7, "author", 1).await;
    let second = json!({ "name": "Second" });
    service.ask(put("/authors/1", &second)).await.expect(200);
    service
}

#[tokio::test]
async fn a_deleted_author_comes_back_with_its_books_in_a_greater_version() {
    let service = with_author().await;
    service.ask(delete("/authors/1")).await.expect(204);
    let answer = service.ask(restore()).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(answer.header("etag").unwrap().starts_with("\"1-4."));
    let author = answer.json();
    assert_eq!(
        (&author["version"], &author["name"]),
        (&json!(4), &json!("Second"))
    );
    assert_eq!(author["books"][0]["id"], 7);
    assert_eq!(service.get("/authors/1").await.expect(200).json(), author);
    let entry = service.log().await.pop().unwrap();
    assert_eq!(
        (entry.event_type.as_str(), entry.version),
        ("author.updated", 4)
    );
    let history = service.get("/authors/1/history").await.expect(200).json();
    let entry = &history["entries"][0];
    assert_eq!(
        (&entry["change"], &entry["changes"]),
        (&json!("restored"), &json!([]))
    );
}

#[tokio::test]
async fn a_restore_of_what_is_live_is_a_read() {
    let service = with_author().await;
    let answer = service.ask(restore()).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("false"));
    assert_eq!(answer.json()["version"], 2);
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn former_fields_come_back_as_a_new_version() {
    let service = with_author().await;
    let answer = service.ask(revert(1)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    let author = answer.json();
    assert_eq!(
        (&author["version"], &author["name"]),
        (&json!(3), &json!("First"))
    );
    let again = service.ask(revert(1)).await.expect(200);
    assert_eq!(again.header("x-changed"), Some("false"));
    assert_eq!(again.json(), author);
    assert_eq!(service.log().await.len(), 3);
    // Also those from before a deletion.
    service.ask(delete("/authors/1")).await.expect(204);
    service.ask(restore()).await.expect(200);
    let answer = service.ask(revert(2)).await.expect(200);
    assert_eq!(answer.json()["name"], "Second");
    assert_eq!(answer.json()["version"], 6);
}

#[tokio::test]
async fn either_holds_only_for_the_version_that_the_caller_has() {
    let service = with_author().await;
    let stale = revert(1).insert_header(("if-match", "\"1-1.0\""));
    let refused = service.ask(stale).await.expect(412);
    assert_eq!(refused.problem()["current_version"], 2);
    let fresh = revert(1).insert_header(("if-match", "\"1-2.0\""));
    service.ask(fresh).await.expect(200);
    service.ask(delete("/authors/1")).await.expect(204);
    let stale = restore().insert_header(("if-match", "\"1-3.0\""));
    let refused = service.ask(stale).await.expect(412);
    let problem = refused.problem();
    assert_eq!(problem["current_version"], 4);
    let current = &problem["current"];
    assert_eq!(
        (&current["version"], &current["name"], &current["deleted"]),
        (&json!(4), &json!("First"), &json!(true))
    );
    let since = problem["changes_since"].as_array().unwrap();
    assert_eq!(since.len(), 1);
    assert_eq!(since[0]["change"], "deleted");
    assert_eq!(problem["more_changes"], false);
    let fresh = restore().insert_header(("if-match", refused.header("etag").unwrap()));
    service.ask(fresh).await.expect(200);
    let stale = restore().insert_header(("if-match", "\"1-4.0\""));
    let problem = service.ask(stale).await.expect(412).problem();
    assert_eq!(problem["current"]["version"], 5);
    assert!(problem["current"].get("deleted").is_none());
}

#[tokio::test]
async fn what_can_not_be_brought_back_is_told() {
    let service = Service::new().await;
    service.ask(restore()).await.expect(404);
    service.ask(revert(1)).await.expect(404);
    service.create("First").await;
    let answer = service.ask(revert(2)).await.expect(422);
    let unknown = ("to".to_owned(), "unknown_version".to_owned());
    assert_eq!(answer.wrong_fields(), [unknown]);
    let detail = &answer.problem()["detail"];
    let why = "to must be another version: Author 1 has no version 2, or it is not kept any more.";
    assert!(detail.as_str().unwrap().ends_with(why), "{detail}");
    service.ask(delete("/authors/1")).await.expect(204);
    for to in [1, 9] {
        let gone = service.ask(revert(to)).await.expect(410);
        assert_eq!(gone.problem()["type"], "/problems/gone");
    }
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn the_version_to_go_back_to_must_be_one() {
    let service = with_author().await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "to": null }), "required"),
        (json!({ "to": 0 }), "out_of_range"),
        (json!({ "to": -1 }), "out_of_range"),
        (json!({ "to": "1" }), "wrong_type"),
    ] {
        let answer = service
            .ask(post("/authors/1/revert", &body))
            .await
            .expect(422);
        assert_eq!(answer.wrong_fields(), [("to".to_owned(), code.to_owned())]);
    }
    let broken = with_json(TestRequest::post().uri("/authors/1/revert"), "{");
    service.ask(broken).await.expect(400);
    let untyped = TestRequest::post()
        .uri("/authors/1/revert")
        .set_payload("{}");
    service.ask(untyped).await.expect(415);
}

#[tokio::test]
async fn a_restore_and_a_revert_are_answered_again_under_their_keys() {
    let service = with_author().await;
    service.ask(delete("/authors/1")).await.expect(204);
    for key in ["a", "b"] {
        let request = || if key == "a" { restore() } else { revert(1) };
        let keyed = || request().insert_header(("idempotency-key", key));
        let first = service.ask(keyed()).await.expect(200);
        assert_eq!(first.header("x-changed"), Some("true"));
        let again = service.ask(keyed()).await.expect(200);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
        for header in ["etag", "x-changed", "x-receipt"] {
            assert_eq!(again.header(header), first.header(header), "{header}");
        }
    }
    assert_eq!(service.log().await.len(), 5);
    let other = revert(2).insert_header(("idempotency-key", "b"));
    service.ask(other).await.expect(422);
}
