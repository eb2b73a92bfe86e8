//! What binds both sides, each rule replaceable, so that it can be seen what each is good for.

use replication::checkpoint::Checkpoint;
use shared_events::{LinkRegister, RecordVersion, Side};

/// The rules of the mechanics: functions of production, and the order of its steps.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whether a copy takes a state: [`RecordVersion::supersedes`].
    pub supersedes: fn(RecordVersion, Option<RecordVersion>) -> bool,
    /// What two registers agree on: [`LinkRegister::merge`].
    pub merge: fn(LinkRegister, LinkRegister) -> LinkRegister,
    /// A new link: [`LinkRegister::new`].
    pub new_link: fn(i32, i64, Side) -> LinkRegister,
    /// A link made again or removed: [`LinkRegister::with_presence`].
    pub with_presence: fn(LinkRegister, bool, i64, Side) -> LinkRegister,
    /// A link with another credit: [`LinkRegister::with_credit`].
    pub with_credit: fn(LinkRegister, String, i32, Option<String>, i64, Side) -> LinkRegister,
    /// The checkpoint's step: [`Checkpoint::settle`].
    pub settle: fn(&mut Checkpoint, i64),
    /// When an event is written.
    pub logging: Logging,
    /// When a transaction takes its sequence.
    pub take_sequence: TakeSequence,
    /// Whether a save looks at what was read.
    pub save: Save,
    /// What lets the relay move on.
    pub confirm: Confirm,
    /// Where a register is merged.
    pub merging: Merging,
    /// What a copy keeps of a deleted record.
    pub deletion: Deletion,
    /// What a consumer acknowledges.
    pub acknowledge: Acknowledge,
    /// What a consumer hears of a log beside its events.
    pub heartbeat: Heartbeat,
}

impl Rules {
    /// The rules as production has them.
    pub fn production() -> Self {
        Self {
            supersedes: RecordVersion::supersedes,
            merge: LinkRegister::merge,
            new_link: LinkRegister::new,
            with_presence: LinkRegister::with_presence,
            with_credit: LinkRegister::with_credit,
            settle: Checkpoint::settle,
            logging: Logging::WithTheChange,
            take_sequence: TakeSequence::AtCommit,
            save: Save::IfUnchanged,
            confirm: Confirm::Awaited,
            merging: Merging::InTheTransaction,
            deletion: Deletion::Tombstone,
            acknowledge: Acknowledge::Committed,
            heartbeat: Heartbeat::Heard,
        }
    }
}

/// When the event of a change is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logging {
    /// In the change's own transaction.
    WithTheChange,
    /// Broken: in a step of its own, after it.
    AfterIt,
}

/// When a transaction takes its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeSequence {
    /// As its last act, so that sequences follow the order of commits.
    AtCommit,
    /// Broken: as its first act.
    AtBegin,
}

/// Whether a save is conditional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Save {
    /// Only if nothing that was read has changed.
    IfUnchanged,
    /// Broken: whatever happened meanwhile.
    Always,
}

/// What lets the relay move on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// The broker's confirm of every row.
    Awaited,
    /// Broken: having sent them.
    Assumed,
}

/// Where the register that is held and one that comes are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merging {
    /// In the transaction that writes the result.
    InTheTransaction,
    /// Broken: when the message comes; the result is an effect that is written later.
    BeforeIt,
    /// Broken: the result is told as a change of this side's own.
    WithAnEvent,
}

/// What a copy keeps of a deleted record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The row, with its version.
    Tombstone,
    /// Broken: nothing.
    Removal,
}

/// What a consumer acknowledges, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    /// What is committed.
    Committed,
    /// Broken: what came, as soon as it comes.
    Delivered,
    /// Broken: all that came by then, once something is committed.
    BeyondTheCommit,
}

/// Whether a consumer hears how far a log is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// It does, so that a lost tail shows.
    Heard,
    /// Broken: it only sees gaps between events.
    Missing,
}
