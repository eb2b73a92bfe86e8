//! What can happen.

use shared_events::Side;

/// One step. `Side` is the service that takes it, or that it happens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// An editor's command is decided.
    Decide(Side, Edit),
    /// The transaction of this index is saved.
    Save(Side, usize),
    /// The relay sends the next row; the broker gets it and confirms.
    Send(Side),
    /// The relay sends the next row, which never arrives.
    SendInVain(Side),
    /// The relay has all confirms and moves `published_through`.
    Confirm(Side),
    /// A row that was sent arrived, and its confirm does not.
    LoseConfirm(Side),
    /// The relay has waited for a confirm in vain, and will send the same rows again.
    StartOver(Side),
    /// A row that was published is published again: a second relay, or one that doubts.
    SendAgain(Side, i64),
    /// The broker loses a message of this consumer.
    Lose(Side, i64),
    /// A message is delivered, any of the queue.
    Take(Side, i64),
    /// Everything delivered is applied, with the checkpoint, in one transaction.
    Apply(Side),
    /// What is applied is acknowledged.
    Acknowledge(Side),
    /// A heartbeat of the other side comes.
    Hear(Side),
    /// What is missing is asked for, and the owner publishes it again.
    Replay(Side),
    /// The process is killed and starts again; the broker delivers again what was unacknowledged.
    Crash(Side),
    /// Somebody changes a part of the link that the other side wrote, and leaves its revision.
    Corrupt(Side, Part),
}

impl Action {
    /// Whether the services do it by themselves. The others are edits and faults: nobody may
    /// count on them.
    pub fn is_progress(&self) -> bool {
        match self {
            Self::Save(..)
            | Self::Send(_)
            | Self::Confirm(_)
            | Self::StartOver(_)
            | Self::Take(..)
            | Self::Apply(_)
            | Self::Acknowledge(_)
            | Self::Hear(_)
            | Self::Replay(_) => true,
            Self::Decide(..)
            | Self::SendInVain(_)
            | Self::LoseConfirm(_)
            | Self::SendAgain(..)
            | Self::Lose(..)
            | Self::Crash(_)
            | Self::Corrupt(..) => false,
        }
    }
}

/// What an editor wants. Edits of the link come with what the editor's service takes for the time,
/// in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// A record.
    Create,
    /// The record, with other fields.
    Revise,
    /// No record.
    Delete,
    /// The link.
    Link(i64),
    /// No link.
    Unlink(i64),
    /// The link, with another credit.
    Credit(i64),
}

/// A part of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whether it is there.
    Presence,
    /// How the author is credited.
    Credit,
}
