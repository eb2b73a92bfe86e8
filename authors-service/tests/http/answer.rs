//! An answer, and what all answers have in common.

use actix_web::http::{Method, header::HeaderMap};
use serde_json::Value;

pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(
        method: Method,
        path: String,
        status: u16,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Self {
        Self {
            method,
            path,
            status,
            headers,
            body,
        }
    }

    /// What holds for every answer there is.
    pub(crate) fn check(&self) {
        let id = self.header("x-correlation-id").unwrap_or_default();
        let visible = id.bytes().all(|byte| byte.is_ascii_graphic());
        assert!(visible && (1..=128).contains(&id.len()), "{self}");
        assert_ne!(self.status, 500, "{self}");
        if self.status >= 400 && self.method != Method::HEAD {
            self.problem();
        }
        if matches!(self.status, 204 | 304) {
            assert!(self.body.is_empty(), "{self}");
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name);
        let value = values.next().map(|value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{name} twice: {self}");
        value
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    pub(crate) fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("{error}: {self}"),
        }
    }

    /// The problem document, checked for all that each of them has.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(
            self.content_type(),
            Some("application/problem+json"),
            "{self}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self}");
        assert_eq!(problem["instance"], self.path, "{self}");
        let id = self.header("x-correlation-id");
        assert_eq!(problem["correlation_id"].as_str(), id, "{self}");
        for member in ["type", "title", "detail"] {
            let text = problem[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "no {member}: {self}");
        }
        problem
    }

    /// The wrong fields, each with its code.
    pub(crate) fn wrong_fields(&self) -> Vec<(String, String)> {
        let problem = self.problem();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, member: &str| {
            let text = error[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "no {member}: {self}");
            text.to_owned()
        };
        errors
            .iter()
            .map(|error| {
                text(error, "message");
                (text(error, "field"), text(error, "code"))
            })
            .collect()
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            method,
            path,
            status,
            ..
        } = self;
        let body: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(2_000)
            .collect();
        write!(f, "{method} {path} -> {status} {:?} {body}", self.headers)
    }
}
