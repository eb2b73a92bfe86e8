//! HTTP load from one thread: closed loops for throughput, open loops for latency.
//!
//! An answer that is not 2xx ends the load: a figure over failures means nothing.

mod closed_loop;
mod connection;
mod metronome;
mod open_loop;
mod request;

pub(crate) use closed_loop::ClosedLoop;
pub(crate) use connection::{Connection, LoadError};
pub(crate) use metronome::Metronome;
pub(crate) use open_loop::OpenLoop;
pub(crate) use request::{write_get, write_post};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
