//! What the whole-system tests stand on: the real programs as processes of their own, private
//! databases, brokers and networks that can fail, an HTTP client, load, and the comparison of both
//! sides row by row.
//!
//! Nothing here outlives the test that made it, however that ends.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here has to fail the test that asked for it"
)]

mod broker;
mod catalog;
mod catalog_copy;
mod checker;
mod client;
mod compare;
mod convergence;
mod databases;
mod editor;
mod evidence;
mod held_rows;
mod import;
mod life_like;
mod load;
mod place;
mod ports;
mod private_postgres;
mod process;
mod progress;
mod rows;
mod side;
mod stack;
mod third_party;
mod waiting;
mod writes;

pub use broker::{blocking, own_broker, own_virtual_host, shared_broker};
pub use catalog::{Catalog, generated, goodbooks_10k, sample};
pub use checker::{Verdict, judge};
pub use client::{Answer, Client};
pub use compare::{Counts, compare_everything, compare_records, counts};
pub use databases::{OwnDatabase, connect};
pub use evidence::{Evidence, Logged, Testimony};
pub use import::{Import, Imported, LinksDone, Outcome, RecordsDone};
pub use load::{Load, LoadPlan};
pub use ports::free_port;
pub use private_postgres::PrivatePostgres;
pub use process::{Process, Program, Stopped};
pub use side::Side;
pub use stack::Stack;
pub use third_party::Subscriber;
pub use waiting::{PATIENCE, eventually};
pub use writes::{Asked, Reply, Write};
