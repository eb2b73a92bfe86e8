//! `PATCH`, and what callers are told whose edit came too late.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    requests::{delete, put, request, with_json},
    service::Service,
};

fn patch(body: &Value) -> TestRequest {
    request(Method::PATCH, "/authors/1")
        .insert_header(("content-type", "application/merge-patch+json"))
        .set_payload(body.to_string())
}

fn edit(tag: &str, body: &Value) -> TestRequest {
    patch(body).insert_header(("if-match", tag))
}

fn named_by(request: TestRequest, id: &str) -> TestRequest {
    request.insert_header(("x-correlation-id", id))
}

/// An author with every field, as version 1.
async fn with_author() -> (Service, String) {
    let service = Service::new().await;
    let body = json!({
        "name": "Gabo",
        "birth_date": "1927-03-06",
        "nationality": "Colombian",
        "aliases": ["Gabito"],
        "identifiers": { "viaf": "95218067", "wikidata": "Q5878" },
    });
    let created = service.ask(crate::requests::post("/authors", &body)).await;
    let tag = created.expect(201).header("etag").unwrap().to_owned();
    (service, tag)
}

async fn author(service: &Service) -> Value {
    service.get("/authors/1").await.expect(200).json()
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_takes_away() {
    let (service, _) = with_author().await;
    let body = json!({
        "name": "  Gabriel García Márquez ",
        "nationality": null,
        "aliases": [],
        "identifiers": { "viaf": null, "isni": "0000 0001 2103 2683" },
        "unknown": 1,
    });
    let answer = service.ask(patch(&body)).await.expect(200);
    assert_eq!(answer.header("x-changed"), Some("true"));
    let after = answer.json();
    assert_eq!(after, author(&service).await);
    assert_eq!(after["version"], 2);
    assert_eq!(after["name"], "Gabriel García Márquez");
    assert_eq!(after["birth_date"], "1927-03-06");
    assert_eq!(after["nationality"], Value::Null);
    assert_eq!(after["aliases"], json!([]));
    let identifiers = json!({ "isni": "0000000121032683", "wikidata": "Q5878" });
    assert_eq!(after["identifiers"], identifiers);

    let again = json!({ "name": "Gabriel García Márquez", "identifiers": {} });
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
    let (service, _) = with_author().await;
    for (body, wrong) in [
        (json!({ "name": null }), vec![("name", "required")]),
        (json!({ "name": " " }), vec![("name", "required")]),
        (
            json!({ "death_date": "1926" }),
            vec![("death_date", "before_birth")],
        ),
        (
            json!({ "name": 5, "birth_date": "soon", "aliases": [1], "identifiers": { "viaf": 7 } }),
            vec![
                ("name", "wrong_type"),
                ("birth_date", "format"),
                ("aliases[0]", "wrong_type"),
                ("identifiers.viaf", "wrong_type"),
            ],
        ),
        (
            json!({ "identifiers": { "isbn": "1" } }),
            vec![("identifiers.isbn", "unknown_scheme")],
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
    assert_eq!(author(&service).await["version"], 1);
}

#[tokio::test]
async fn edits_of_other_fields_are_merged() {
    let (service, read) = with_author().await;
    let theirs = json!({ "name": "Gabriel", "identifiers": { "viaf": "1" } });
    service.ask(edit(&read, &theirs)).await.expect(200);
    let yours = json!({ "nationality": "Mexican", "identifiers": { "wikidata": null } });
    let merged = service.ask(edit(&read, &yours)).await.expect(200).json();
    assert_eq!(merged["version"], 3);
    assert_eq!(merged["name"], "Gabriel");
    assert_eq!(merged["nationality"], "Mexican");
    assert_eq!(merged["identifiers"], json!({ "viaf": "1" }));
}

#[tokio::test]
async fn the_same_edit_by_two_is_no_conflict() {
    let (service, read) = with_author().await;
    let body = json!({ "name": "Gabriel" });
    service.ask(edit(&read, &body)).await.expect(200);
    let same = service.ask(edit(&read, &body)).await.expect(200);
    assert_eq!(same.header("x-changed"), Some("false"));
    assert_eq!(same.json()["version"], 2);
    // What is sent as it was read is no edit.
    let unedited = json!({ "name": "Gabo", "biography": "Born in Aracataca." });
    let merged = service.ask(edit(&read, &unedited)).await.expect(200).json();
    assert_eq!(merged["name"], "Gabriel");
    assert_eq!(merged["biography"], "Born in Aracataca.");
}

#[tokio::test]
async fn where_two_edits_meet_they_are_compared_field_by_field() {
    let (service, read) = with_author().await;
    let theirs = json!({
        "name": "Gabriel", "nationality": null, "identifiers": { "viaf": "1" }, "biography": "Theirs."
    });
    let current = service.ask(edit(&read, &theirs)).await.expect(200);
    let yours = json!({
        "name": "García Márquez", "nationality": "Mexican", "aliases": ["GGM"],
        "identifiers": { "viaf": null, "wikidata": "Q1" },
    });
    let answer = service.ask(edit(&read, &yours)).await.expect(409);
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/edit-conflict");
    assert_eq!(problem["current_version"], 2);
    assert_eq!(answer.header("etag"), current.header("etag"));
    assert_eq!(
        problem["conflicts"],
        json!([
            {"field": "name", "yours": "García Márquez", "theirs": "Gabriel", "before": "Gabo"},
            {"field": "nationality", "yours": "Mexican", "theirs": null, "before": "Colombian"},
            {"field": "identifiers.viaf", "yours": null, "theirs": "1", "before": "95218067"},
        ])
    );
    assert_eq!(author(&service).await, current.json());
    // With the tag of the answer the decision is taken.
    let tag = answer.header("etag").unwrap();
    let decided = service.ask(edit(tag, &yours)).await.expect(200).json();
    assert_eq!(decided["name"], "García Márquez");
    assert_eq!(decided["biography"], "Theirs.");
}

#[tokio::test]
async fn edits_that_are_right_alone_and_wrong_together_are_refused() {
    let (service, read) = with_author().await;
    service
        .ask(edit(&read, &json!({ "birth_date": "1950" })))
        .await
        .expect(200);
    let answer = service
        .ask(edit(&read, &json!({ "death_date": "1940" })))
        .await;
    let named = answer.expect(422).wrong_fields();
    assert!(
        named.iter().all(|(field, _)| field.ends_with("_date")),
        "{named:?}"
    );
    assert_eq!(author(&service).await["version"], 2);
}

#[tokio::test]
async fn a_patch_of_a_version_that_never_was_is_told_what_there_is() {
    let (service, _) = with_author().await;
    for tag in ["\"1-7\"", "\"1-0\"", "\"9-1\"", "nonsense"] {
        let answer = service
            .ask(edit(tag, &json!({ "name": "Late" })))
            .await
            .expect(412);
        let problem = answer.problem();
        assert_eq!(problem["current_version"], 1);
        assert_eq!(problem["current"], author(&service).await);
        for unknown in ["changes_since", "more_changes"] {
            assert_eq!(problem.get(unknown), None, "{tag}");
        }
    }
    service
        .ask(edit("*", &json!({ "name": "Any" })))
        .await
        .expect(200);
}

#[tokio::test]
async fn of_a_tag_that_names_no_earlier_version_nobody_says_that_the_author_has_changed() {
    let (service, read) = with_author().await;
    let detail = async |tag: &str| {
        let late = edit(tag, &json!({ "name": "Late" }));
        let problem = service.ask(late).await.expect(412).problem();
        assert_eq!(problem["type"], "/problems/precondition-failed");
        problem["detail"].as_str().unwrap().to_owned()
    };
    let none =
        format!("None of the tags given in If-Match is the ETag of author 1, which is {read}.");
    for tag in ["\"1-7\"", "\"9-1\"", "nonsense", "\"1-1"] {
        assert_eq!(detail(tag).await, none, "{tag}");
    }
    let weak = format!("{none} If-Match takes no weak tags.");
    assert_eq!(detail(&format!("W/{read}")).await, weak);
    let renamed = patch(&json!({ "name": "Renamed" }));
    service.ask(renamed).await.expect(200);
    let late = delete("/authors/1").insert_header(("if-match", format!("W/{read}, {read}")));
    let problem = service.ask(late).await.expect(412).problem();
    assert_eq!(
        problem["detail"],
        "Author 1 has changed since you read it: it is at version 2 now."
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
    let (service, read) = with_author().await;
    let second = named_by(patch(&json!({ "name": "Gabriel" })), "second");
    service.ask(second).await.expect(200);
    let third = json!({ "nationality": null, "name": "Gabriel José" });
    let third = service
        .ask(named_by(patch(&third), "third"))
        .await
        .expect(200);
    let change = |version, id: &str, changes: Value| {
        json!({
            "version": version, "epoch": 1, "sequence": version, "change": "updated",
            "event_type": "author.updated", "at": crate::service::NOW, "actor": null,
            "correlation_id": id, "changes": changes,
        })
    };
    let since = json!([
        change(
            3,
            "third",
            json!([
                {"field": "name", "before": "Gabriel", "after": "Gabriel José"},
                {"field": "nationality", "before": "Colombian", "after": null},
            ])
        ),
        change(
            2,
            "second",
            json!([{"field": "name", "before": "Gabo", "after": "Gabriel"}])
        ),
    ]);
    let current = third.json();
    let body = json!({ "name": "Late" });
    let late = put("/authors/1", &body).insert_header(("if-match", read.as_str()));
    assert_tells_all(&service.ask(late).await.expect(412), &current, &since);
    let late = delete("/authors/1").insert_header(("if-match", read.as_str()));
    assert_tells_all(&service.ask(late).await.expect(412), &current, &since);
}

#[tokio::test]
async fn of_very_many_changes_the_last_hundred_are_told() {
    let (service, read) = with_author().await;
    for number in 0..101 {
        let body = json!({ "name": format!("Name {number}") });
        service.ask(patch(&body)).await.expect(200);
    }
    let late = delete("/authors/1").insert_header(("if-match", read.as_str()));
    let problem = service.ask(late).await.expect(412).problem();
    let changes = problem["changes_since"].as_array().unwrap();
    assert_eq!(changes.len(), 100);
    assert_eq!(changes[0]["version"], 102);
    assert_eq!(problem["more_changes"], true);
}

#[tokio::test]
async fn where_it_is_required_no_record_is_changed_without_if_match() {
    let (mut service, read) = with_author().await;
    service.require_if_match();
    let body = json!({ "name": "Unconditional" });
    let back = crate::requests::post("/authors/1/revert", &json!({ "to": 1 }));
    let others = [patch(&body), put("/authors/1", &body), delete("/authors/1")];
    for request in others.into_iter().chain([back]) {
        let answer = service.ask(request).await.expect(428);
        assert_eq!(answer.problem()["type"], "/problems/precondition-required");
    }
    assert_eq!(service.log().await.len(), 1);
    service.ask(edit(&read, &body)).await.expect(200);
    service
        .ask(delete("/authors/1").insert_header(("if-match", "*")))
        .await
        .expect(204);
}

#[tokio::test]
async fn a_patch_of_what_is_not_there_is_refused() {
    let (service, read) = with_author().await;
    let body = json!({ "name": "Nobody" });
    let nobody = request(Method::PATCH, "/authors/2");
    service
        .ask(with_json(nobody, body.to_string()))
        .await
        .expect(404);
    service.ask(delete("/authors/1")).await.expect(204);
    service.ask(patch(&body)).await.expect(410);
    service.ask(edit(&read, &body)).await.expect(410);
}
