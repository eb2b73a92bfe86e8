//! The relay against a log and a bus that do what each test tells them to, in simulated time.
#![expect(clippy::unwrap_used, reason = "tests")]

mod fakes;
mod heartbeats;
mod in_process;
mod ports;
mod publishing;
mod right_to_relay;
mod stopping;
mod trouble;
