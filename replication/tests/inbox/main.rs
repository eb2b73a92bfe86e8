//! The inbox against a bus and a cache that do what each test tells them to, in simulated time.
#![expect(clippy::unwrap_used, reason = "tests")]

mod any_batches;
mod bad_messages;
mod bus;
mod cache;
mod calm;
mod dead_letters;
mod messages;
mod retries;
mod stopping;
mod trouble;
mod two_at_once;
mod world;
