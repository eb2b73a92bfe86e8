//! What is answered while the service starts, and while something that it needs is away.

use std::sync::atomic::Ordering;

use actix_web::http::Method;
use serde_json::json;

use crate::{
    openapi::filled,
    requests::{request, with_json},
    service::Service,
};

#[tokio::test]
async fn until_it_is_ready_every_call_is_told_what_the_service_waits_for() {
    let service = Service::starting().await;
    service.startup.waits_for("the database's migrations");
    let mut asked = 0;
    for (path, methods) in service.document().operations() {
        if path.starts_with("/health") {
            continue;
        }
        let path = filled(&path);
        for method in methods {
            let method: Method = method.parse().unwrap();
            let body = json!({ "title": "Ficciones", "author_ids": [1] }).to_string();
            let answer = service.ask(with_json(request(method, &path), body)).await;
            let answer = answer.expect(503);
            let problem = answer.problem();
            assert_eq!(problem["type"], "/problems/unavailable");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("the database's migrations"), "{detail}");
            assert_eq!(answer.header("retry-after"), Some("1"));
            asked += 1;
        }
    }
    assert_eq!(asked, 22);
    service.become_ready();
    service.get("/books").await.expect(200);
}

#[tokio::test]
async fn a_service_that_starts_is_alive_and_not_ready() {
    let service = Service::starting().await;
    service.get("/health/live").await.expect(200);
    let answer = service.get("/health/ready").await.expect(503);
    let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("the database"), "{detail}");
    let health = service.get("/health").await.expect(200).json();
    assert_eq!(health["status"], "degraded");
    for documentation in ["/openapi.json", "/docs", "/problems"] {
        service.get(documentation).await.expect(200);
    }
    service.become_ready();
    let ready = service.get("/health/ready").await.expect(200).json();
    assert_eq!(
        ready,
        json!({ "status": "ready", "service": "books-service" })
    );
}

#[tokio::test]
async fn a_service_that_has_all_it_needs_is_healthy() {
    let service = Service::new().await;
    let health = service.get("/health").await.expect(200).json();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["service"], "books-service");
    assert_eq!(health["database"], "ok");
    assert_eq!(health["broker"], "connected");
}

#[tokio::test]
async fn without_its_broker_a_service_is_degraded_and_ready() {
    let service = Service::new().await;
    service.ground.broker_is_away.store(true, Ordering::SeqCst);
    let health = service.get("/health").await.expect(200).json();
    assert_eq!(health["status"], "degraded");
    assert_eq!(health["broker"], "disconnected");
    service.get("/health/ready").await.expect(200);
    service.create("Ficciones").await;
}

#[tokio::test]
async fn without_its_database_a_service_is_not_ready() {
    let service = Service::new().await;
    service
        .ground
        .database_is_away
        .store(true, Ordering::SeqCst);
    let health = service.get("/health").await.expect(200).json();
    assert_eq!(health["status"], "degraded");
    assert_eq!(health["database"], "connection refused");
    let answer = service.get("/health/ready").await.expect(503);
    let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("connection refused"), "{detail}");
    service.get("/health/live").await.expect(200);
}

#[tokio::test]
async fn sync_tells_how_the_copies_stand() {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.create("Fasti").await;
    service.hear_of_authors([2, 3]).await;
    service.hear_of_deleted_author(3, 2).await;
    let sync = service.get("/sync").await.expect(200).json();
    let expected = json!({
        "service": "books-service",
        "epoch": 1,
        "last_sequence": 2,
        "published_through": 0,
        "consumed": [{
            "producer": "authors-service", "epoch": 1, "checkpoint": 3, "gaps": [], "lag": 0
        }],
        "cached": { "rows": 1, "tombstones": 1 },
        "parked": 0,
        "dead": 0,
            "heartbeats": [],
            "alarms": [],
            "drift": {"last_check": null, "found": 0, "healed": 0, "quarantined": 0},
            "snapshots": {"asked": 0, "completed": 0},
            "replays_asked": 0
    });
    assert_eq!(sync, expected);
}
