//! Bringing back a deleted book, or former fields.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::{
    requests::{delete, post, put, with_json},
    service::Service,
};

fn restore() -> TestRequest {
    TestRequest::post().uri("/books/1/restore")
}

fn revert(to: i64) -> TestRequest {
    post("/books/1/revert", &json!({ "to": to }))
}

/// A book in version 2 with one author.
async fn with_book() -> Service {
    let service = Service::new().await;
    service.create("First").await;
    service.hear_of_authors([7]).await;
    service.hear_of_link(1, 7, "book", 1).await;
    let second = json!({ "title": "Second" });
    service.ask(put("/books/1", &second)).await.expect(200);
    service
}

#[tokio::test]
async fn a_deleted_book_comes_back_with_its_authors_in_a_greater_version() {
    let service = with_book().await;
    service.ask(delete("/books/1")).await.expect(204);
    let answer = service.ask(restore()).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    assert!(answer.header("etag").unwrap().starts_with("\"1-4."));
    let book = answer.json();
    assert_eq!(
        (&book["version"], &book["title"]),
        (&json!(4), &json!("Second"))
    );
    assert_eq!(book["authors"][0]["id"], 7);
    assert_eq!(service.get("/books/1").await.expect(200).json(), book);
    let entry = service.log().await.pop().unwrap();
    assert_eq!(
        (entry.event_type.as_str(), entry.version),
        ("book.updated", 4)
    );
    let history = service.get("/books/1/history").await.expect(200).json();
    let entry = &history["entries"][0];
    assert_eq!(
        (&entry["change"], &entry["changes"]),
        (&json!("restored"), &json!([]))
    );
}

#[tokio::test]
async fn a_restore_of_what_is_live_is_a_read() {
    let service = with_book().await;
    let answer = service.ask(restore()).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("false"));
    assert_eq!(answer.json()["version"], 2);
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn former_fields_come_back_as_a_new_version() {
    let service = with_book().await;
    let answer = service.ask(revert(1)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    let book = answer.json();
    assert_eq!(
        (&book["version"], &book["title"]),
        (&json!(3), &json!("First"))
    );
    let again = service.ask(revert(1)).await.expect(200);
    assert_eq!(again.header("x-changed"), Some("false"));
    assert_eq!(again.json(), book);
    assert_eq!(service.log().await.len(), 3);
    // Also those from before a deletion.
    service.ask(delete("/books/1")).await.expect(204);
    service.ask(restore()).await.expect(200);
    let answer = service.ask(revert(2)).await.expect(200);
    assert_eq!(answer.json()["title"], "Second");
    assert_eq!(answer.json()["version"], 6);
}

#[tokio::test]
async fn either_holds_only_for_the_version_that_the_caller_has() {
    let service = with_book().await;
    let stale = revert(1).insert_header(("if-match", "\"1-1.0\""));
    let refused = service.ask(stale).await.expect(412);
    assert_eq!(refused.problem()["current_version"], 2);
    let fresh = revert(1).insert_header(("if-match", "\"1-2.0\""));
    service.ask(fresh).await.expect(200);
    service.ask(delete("/books/1")).await.expect(204);
    let stale = restore().insert_header(("if-match", "\"1-3.0\""));
    let refused = service.ask(stale).await.expect(412);
    let problem = refused.problem();
    assert_eq!(problem["current_version"], 4);
    let current = &problem["current"];
    assert_eq!(
        (&current["version"], &current["title"], &current["deleted"]),
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
    let why = "to must be another version: Book 1 has no version 2, or it is not kept any more.";
    assert!(detail.as_str().unwrap().ends_with(why), "{detail}");
    service.ask(delete("/books/1")).await.expect(204);
    for to in [1, 9] {
        let gone = service.ask(revert(to)).await.expect(410);
        assert_eq!(gone.problem()["type"], "/problems/gone");
    }
    assert_eq!(service.log().await.len(), 2);
}

#[tokio::test]
async fn the_version_to_go_back_to_must_be_one() {
    let service = with_book().await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "to": null }), "required"),
        (json!({ "to": 0 }), "out_of_range"),
        (json!({ "to": -1 }), "out_of_range"),
        (json!({ "to": "1" }), "wrong_type"),
    ] {
        let answer = service
            .ask(post("/books/1/revert", &body))
            .await
            .expect(422);
        assert_eq!(answer.wrong_fields(), [("to".to_owned(), code.to_owned())]);
    }
    let broken = with_json(TestRequest::post().uri("/books/1/revert"), "{");
    service.ask(broken).await.expect(400);
    let untyped = TestRequest::post().uri("/books/1/revert").set_payload("{}");
    service.ask(untyped).await.expect(415);
}

#[tokio::test]
async fn what_belongs_to_another_book_by_now_is_not_taken_back() {
    let service = Service::new().await;
    let first = json!({ "title": "First", "isbn": "978-0-306-40615-7",
        "identifiers": { "oclc": "44954" } });
    service.ask(post("/books", &first)).await.expect(201);
    let without = json!({ "title": "First" });
    service.ask(put("/books/1", &without)).await.expect(200);
    let second = json!({ "title": "Second", "isbn": "9780306406157" });
    service.ask(post("/books", &second)).await.expect(201);
    let reverted = service.ask(revert(1)).await.expect(409).problem();
    assert_eq!(reverted["conflicting_book_ids"], json!([2]));

    service.ask(delete("/books/2")).await.expect(204);
    service.ask(revert(1)).await.expect(200);
    let other = json!({ "title": "Other", "identifiers": { "lccn": "n78-89035" } });
    service.ask(post("/books", &other)).await.expect(201);
    service
        .ask(post("/books/2/restore", &json!({})))
        .await
        .expect(409);
    service.ask(delete("/books/1")).await.expect(204);
    let answer = service.ask(post("/books/2/restore", &json!({}))).await;
    assert_eq!(answer.expect(200).json()["isbn"], "9780306406157");
    let refused = service.ask(restore()).await.expect(409).problem();
    assert_eq!(refused["conflicting_book_ids"], json!([2]));
    assert_eq!(refused["errors"][0]["field"], "isbn");
    service.get("/books/1").await.expect(410);
}

#[tokio::test]
async fn a_restore_and_a_revert_are_answered_again_under_their_keys() {
    let service = with_book().await;
    service.ask(delete("/books/1")).await.expect(204);
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
