//! Requests that tests send.

use actix_web::{http::Method, test::TestRequest};
use serde_json::Value;

use crate::service::Service;

pub(crate) fn request(method: Method, uri: &str) -> TestRequest {
    TestRequest::default().method(method).uri(uri)
}

pub(crate) fn get(uri: &str) -> TestRequest {
    request(Method::GET, uri)
}

pub(crate) fn delete(uri: &str) -> TestRequest {
    request(Method::DELETE, uri)
}

pub(crate) fn post(uri: &str, body: &Value) -> TestRequest {
    with_json(request(Method::POST, uri), body.to_string())
}

pub(crate) fn put(uri: &str, body: &Value) -> TestRequest {
    with_json(request(Method::PUT, uri), body.to_string())
}

pub(crate) fn with_json(request: TestRequest, body: impl Into<Vec<u8>>) -> TestRequest {
    request
        .insert_header(("content-type", "application/json"))
        .set_payload(body.into())
}

impl Service {
    pub(crate) async fn get(&self, uri: &str) -> crate::answer::Answer {
        self.ask(get(uri)).await
    }

    /// A new author; returns its id.
    pub(crate) async fn create(&self, name: &str) -> i64 {
        let body = serde_json::json!({ "name": name });
        let answer = self.ask(post("/authors", &body)).await.expect(201);
        answer.json()["id"].as_i64().unwrap()
    }
}
