//! Both services on a bus that fails, in one thread, with simulated time: a run of an hour takes
//! milliseconds, and the same seed makes the same run.
//!
//! Domain, application, relay, inbox and repair are those of the product; the persistence is the
//! in-memory one, which the contract suites hold to the same promises as SQLite and PostgreSQL. The
//! bus drops, doubles, delays, reorders, refuses and loses connections; services crash and come
//! back, are cut off, and their clocks are up to an hour wrong; queues are deleted and copies spoiled.
//! Meanwhile
//! editors on both sides create, change, delete, link, unlink and credit. Then the faults end, and
//! a checker compares what was acknowledged with what both sides hold.

mod authors;
mod books;
mod check;
mod clock;
mod editors;
mod mishaps;
mod side;
mod spoil;
mod world;

pub use check::Wrong;
pub use world::{Outcome, Size, run};
