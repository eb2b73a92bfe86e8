//! Holds answers against the OpenAPI document.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::Value;

use crate::{answer::Answer, schema::Schemas};

pub(crate) struct Document(pub(crate) Value);

impl Document {
    pub(crate) fn new(document: Value) -> Self {
        Self(document)
    }

    /// The documented paths, each with its methods.
    pub(crate) fn operations(&self) -> Vec<(String, BTreeSet<String>)> {
        let paths = self.0["paths"].as_object().unwrap();
        paths
            .iter()
            .map(|(path, operations)| {
                let methods = operations.as_object().unwrap().keys();
                (path.clone(), methods.map(|m| m.to_uppercase()).collect())
            })
            .collect()
    }

    /// What is documented of this method of the path that `path` is an instance of.
    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let method = match method {
            &Method::HEAD => "get".to_owned(),
            other => other.as_str().to_lowercase(),
        };
        let paths = self.0["paths"].as_object().unwrap();
        let found = paths.iter().find(|(template, _)| fits(template, path));
        found?.1.get(method)
    }

    /// The operation may answer so: with this status, this content type, these headers and, if it
    /// is JSON, a body of this form.
    pub(crate) fn check(&self, answer: &Answer) {
        let Some(operation) = self.operation(&answer.method, &answer.path) else {
            return;
        };
        let status = answer.status.to_string();
        let Some(response) = operation["responses"].get(&status) else {
            panic!("{status} is not documented: {answer}");
        };
        let documented_headers = response["headers"].as_object();
        for header in [
            "etag",
            "location",
            "link",
            "x-applied",
            "x-changed",
            "x-receipt",
            "idempotency-replayed",
            "preference-applied",
        ] {
            let is_documented = documented_headers
                .is_some_and(|names| names.keys().any(|name| name.eq_ignore_ascii_case(header)));
            let is_there = answer.header(header).is_some();
            assert!(
                is_documented || !is_there,
                "{header} is not documented: {answer}"
            );
        }
        if answer.body.is_empty() {
            return;
        }
        let content_type = answer.content_type().unwrap();
        let schema = &response["content"][content_type]["schema"];
        assert!(
            schema.is_object(),
            "{content_type} is not documented: {answer}"
        );
        let schemas = Schemas {
            document: &self.0,
            open: content_type == "application/problem+json",
        };
        if let Err(why) = schemas.conforms(schema, &answer.json()) {
            panic!("{why}: {answer}");
        }
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
            (Some(part), Some(segment)) if part == segment => {}
            _ => return false,
        }
    }
}
