//! What was asked of the services under load, and what they said.

use crate::side::Side;

/// One request that writes.
#[derive(Debug, Clone)]
pub struct Write {
    /// Whom it was sent to.
    pub side: Side,
    /// Its correlation id, which no other request has. The events that it led to carry it.
    pub mark: String,
    /// What it asked for.
    pub asked: Asked,
    /// What came of it.
    pub reply: Reply,
}

/// What a request asks for. Names are the request's mark, so that no two are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A new record.
    Create,
    /// A record with another name.
    Update(i64),
    /// A record gone.
    Delete(i64),
    /// A record linked to one of the other side.
    Link(i64, i64),
    /// Such a link gone.
    Unlink(i64, i64),
    /// Such a link with another credit.
    Credit(i64, i64),
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Answered with success.
    Acknowledged {
        /// The record it was about.
        id: i64,
        /// Whether it changed anything: then there is an event of it.
        changed: bool,
    },
    /// Answered that it can't be: by that answer, nothing changed.
    Refused(u16),
    /// Not answered, or answered by the service's own distress: it may have happened.
    Unknown,
}

impl Write {
    /// Whether it was answered with success.
    pub fn is_acknowledged(&self) -> bool {
        matches!(self.reply, Reply::Acknowledged { .. })
    }
}
