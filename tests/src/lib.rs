//! What the whole-system tests stand on: the real programs as processes of their own, private
//! databases and brokers, an HTTP client, and the comparison of both sides row by row.
//!
//! Nothing here outlives the test that made it, however that ends.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here has to fail the test that asked for it"
)]

mod broker;
mod catalog;
mod client;
mod compare;
mod databases;
mod import;
mod ports;
mod process;
mod progress;
mod rows;
mod side;
mod stack;
mod waiting;

pub use broker::{blocking, own_broker, own_virtual_host, shared_broker};
pub use catalog::{Catalog, generated, goodbooks_10k, sample};
pub use client::{Answer, Client};
pub use compare::{Counts, compare_everything, compare_records, counts};
pub use databases::{OwnDatabase, connect};
pub use import::{Import, Imported, LinksDone, Outcome, RecordsDone};
pub use ports::free_port;
pub use process::{Process, Program, Stopped};
pub use side::Side;
pub use stack::Stack;
pub use waiting::{PATIENCE, eventually};
