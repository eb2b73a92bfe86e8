//! `/dead-letters` as an operator sees it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod desk;

use actix_web::http::Method;
use replication::parked::ParkedMessage;
use serde_json::{Value, json};

use desk::{Desk, at, dead, parked};

fn ids(list: &Value) -> Vec<String> {
    let letters = list.as_array().unwrap().iter();
    letters
        .map(|letter| letter["id"].as_str().unwrap().to_owned())
        .collect()
}

fn sorted(messages: &[ParkedMessage]) -> Vec<String> {
    let mut ids: Vec<_> = messages.iter().map(|m| m.id.to_string()).collect();
    ids.sort();
    ids
}

#[actix_web::test]
async fn a_letter_is_listed_with_all_but_its_payload() {
    let desk = Desk::new([dead("{\"a\":1}")]);
    let list = desk.get("/dead-letters").await.expect(200).json();
    let expected = json!([{
        "id": dead("{\"a\":1}").id,
        "state": "dead",
        "reason": "it breaks a rule",
        "attempts": 4,
        "first_failed_at": "2026-11-20T12:00:00.000000Z",
        "last_failed_at": "2026-11-20T12:00:31.000000Z",
        "next_attempt_at": null,
        "producer": "things-service",
        "epoch": 1,
        "sequence": 7,
        "event_id": "00000000-0000-0000-0000-000000000007",
        "event_type": "thing.updated",
    }]);
    assert_eq!(list, expected);
}

#[actix_web::test]
async fn dead_letters_are_listed_and_on_request_all_that_is_parked() {
    let messages = [dead("a"), parked("b"), dead("c")];
    let desk = Desk::new(messages.clone());
    let dead = sorted(&[messages[0].clone(), messages[2].clone()]);
    for uri in ["/dead-letters", "/dead-letters?all=false"] {
        assert_eq!(ids(&desk.get(uri).await.json()), dead);
    }
    let all = desk.get("/dead-letters?all=true").await.expect(200).json();
    assert_eq!(ids(&all), sorted(&messages));
    let states = all.as_array().unwrap().iter().map(|l| l["state"].clone());
    assert_eq!(states.filter(|state| state == "parked").count(), 1);
}

#[actix_web::test]
async fn a_list_has_pages_and_each_leads_to_the_next() {
    let messages: Vec<_> = (0..7).map(|number| dead(&number.to_string())).collect();
    let desk = Desk::new(messages.clone());
    let mut found = Vec::new();
    let mut uri = Some("/dead-letters?limit=3".to_owned());
    let mut pages = 0;
    while let Some(asked) = uri {
        let answer = desk.get(&asked).await.expect(200);
        found.extend(ids(&answer.json()));
        uri = answer.next();
        pages += 1;
    }
    assert_eq!((pages, found), (3, sorted(&messages)));
}

#[actix_web::test]
async fn a_page_that_is_just_full_is_the_last() {
    let desk = Desk::new((0..100).map(|number| dead(&number.to_string())));
    let answer = desk.get("/dead-letters").await.expect(200);
    assert_eq!(ids(&answer.json()).len(), 100);
    assert_eq!(answer.next(), None);
}

#[actix_web::test]
async fn every_wrong_parameter_is_named() {
    let desk = Desk::new([]);
    let uri = "/dead-letters?all=yes&limit=101&after=7";
    let problem = desk.get(uri).await.expect(422).json();
    let errors = problem["errors"].as_array().unwrap().iter();
    let fields: Vec<_> = errors.map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["all", "limit", "after"]);
}

