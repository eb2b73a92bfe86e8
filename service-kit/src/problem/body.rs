//! The document as it goes over the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;

/// A problem document (RFC 9457), `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// What kind of problem it is: a URI reference that never changes, relative to the service.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-fields")]
    pub kind: String,
    /// The same short text for every problem of its type.
    #[schema(example = "Invalid fields")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong this time, in a readable sentence.
    #[schema(example = "name must be given.")]
    pub detail: String,
    /// Path of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/things/1")]
    pub instance: Option<String>,
    /// Finds the request in the logs; also the header `X-Correlation-ID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// Every wrong field or parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Members of particular problems, such as the id of the record in conflict.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extensions: serde_json::Map<String, serde_json::Value>,
}

/// One wrong field or parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Its path in what was sent.
    #[schema(example = "aliases[2]")]
    pub field: String,
    /// Reason for programs; stable.
    #[schema(example = "wrong_type")]
    pub code: String,
    /// Reason for people.
    #[schema(example = "must be a string, not a number")]
    pub message: String,
}

/// What of the request belongs in its problem document.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) correlation_id: String,
}

impl ProblemBody {
    pub(super) const MEMBERS: [&'static str; 7] = [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "correlation_id",
        "errors",
    ];

    pub(super) fn of(problem: &Problem, asked: Option<&Asked>) -> Self {
        let kind = problem.0.kind;
        Self {
            kind: kind.type_uri().to_owned(),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            detail: problem.0.detail.clone(),
            instance: asked.map(|asked| asked.path.clone()),
            correlation_id: asked.map(|asked| asked.correlation_id.clone()),
            errors: problem
                .0
                .errors
                .iter()
                .map(|error| FieldProblem {
                    field: error.field.clone(),
                    code: error.code.to_owned(),
                    message: error.message.clone(),
                })
                .collect(),
            extensions: problem.0.extensions.clone(),
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        // Strings, a number and JSON values always serialize; an empty document beats a panic.
        serde_json::to_vec(self).unwrap_or_else(|_| b"{}".to_vec())
    }
}
