//! The one table of kinds: status, title, type and meaning.

use actix_web::http::StatusCode;

/// What is wrong, in general. Each kind but [`ProblemKind::Other`] has a `type` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// 400: the request can't be read at all.
    MalformedRequest,
    /// 404: there is no such thing here.
    NotFound,
    /// 405: the resource is there and does not answer this method.
    MethodNotAllowed,
    /// 409: it would clash with another record.
    Conflict,
    /// 409: a request under the same `Idempotency-Key` is being carried out.
    KeyInUse,
    /// 409: somebody else changed the same fields since the record was read.
    EditConflict,
    /// 410: it was here and has been deleted.
    Gone,
    /// 412: the record is no longer what `If-Match` says.
    PreconditionFailed,
    /// 413: the body is larger than is taken.
    ContentTooLarge,
    /// 415: the body is of a type that is not read here.
    UnsupportedMediaType,
    /// 422: well-formed, and at least one value is not allowed.
    InvalidFields,
    /// 428: the change needs an `If-Match`.
    PreconditionRequired,
    /// 500: a fault of the service.
    Internal,
    /// 503: something that the service needs is away; try again.
    Unavailable,
    /// Any other status, with no more meaning than the status has (`about:blank`).
    Other(StatusCode),
}

impl ProblemKind {
    /// Every kind that has a `type` of its own, by status.
    pub const ALL: [Self; 14] = [
        Self::MalformedRequest,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::KeyInUse,
        Self::EditConflict,
        Self::Gone,
        Self::PreconditionFailed,
        Self::ContentTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidFields,
        Self::PreconditionRequired,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The kind that stands for an answer of which only the status is known: of those that share
    /// it, the first and most general.
    pub fn from_status(status: StatusCode) -> Self {
        Self::ALL
            .into_iter()
            .find(|kind| kind.status() == status)
            .unwrap_or(Self::Other(status))
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::KeyInUse | Self::EditConflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::ContentTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidFields => StatusCode::UNPROCESSABLE_ENTITY,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Other(status) => status,
        }
    }

    /// The same short text for every occurrence.
    pub fn title(self) -> &'static str {
        match self {
            Self::MalformedRequest => "Malformed request",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::Conflict => "Conflict",
            Self::KeyInUse => "Key in use",
            Self::EditConflict => "Edit conflict",
            Self::Gone => "Gone",
            Self::PreconditionFailed => "Precondition failed",
            Self::ContentTooLarge => "Content too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::InvalidFields => "Invalid fields",
            Self::PreconditionRequired => "Precondition required",
            Self::Internal => "Internal error",
            Self::Unavailable => "Unavailable",
            Self::Other(status) => status.canonical_reason().unwrap_or("Error"),
        }
    }

    /// The `type`: a URI reference that never changes. It is relative to the service, which
    /// serves a short explanation there.
    pub fn type_uri(self) -> &'static str {
        match self {
            Self::MalformedRequest => "/problems/malformed-request",
            Self::NotFound => "/problems/not-found",
            Self::MethodNotAllowed => "/problems/method-not-allowed",
            Self::Conflict => "/problems/conflict",
            Self::KeyInUse => "/problems/idempotency-key-in-use",
            Self::EditConflict => "/problems/edit-conflict",
            Self::Gone => "/problems/gone",
            Self::PreconditionFailed => "/problems/precondition-failed",
            Self::ContentTooLarge => "/problems/content-too-large",
            Self::UnsupportedMediaType => "/problems/unsupported-media-type",
            Self::InvalidFields => "/problems/invalid-fields",
            Self::PreconditionRequired => "/problems/precondition-required",
            Self::Internal => "/problems/internal",
            Self::Unavailable => "/problems/unavailable",
            Self::Other(_) => "about:blank",
        }
    }

    /// What it means and what to do about it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::MalformedRequest => {
                "The request could not be read: the JSON is broken or not UTF-8. Correct it before \
                 sending it again."
            }
            Self::NotFound => {
                "There is nothing at this address, or a record that the request names is not \
                 known here (yet)."
            }
            Self::MethodNotAllowed => {
                "The address is right and the method is not; the Allow header lists those that \
                 are answered."
            }
            Self::Conflict => {
                "The change would clash with another record, which the answer names. Change that \
                 one, or send another value."
            }
            Self::KeyInUse => {
                "A request under the same Idempotency-Key is being carried out at this moment. \
                 Send it again a little later: then it gets the answer to the first."
            }
            Self::EditConflict => {
                "Somebody else gave the same fields other values since the record was read. The \
                 member conflicts shows of each field your value, theirs, and the one before. \
                 Decide, and send the edit again with the ETag of this answer in If-Match."
            }
            Self::Gone => {
                "The record was deleted. Its id is never used for another one, and a restore brings \
                 it back."
            }
            Self::PreconditionFailed => {
                "The record has changed since it was read: its ETag is not the one in If-Match. \
                 Read it again and decide anew."
            }
            Self::ContentTooLarge => "The body is larger than this service takes.",
            Self::UnsupportedMediaType => {
                "The body is of a type or encoding that is not read here. Send JSON with \
                 Content-Type: application/json."
            }
            Self::InvalidFields => {
                "The request could be read, and one or more values are not allowed. The member \
                 errors names each with a code for programs and a message for people."
            }
            Self::PreconditionRequired => {
                "This service takes changes only from those who say what they change: read the \
                 record, and send its ETag in If-Match."
            }
            Self::Internal => {
                "A fault of the service, not of the request. Its correlation_id finds it in the \
                 log."
            }
            Self::Unavailable => {
                "Something that the service needs is away for the moment. Try again, after the \
                 time in Retry-After if there is one."
            }
            Self::Other(_) => "No more than the HTTP status itself says.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_leads_to_its_kind_and_back() {
        for kind in ProblemKind::ALL {
            let general = match kind {
                ProblemKind::KeyInUse | ProblemKind::EditConflict => ProblemKind::Conflict,
                other => other,
            };
            assert_eq!(ProblemKind::from_status(kind.status()), general);
        }
        assert_eq!(
            ProblemKind::from_status(StatusCode::IM_A_TEAPOT),
            ProblemKind::Other(StatusCode::IM_A_TEAPOT)
        );
    }

    #[test]
    fn no_two_kinds_share_a_type() {
        let types: std::collections::BTreeSet<_> = ProblemKind::ALL
            .iter()
            .map(|kind| kind.type_uri())
            .collect();
        assert_eq!(types.len(), ProblemKind::ALL.len());
    }
}