#[actix_web::test]
async fn a_letter_is_shown_with_its_payload_whatever_that_is() {
    for (body, encoding, payload) in [
        (&b"{\"a\": [1]}"[..], "json", json!({ "a": [1] })),
        (b"{broken", "text", json!("{broken")),
        (b"\xff\xfe", "base64", json!("//4=")),
    ] {
        let letter = desk::with_body(body);
        let desk = Desk::new([letter.clone()]);
        let uri = format!("/dead-letters/{}", letter.id);
        let shown = desk.get(&uri).await.expect(200).json();
        assert_eq!(shown["payload_encoding"], encoding);
        assert_eq!(shown["payload"], payload);
        assert_eq!(shown["reason"], "it breaks a rule");
    }
}

#[actix_web::test]
async fn a_letter_that_is_not_there_is_not_found_whatever_is_asked() {
    let desk = Desk::new([]);
    let unknown = dead("never parked").id.to_string();
    for id in [unknown.as_str(), "7", "%00", "x"] {
        for (method, uri) in [
            (Method::GET, format!("/dead-letters/{id}")),
            (Method::DELETE, format!("/dead-letters/{id}")),
            (Method::POST, format!("/dead-letters/{id}/redrive")),
        ] {
            let problem = desk.ask(method, &uri).await.expect(404).json();
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.starts_with("There is no dead letter"), "{detail}");
        }
    }
}

#[actix_web::test]
async fn a_redriven_letter_is_due_now_and_redriving_it_again_changes_nothing() {
    let [letter, waiting, other] = [dead("a"), parked("b"), dead("c")];
    let desk = Desk::new([letter.clone(), waiting.clone(), other.clone()]);
    for chosen in [&letter, &waiting] {
        let uri = format!("/dead-letters/{}/redrive", chosen.id);
        for redriven in [1, 0] {
            let answer = desk.ask(Method::POST, &uri).await.expect(202);
            assert_eq!(answer.json(), json!({ "redriven": redriven }));
        }
        let held = desk.held(chosen.id).unwrap();
        assert_eq!(held.next_attempt_at, Some(at(100)));
        assert_eq!(held.attempts, chosen.attempts);
    }
    assert_eq!(desk.held(other.id), Some(other));
}

#[actix_web::test]
async fn all_dead_letters_are_redriven_or_purged_at_once_and_no_other() {
    let messages = [dead("a"), parked("b"), dead("c")];
    let desk = Desk::new(messages.clone());
    let answer = desk.ask(Method::POST, "/dead-letters/redrive").await;
    assert_eq!(answer.expect(202).json(), json!({ "redriven": 2 }));
    assert_eq!(desk.held(messages[1].id), Some(messages[1].clone()));

    let desk = Desk::new(messages.clone());
    for _ in 0..2 {
        desk.ask(Method::DELETE, "/dead-letters").await.expect(204);
        let all = desk.get("/dead-letters?all=true").await.json();
        assert_eq!(ids(&all), [messages[1].id.to_string()]);
    }
}

#[actix_web::test]
async fn a_purged_letter_is_gone() {
    let [letter, waiting] = [dead("a"), parked("b")];
    let desk = Desk::new([letter.clone(), waiting.clone()]);
    for id in [letter.id, waiting.id] {
        let uri = format!("/dead-letters/{id}");
        desk.ask(Method::DELETE, &uri).await.expect(204);
        desk.ask(Method::DELETE, &uri).await.expect(404);
        assert_eq!(desk.held(id), None);
    }
}

#[actix_web::test]
async fn a_database_that_is_away_is_told() {
    let letter = dead("a");
    let desk = Desk::new([letter.clone()]);
    desk.go_away();
    for (method, uri) in [
        (Method::GET, "/dead-letters".to_owned()),
        (Method::DELETE, "/dead-letters".to_owned()),
        (Method::POST, "/dead-letters/redrive".to_owned()),
        (Method::GET, format!("/dead-letters/{}", letter.id)),
        (Method::DELETE, format!("/dead-letters/{}", letter.id)),
        (Method::POST, format!("/dead-letters/{}/redrive", letter.id)),
    ] {
        let problem = desk.ask(method, &uri).await.expect(503).json();
        assert_eq!(problem["type"], "/problems/unavailable");
    }
}
