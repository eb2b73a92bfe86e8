//! The mechanics on SQLite and PostgreSQL, by sea-orm. The tables are made by the `migrations`
//! crate; they are the same in every service's database.

mod checkpoints;
mod database;
mod entity;
mod error;
mod ids;
mod inbox;
mod lease;
mod log;
mod parked;

pub use checkpoints::SqlCheckpoints;
pub use database::{Database, DatabaseError, Engine, Unreachable};
pub use error::{is_conflict, store_error};
pub use ids::reserve_ids;
pub use inbox::write_ledger;
pub use log::{SqlEventLog, append, read_head};
pub use parked::SqlParkedMessages;
