//! The mechanics of staying equal: what any service needs that owns records, tells others of
//! every change, and keeps a copy of what others own.
//!
//! * [`log`]: the append-only event log, whose sequences are gapless and in commit order.
//! * [`history`]: the log by key: every version of a record or link.
//! * [`relay`]: publishes the log to the bus, at least once, in order.
//! * [`inbox`]: takes events from the bus and settles each of them exactly once in effect.
//! * [`checkpoint`]: how far a consumer has settled a producer's log.
//! * [`parked`]: messages that could not be applied, and when to try them again.
//! * [`receipts`]: which consumers have applied a write.
//! * [`records`]: the rows that copies are compared with and repaired from.
//! * [`repair`]: finds what a copy misses or holds wrongly, and puts it right.
//! * [`answers`]: answers that are given again to a request that is sent again.
//! * [`sql`]: all of that on SQLite and PostgreSQL; [`memory`]: in memory.
//! * [`deadline`]: how long a database is waited for.
//! * [`wakeup`]: tells waiting tasks that something was committed.
//!
//! Nothing here knows what the records are.

pub mod answers;
pub mod backoff;
pub mod checkpoint;
pub mod deadline;
mod error;
pub mod history;
pub mod inbox;
pub mod log;
pub mod memory;
pub mod parked;
pub mod receipts;
pub mod records;
pub mod relay;
pub mod repair;
pub mod sql;
pub mod sync;
pub mod wakeup;

pub use error::StoreError;
pub use wakeup::Wakeup;
