//! What a client of any service sees, through the whole application.
#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod bodies;
mod browsers;
mod correlation;
mod docs;
mod hostile;
mod log;
mod sample;
mod sockets;
