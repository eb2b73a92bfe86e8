//! `PATCH`, and what callers are told whose edit came too late.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{delete, put, request, with_json},
    service::Service,
};

fn patch(body: &Value) -> TestRequest {
    request(Method::PATCH, "/books/1")
        .insert_header(("content-type", "application/merge-patch+json"))
        .set_payload(body.to_string())
}

fn edit(tag: &str, body: &Value) -> TestRequest {
    patch(body).insert_header(("if-match", tag))
}

fn named_by(request: TestRequest, id: &str) -> TestRequest {
    request.insert_header(("x-correlation-id", id))
}

/// A book with every field, as version 1.
async fn with_book() -> (Service, String) {
    let service = Service::new().await;
    let body = json!({
        "title": "Gabo",
        "publication_year": 1967,
        "publisher": "Colombian",
        "subjects": ["Gabito"],
        "identifiers": { "oclc": "95218067", "goodreads": "5878" },
    });
    let created = service.ask(crate::requests::post("/books", &body)).await;
    let tag = created.expect(201).header("etag").unwrap().to_owned();
    (service, tag)
}

async fn book(service: &Service) -> Value {
    service.get("/books/1").await.expect(200).json()
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_takes_away() {
    let (service, _) = with_book().await;
    let body = json!({
        "title": "  Gabriel García Márquez ",
        "publisher": null,
        "subjects": [],
        "identifiers": { "oclc": null, "openlibrary": " OL274505W " },
        "unknown": 1,
    });
    let answer = service.ask(patch(&body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    let after = answer.json();
    assert_eq!(after, book(&service).await);
    assert_eq!(after["version"], 2);
    assert_eq!(after["title"], "Gabriel García Márquez");
    assert_eq!(after["publication_year"], 1967);
    assert_eq!(after["publisher"], Value::Null);
    assert_eq!(after["subjects"], json!([]));
    let identifiers = json!({ "openlibrary": "OL274505W", "goodreads": "5878" });
    assert_eq!(after["identifiers"], identifiers);

    let again = json!({ "title": "Gabriel García Márquez", "identifiers": {} });
    let same = service
        .ask(with_json(patch(&again), again.to_string()))
        .await
        .expect(200);
    assert_eq!(same.header("x-changed"), Some("false"));
    let cleared = service
        .ask(patch(&json!({ "identifiers": null })))
        .await
        .expect(200);
    assert_eq!(cleared.json()["identifiers"], json!({}));
    assert_eq!(service.log().await.len(), 3);
}

#[tokio::test]
async fn every_wrong_field_of_a_patch_is_named() {
    let (service, _) = with_book().await;
    for (body, wrong) in [
        (json!({ "title": null }), vec![("title", "required")]),
        (json!({ "title": " " }), vec![("title", "required")]),
        (
            json!({ "page_count": 0 }),
            vec![("page_count", "out_of_range")],
        ),
        (
            json!({ "title": 5, "language": "?", "subjects": [1], "identifiers": { "oclc": 7 } }),
            vec![
                ("title", "wrong_type"),
                ("language", "format"),
                ("subjects[0]", "wrong_type"),
                ("identifiers.oclc", "wrong_type"),
            ],
        ),
        (
            json!({ "identifiers": { "isni": "1" } }),
            vec![("identifiers.isni", "unknown_scheme")],
        ),
    ] {
        let answer = service.ask(patch(&body)).await.expect(422);
        let named: Vec<_> = answer.wrong_fields();
        for (field, code) in wrong {
            let found = named.iter().find(|(named, _)| named == field);
            let found = found.map(|(_, code)| code.as_str());
            assert_eq!(found, Some(code), "{answer}");
        }
    }
    service.ask(patch(&json!([]))).await.expect(422);
    service
        .ask(with_json(patch(&json!({})), "{"))
        .await
        .expect(400);
    assert_eq!(book(&service).await["version"], 1);
}

#[tokio::test]
async fn edits_of_other_fields_are_merged() {
    let (service, read) = with_book().await;
    let theirs = json!({ "title": "Gabriel", "identifiers": { "oclc": "1" } });
    service.ask(edit(&read, &theirs)).await.expect(200);
    let yours = json!({ "publisher": "Mexican", "identifiers": { "goodreads": null } });
    let merged = service.ask(edit(&read, &yours)).await.expect(200).json();
    assert_eq!(merged["version"], 3);
    assert_eq!(merged["title"], "Gabriel");
    assert_eq!(merged["publisher"], "Mexican");
    assert_eq!(merged["identifiers"], json!({ "oclc": "1" }));
}

#[tokio::test]
async fn the_same_edit_by_two_is_no_conflict() {
    let (service, read) = with_book().await;
    let body = json!({ "title": "Gabriel" });
    service.ask(edit(&read, &body)).await.expect(200);
    let same = service.ask(edit(&read, &body)).await.expect(200);
    assert_eq!(same.header("x-changed"), Some("false"));
    assert_eq!(same.json()["version"], 2);
    // What is sent as it was read is no edit.
    let unedited = json!({ "title": "Gabo", "description": "Born in Aracataca." });
    let merged = service.ask(edit(&read, &unedited)).await.expect(200).json();
    assert_eq!(merged["title"], "Gabriel");
    assert_eq!(merged["description"], "Born in Aracataca.");
}

#[tokio::test]
async fn where_two_edits_meet_they_are_compared_field_by_field() {
    let (service, read) = with_book().await;
    let theirs = json!({
        "title": "Gabriel", "publisher": null, "identifiers": { "oclc": "1" }, "description": "Theirs."
    });
    let current = service.ask(edit(&read, &theirs)).await.expect(200);
    let yours = json!({
        "title": "García Márquez", "publisher": "Mexican", "subjects": ["GGM"],
        "identifiers": { "oclc": null, "goodreads": "1" },
    });
    let answer = service.ask(edit(&read, &yours)).await.expect(409);
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/edit-conflict");
    assert_eq!(problem["current_version"], 2);
    assert_eq!(answer.header("etag"), current.header("etag"));
    assert_eq!(
        problem["conflicts"],
        json!([
            {"field": "title", "yours": "García Márquez", "theirs": "Gabriel", "before": "Gabo"},
            {"field": "publisher", "yours": "Mexican", "theirs": null, "before": "Colombian"},
            {"field": "identifiers.oclc", "yours": null, "theirs": "1", "before": "95218067"},
        ])
    );
    assert_eq!(book(&service).await, current.json());
    // With the tag of the answer the decision is taken.
    let tag = answer.header("etag").unwrap();
    let decided = service.ask(edit(tag, &yours)).await.expect(200).json();
    assert_eq!(decided["title"], "García Márquez");
    assert_eq!(decided["description"], "Theirs.");
}

#[tokio::test]
async fn a_patch_takes_no_other_book_s_isbn_or_identifier() {
    let (service, read) = with_book().await;
    let other = json!({ "title": "Ficciones", "isbn": "978-84-376-0494-7" });
    service
        .ask(crate::requests::post("/books", &other))
        .await
        .expect(201);
    service
        .ask(patch(&json!({ "title": "Renamed" })))
        .await
        .expect(200);
    let taken = json!({ "isbn": "84-376-0494-X" });
    for request in [patch(&taken), edit(&read, &taken)] {
        let problem = service.ask(request).await.expect(409).problem();
        assert_eq!(problem["type"], "/problems/conflict");
        assert_eq!(problem["conflicting_book_ids"], json!([2]));
    }
    let own = json!({ "identifiers": { "oclc": "95218067" }, "isbn": null });
    service.ask(edit(&read, &own)).await.expect(200);
    assert_eq!(book(&service).await["version"], 2);
}

#[tokio::test]
async fn a_patch_of_a_version_that_never_was_is_told_what_there_is() {
    let (service, _) = with_book().await;
    for tag in ["\"1-7\"", "\"1-0\"", "\"9-1\"", "nonsense"] {
        let answer = service
            .ask(edit(tag, &json!({ "title": "Late" })))
            .await
            .expect(412);
        let problem = answer.problem();
        assert_eq!(problem["current_version"], 1);
        assert_eq!(problem["current"], book(&service).await);
        for unknown in ["changes_since", "more_changes"] {
            assert_eq!(problem.get(unknown), None, "{tag}");
        }
    }
    service
        .ask(edit("*", &json!({ "title": "Any" })))
        .await
        .expect(200);
}

#[tokio::test]
async fn of_a_tag_that_names_no_earlier_version_nobody_says_that_the_book_has_changed() {
    let (service, read) = with_book().await;
    let detail = async |tag: &str| {
        let late = edit(tag, &json!({ "title": "Late" }));
        let problem = service.ask(late).await.expect(412).problem();
        assert_eq!(problem["type"], "/problems/precondition-failed");
        problem["detail"].as_str().unwrap().to_owned()
    };
    let none =
        format!("None of the tags given in If-Match is the ETag of book 1, which is {read}.");
    for tag in ["\"1-7\"", "\"9-1\"", "nonsense", "\"1-1"] {
        assert_eq!(detail(tag).await, none, "{tag}");
    }
    let weak = format!("{none} If-Match takes no weak tags.");
    assert_eq!(detail(&format!("W/{read}")).await, weak);
    let renamed = patch(&json!({ "title": "Renamed" }));
    service.ask(renamed).await.expect(200);
    let late = delete("/books/1").insert_header(("if-match", format!("W/{read}, {read}")));
    let problem = service.ask(late).await.expect(412).problem();
    assert_eq!(
        problem["detail"],
        "Book 1 has changed since you read it: it is at version 2 now."
    );
}

fn assert_tells_all(answer: &Answer, current: &Value, since: &Value) {
    let problem = answer.problem();
    assert_eq!(problem["current"], *current);
    assert_eq!(problem["current_version"], current["version"]);
    assert_eq!(problem["changes_since"], *since);
    assert_eq!(problem["more_changes"], false);
    assert!(answer.header("etag").is_some(), "{answer}");
}

#[tokio::test]
async fn who_comes_too_late_is_told_what_changed_since_and_by_which_request() {
    let (service, read) = with_book().await;
    let second = named_by(patch(&json!({ "title": "Gabriel" })), "second");
    service.ask(second).await.expect(200);
    let third = json!({ "publisher": null, "title": "Gabriel José" });
    let third = service
        .ask(named_by(patch(&third), "third"))
        .await
        .expect(200);
    let change = |version, id: &str, changes: Value| {
        json!({
            "version": version, "epoch": 1, "sequence": version, "change": "updated",
            "event_type": "book.updated", "at": crate::service::NOW, "actor": null,
            "correlation_id": id, "changes": changes,
        })
    };
    let since = json!([
        change(
            3,
            "third",
            json!([
                {"field": "publisher", "before": "Colombian", "after": null},
                {"field": "title", "before": "Gabriel", "after": "Gabriel José"},
            ])
        ),
        change(
            2,
            "second",
            json!([{"field": "title", "before": "Gabo", "after": "Gabriel"}])
        ),
    ]);
    let current = third.json();
    let body = json!({ "title": "Late" });
    let late = put("/books/1", &body).insert_header(("if-match", read.as_str()));
    assert_tells_all(&service.ask(late).await.expect(412), &current, &since);
    let late = delete("/books/1").insert_header(("if-match", read.as_str()));
    assert_tells_all(&service.ask(late).await.expect(412), &current, &since);
}

#[tokio::test]
async fn of_very_many_changes_the_last_hundred_are_told() {
    let (service, read) = with_book().await;
    for number in 0..101 {
        let body = json!({ "title": format!("Name {number}") });
        service.ask(patch(&body)).await.expect(200);
    }
    let late = delete("/books/1").insert_header(("if-match", read.as_str()));
    let problem = service.ask(late).await.expect(412).problem();
    let changes = problem["changes_since"].as_array().unwrap();
    assert_eq!(changes.len(), 100);
    assert_eq!(changes[0]["version"], 102);
    assert_eq!(problem["more_changes"], true);
}

#[tokio::test]
async fn where_it_is_required_no_record_is_changed_without_if_match() {
    let (mut service, read) = with_book().await;
    service.require_if_match();
    let body = json!({ "title": "Unconditional" });
    let back = crate::requests::post("/books/1/revert", &json!({ "to": 1 }));
    let others = [patch(&body), put("/books/1", &body), delete("/books/1")];
    for request in others.into_iter().chain([back]) {
        let answer = service.ask(request).await.expect(428);
        assert_eq!(answer.problem()["type"], "/problems/precondition-required");
    }
    assert_eq!(service.log().await.len(), 1);
    service.ask(edit(&read, &body)).await.expect(200);
    service
        .ask(delete("/books/1").insert_header(("if-match", "*")))
        .await
        .expect(204);
}

#[tokio::test]
async fn a_patch_of_what_is_not_there_is_refused() {
    let (service, read) = with_book().await;
    let body = json!({ "title": "Nobody" });
    let nobody = request(Method::PATCH, "/books/2");
    service
        .ask(with_json(nobody, body.to_string()))
        .await
        .expect(404);
    service.ask(delete("/books/1")).await.expect(204);
    service.ask(patch(&body)).await.expect(410);
    service.ask(edit(&read, &body)).await.expect(410);
}
