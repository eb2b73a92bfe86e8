//! What became of a record or a link, and how it once was.

use serde_json::{Value, json};

use crate::{
    requests::{delete, get, post, put},
    service::{NOW, Service},
};

/// An author who was created, renamed twice and deleted, each by another editor.
async fn with_history() -> Service {
    let service = Service::new().await;
    let named = |name: &str| json!({ "name": name });
    for (at, request) in [
        post("/authors", &named("First")),
        put("/authors/1", &named("Second")),
        put("/authors/1", &named("Third")),
        delete("/authors/1"),
    ]
    .into_iter()
    .enumerate()
    {
        let request = request
            .insert_header(("x-forwarded-user", format!("editor-{}", at + 1)))
            .insert_header(("x-correlation-id", format!("request-{}", at + 1)));
        let answer = service.ask(request).await;
        assert!(answer.status < 300, "{answer}");
    }
    service
}

#[tokio::test]
async fn each_version_tells_who_when_what_and_by_which_request() {
    let service = with_history().await;
    let history = service.get("/authors/1/history").await.expect(200).json();
    let entry = |version: i64, change: &str, event_type: &str, changes: Value| {
        json!({
            "version": version, "epoch": 1, "sequence": version,
            "change": change, "event_type": event_type,
            "at": NOW, "actor": format!("editor-{version}"),
            "correlation_id": format!("request-{version}"),
            "changes": changes,
        })
    };
    let renamed =
        |before: Value, after: &str| json!([{ "field": "name", "before": before, "after": after }]);
    let expected = json!({
        "oldest_version": 1,
        "entries": [
            entry(4, "deleted", "author.deleted", json!([])),
            entry(3, "updated", "author.updated", renamed(json!("Second"), "Third")),
            entry(2, "updated", "author.updated", renamed(json!("First"), "Second")),
            entry(1, "created", "author.created", renamed(Value::Null, "First")),
        ]
    });
    assert_eq!(history, expected);
}

#[tokio::test]
async fn a_change_by_nobody_who_was_named_has_no_actor() {
    let service = Service::new().await;
    service.create("Gabo").await;
    let history = service.get("/authors/1/history").await.expect(200).json();
    assert_eq!(history["entries"][0]["actor"], Value::Null);
}

#[tokio::test]
async fn a_long_history_is_read_page_by_page() {
    let service = with_history().await;
    let mut uri = "/authors/1/history?limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = service.get(&uri).await.expect(200);
        let page = answer.json();
        assert_eq!(page["oldest_version"], 1);
        let entries = page["entries"].as_array().unwrap();
        seen.extend(
            entries
                .iter()
                .map(|entry| entry["version"].as_i64().unwrap()),
        );
        let Some(next) = answer.header("link") else {
            break;
        };
        uri = next
            .trim_start_matches('<')
            .split('>')
            .next()
            .unwrap()
            .to_owned();
    }
    assert_eq!(uri, "/authors/1/history?limit=3&after=2");
    assert_eq!(seen, [4, 3, 2, 1]);
    // A cursor behind the first version leads to an empty page, not to a 404.
    let past_the_end = service.get("/authors/1/history?after=1").await.expect(200);
    assert_eq!(past_the_end.json()["entries"], json!([]));
}

#[tokio::test]
async fn a_wrong_page_is_told() {
    let service = with_history().await;
    for (query, field, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=1001", "limit", "out_of_range"),
        ("after=0", "after", "cursor"),
        ("after=x", "after", "cursor"),
        ("after=", "after", "cursor"),
        ("after=9223372036854775808", "after", "cursor"),
    ] {
        for path in ["/authors/1/history", "/authors/1/books/2/history"] {
            let answer = service.get(&format!("{path}?{query}")).await.expect(422);
            assert_eq!(answer.wrong_fields(), [(field.to_owned(), code.to_owned())]);
        }
    }
}

