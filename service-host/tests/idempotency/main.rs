//! Requests that may be sent again, whatever happens meanwhile.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Mutex;

use actix_web::{HttpResponse, body::MessageBody as _};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    answers::{KeptAnswer, KeptAnswers},
};
use service_host::idempotency::{InFlight, KeepsAnswers, once};
use service_kit::{
    idempotency::KeyedRequest,
    problem::{Problem, ProblemKind},
};

/// What is kept; another process may put something there at any time.
#[derive(Default)]
struct Desk {
    kept: Mutex<Option<KeptAnswer>>,
    asked: Mutex<u32>,
    in_flight: InFlight,
}

#[async_trait]
impl KeptAnswers for Desk {
    async fn find(&self, _: &str, _: DateTime<Utc>) -> Result<Option<KeptAnswer>, StoreError> {
        *self.asked.lock().unwrap() += 1;
        Ok(self.kept.lock().unwrap().clone())
    }

    async fn forget(&self, _: DateTime<Utc>, _: u64) -> Result<u64, StoreError> {
        Ok(0)
    }
}

impl KeepsAnswers for Desk {
    fn answers(&self) -> &dyn KeptAnswers {
        self
    }

    fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
}

fn request(fingerprint: &str) -> Option<KeyedRequest> {
    Some(KeyedRequest {
        key: "a key".to_owned(),
        scope: "POST /things".to_owned(),
        fingerprint: fingerprint.to_owned(),
    })
}

fn answer(number: &u32) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Created().body(number.to_string()))
}

fn refused() -> Problem {
    Problem::new(ProblemKind::Conflict, "something is in the way")
}

fn body(answer: HttpResponse) -> Vec<u8> {
    answer.into_body().try_into_bytes().unwrap().to_vec()
}

#[tokio::test]
async fn what_another_process_did_meanwhile_is_answered() {
    let desk = Desk::default();
    let answered = once(&desk, request("same"), answer, async |keep| {
        let kept = keep.unwrap().answer(&7, DateTime::UNIX_EPOCH).unwrap();
        *desk.kept.lock().unwrap() = Some(kept);
        Err(refused())
    });
    let answered = answered.await.unwrap();
    assert_eq!(answered.status(), 201);
    let replayed = answered.headers().get("idempotency-replayed").unwrap();
    assert_eq!(replayed, "true");
    assert_eq!(body(answered), b"7");

    let other = once(&desk, request("other"), answer, async |_| Ok(8)).await;
    assert_eq!(other.unwrap_err().kind(), ProblemKind::InvalidFields);
}

#[tokio::test]
async fn work_that_failed_leaves_the_key_free() {
    let desk = Desk::default();
    let failed = once(&desk, request("same"), answer, async |_| Err(refused())).await;
    assert_eq!(failed.unwrap_err().kind(), ProblemKind::Conflict);
    let done = once(&desk, request("same"), answer, async |_| Ok(8))
        .await
        .unwrap();
    assert!(!done.headers().contains_key("idempotency-replayed"));
    assert_eq!(body(done), b"8");
}

#[tokio::test]
async fn a_key_that_is_being_worked_on_is_in_use() {
    let desk = Desk::default();
    let outer = once(&desk, request("same"), answer, async |_| {
        let inner = once(&desk, request("same"), answer, async |_| Ok(1)).await;
        assert_eq!(inner.unwrap_err().kind(), ProblemKind::KeyInUse);
        Ok(2)
    });
    assert_eq!(body(outer.await.unwrap()), b"2");
}

#[tokio::test]
async fn without_a_key_nothing_is_looked_up() {
    let desk = Desk::default();
    let done = once(&desk, None, answer, async |keep| {
        assert!(keep.is_none());
        Ok(3)
    });
    assert_eq!(body(done.await.unwrap()), b"3");
    assert_eq!(*desk.asked.lock().unwrap(), 0);
}
