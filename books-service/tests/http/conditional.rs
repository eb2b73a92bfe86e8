//! `ETag`, `If-None-Match` and `If-Match`.

use actix_web::http::Method;
use serde_json::json;

use crate::{
    requests::{delete, get, post, put, request},
    service::Service,
};

/// A book with one author, and its tag.
async fn with_book() -> (Service, String) {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.hear_of_author(7, 1, "Jorge Luis Borges").await;
    service.hear_of_link(1, 7, "author", 1).await;
    let tag = tag(&service).await;
    (service, tag)
}

async fn tag(service: &Service) -> String {
    let answer = service.get("/books/1").await.expect(200);
    answer.header("etag").unwrap().to_owned()
}

fn before_the_dot(tag: &str) -> &str {
    tag.split_once('.').unwrap().0
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let (service, tag) = with_book().await;
    let weak = format!("W/{tag}");
    let list = format!("\"0-0.0\", {tag}");
    for held in [tag.as_str(), &weak, &list, "*"] {
        let request = get("/books/1").insert_header(("if-none-match", held));
        let answer = service.ask(request).await.expect(304);
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    let only_the_version = format!("{}\"", before_the_dot(&tag));
    for other in [only_the_version.as_str(), "\"1-1.0\"", "nonsense", ""] {
        let request = get("/books/1").insert_header(("if-none-match", other));
        service.ask(request).await.expect(200);
    }
}

#[tokio::test]
async fn the_same_representation_has_the_same_tag() {
    let (service, before) = with_book().await;
    assert_eq!(tag(&service).await, before);
    // Neither a redelivery nor another author changes it.
    service.hear_of_author(7, 1, "Jorge Luis Borges").await;
    service.hear_of_author(8, 1, "Another").await;
    assert_eq!(tag(&service).await, before);
    let head = service.ask(request(Method::HEAD, "/books/1")).await;
    let head = head.expect(200);
    assert_eq!(head.header("etag"), Some(before.as_str()));
    assert!(head.body.is_empty());
}

/// A reader never gets a stale 304, and an editor never a false 412.
#[tokio::test]
async fn news_of_an_author_change_the_tag_for_readers_and_not_for_editors() {
    let (service, before) = with_book().await;
    service.hear_of_author(7, 2, "J. L. Borges").await;
    let after = tag(&service).await;
    assert_ne!(after, before);
    assert_eq!(before_the_dot(&after), before_the_dot(&before));
    let reader = get("/books/1").insert_header(("if-none-match", before.as_str()));
    let answer = service.ask(reader).await.expect(200);
    assert_eq!(answer.json()["authors"][0]["name"], "J. L. Borges");
    let body = json!({ "title": "Labyrinths" });
    let editor = put("/books/1", &body).insert_header(("if-match", before.as_str()));
    let answer = service.ask(editor).await.expect(200);
    assert_eq!(answer.json()["version"], 2);
}

#[tokio::test]
async fn each_way_in_which_the_authors_change_changes_the_tag() {
    let (service, first) = with_book().await;
    let mut seen = vec![first];
    for news in 0..4 {
        match news {
            0 => service.hear_of_author(7, 2, "Renamed").await,
            1 => service.hear_of_deleted_author(7, 3).await,
            2 => service.hear_of_author(7, 4, "Restored").await,
            _ => {
                service.hear_of_author(8, 1, "Second").await;
                service.hear_of_link(1, 8, "author", 1).await;
            }
        }
        let tag = tag(&service).await;
        assert!(!seen.contains(&tag), "{news}");
        seen.push(tag);
    }
}

#[tokio::test]
async fn an_editor_who_saw_another_version_is_told() {
    let (service, first) = with_book().await;
    let edit = |name: &str| put("/books/1", &json!({ "title": name }));
    let tagged = edit("Labyrinths").insert_header(("if-match", first.as_str()));
    let second = service.ask(tagged).await.expect(200);
    let second = second.header("etag").unwrap().to_owned();

    let weak = format!("W/{second}");
    let version_of_another_epoch = second.replace("\"1-", "\"2-");
    for stale in [
        first.as_str(),
        &weak,
        &version_of_another_epoch,
        "\"1-3\"",
        "nonsense",
        "",
    ] {
        for request in [edit("Late"), edit("Labyrinths"), delete("/books/1")] {
            let request = request.insert_header(("if-match", stale));
            let answer = service.ask(request).await.expect(412);
            let problem = answer.problem();
            assert_eq!(problem["type"], "/problems/precondition-failed");
            assert_eq!(problem["current_version"], 2);
        }
    }
    assert_eq!(service.log().await.len(), 2);

    let either = format!("{first}, {second}");
    let request = edit("Third").insert_header(("if-match", either));
    service.ask(request).await.expect(200);
    let request = edit("Fourth").insert_header(("if-match", "*"));
    service.ask(request).await.expect(200);
    // The part before the dot is enough.
    let request = delete("/books/1").insert_header(("if-match", "\"1-4\""));
    service.ask(request).await.expect(204);
}

#[tokio::test]
async fn a_wrong_body_is_told_before_a_stale_version() {
    let (service, _) = with_book().await;
    let request = put("/books/1", &json!({ "title": "" })).insert_header(("if-match", "\"1-9\""));
    service.ask(request).await.expect(422);
}

#[tokio::test]
async fn the_tag_of_a_write_is_the_tag_of_the_next_read() {
    let (service, _) = with_book().await;
    let body = json!({ "title": "Labyrinths" });
    let written = service.ask(put("/books/1", &body)).await.expect(200);
    assert_eq!(written.header("etag"), Some(tag(&service).await.as_str()));
    let created = service.ask(post("/books", &body)).await.expect(201);
    let read = service.get("/books/2").await.expect(200);
    assert_eq!(created.header("etag"), read.header("etag"));
}