#[tokio::test]
async fn a_version_is_shown_as_it_was() {
    let service = with_history().await;
    for (version, name, deleted) in [(1, "First", false), (3, "Third", false), (4, "Third", true)] {
        let answer = service.get(&format!("/authors/1/versions/{version}")).await;
        let shown = answer.expect(200).json();
        assert_eq!(
            (&shown["id"], &shown["version"]),
            (&json!(1), &json!(version))
        );
        assert_eq!(
            (&shown["name"], &shown["deleted"]),
            (&json!(name), &json!(deleted))
        );
        assert_eq!(
            (&shown["at"], &shown["created_at"]),
            (&json!(NOW), &json!(NOW))
        );
        assert_eq!(shown["actor"], format!("editor-{version}"));
        assert_eq!(shown["correlation_id"], format!("request-{version}"));
    }
}

#[tokio::test]
async fn what_never_was_has_no_history() {
    let service = with_history().await;
    for uri in [
        "/authors/2/history",
        "/authors/0/history",
        "/authors/x/history",
        "/authors/2/versions/1",
        "/authors/2/books/1/history",
        "/authors/1/books/x/history",
        "/authors/1/versions/0",
        "/authors/1/versions/01",
        "/authors/1/versions/x",
    ] {
        service.get(uri).await.expect(404);
    }
    let missing = service.get("/authors/1/versions/5").await.expect(404);
    let problem = missing.problem();
    assert_eq!(
        problem["detail"],
        "Author 1 has no version 5: it is at version 4."
    );
    assert_eq!(problem["current_version"], 4);
}

#[tokio::test]
async fn a_link_s_history_tells_who_credited_whom() {
    let service = Service::new().await;
    service.create("Gabo").await;
    service.hear_of_books([2]).await;
    let empty = service.get("/authors/1/books/2/history").await.expect(200);
    assert_eq!(
        empty.json(),
        json!({ "oldest_version": null, "entries": [] })
    );
    let link = "/authors/1/books/2";
    let editor = json!({ "role": "editor", "credited_as": "G. Marquez" });
    for (at, request) in [
        post("/authors/1/books", &json!({ "book_ids": [2] })),
        put(link, &editor),
        delete(link),
        post("/authors/1/books", &json!({ "book_ids": [2] })),
    ]
    .into_iter()
    .enumerate()
    {
        let request = request.insert_header(("x-forwarded-user", format!("editor-{}", at + 1)));
        let answer = service.ask(request).await;
        assert!(answer.status < 300, "{answer}");
    }
    let history = service
        .get("/authors/1/books/2/history")
        .await
        .expect(200)
        .json();
    let told: Vec<_> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!([entry["change"], entry["actor"], entry["changes"]]))
        .collect();
    let change = |field: &str, before: Value, after: Value| json!({ "field": field, "before": before, "after": after });
    let expected = [
        json!([
            "linked",
            "editor-4",
            [change("present", json!(false), json!(true))]
        ]),
        json!([
            "unlinked",
            "editor-3",
            [change("present", json!(true), json!(false))]
        ]),
        json!([
            "credited",
            "editor-2",
            [
                change("credited_as", Value::Null, json!("G. Marquez")),
                change("role", json!("author"), json!("editor")),
            ]
        ]),
        json!([
            "linked",
            "editor-1",
            [
                change("position", Value::Null, json!(1)),
                change("present", Value::Null, json!(true)),
                change("role", Value::Null, json!("author")),
            ]
        ]),
    ];
    assert_eq!(told, expected);
    // What the other side does to the link is told there.
    service.hear_of_link(1, 2, "translator", 1).await;
    let after = service
        .get("/authors/1/books/2/history")
        .await
        .expect(200)
        .json();
    assert_eq!(after, history);
}

#[tokio::test]
async fn a_header_that_names_nobody_is_refused_and_nothing_is_written() {
    let service = Service::new().await;
    service.create("Gabo").await;
    for unusable in ["", " ", "ü", &"x".repeat(256)] {
        for request in [
            post("/authors", &json!({ "name": "Ovid" })),
            delete("/authors/1"),
            delete("/authors/1/books/2"),
            post("/authors/1/restore", &json!({})),
            post("/authors/1/revert", &json!({ "to": 1 })),
        ] {
            let request = request.insert_header(("x-forwarded-user", unusable));
            let answer = service.ask(request).await.expect(400);
            assert_eq!(answer.problem()["type"], "/problems/malformed-request");
        }
        // Who only reads need not be named.
        let request = get("/authors/1").insert_header(("x-forwarded-user", unusable));
        service.ask(request).await.expect(200);
    }
    assert_eq!(service.log().await.len(), 1);
}
