//! The mechanics on SQLite and PostgreSQL, by sea-orm. The tables are made by the `migrations`
//! crate; they are the same in every service's database.

mod answers;
mod checkpoints;
mod database;
mod entity;
mod epoch;
mod error;
mod history;
mod ids;
mod inbox;
mod insert;
mod json_list;
mod lease;
mod log;
mod named;
mod new_epoch;
mod one_of;
mod parked;
mod quarantine;
mod range;
mod receipts;

pub use answers::{SqlKeptAnswers, answered, keep_answers};
pub use checkpoints::{SqlCheckpoints, advance_checkpoint};
pub use database::{Database, DatabaseError, Engine, Unreachable};
pub use epoch::{begin_epoch, hold_epoch};
pub use error::{is_conflict, store_error};
pub use history::SqlHistory;
pub use ids::{NewIds, reserve_ids};
pub use inbox::write_ledger;
pub use insert::{Insertion, insert_rows};
pub use json_list::json_list;
pub use log::{SqlEventLog, append, read_epoch, read_head};
pub use named::is_named;
pub use new_epoch::{NewEpoch, NewEpochError, new_epoch};
pub use one_of::{is_one_of, is_one_of_pairs, is_one_of_text_pairs, is_one_of_texts, is_selected};
pub use parked::SqlParkedMessages;
pub use quarantine::{count_quarantined, quarantine};
pub use range::{rows_by_id, rows_by_pair};
