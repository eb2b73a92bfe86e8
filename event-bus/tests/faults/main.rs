//! The faulty bus fails as planned, and only so.

#![expect(clippy::unwrap_used, reason = "tests")]

mod calm;
mod consuming;
mod partition;
mod publishing;
mod seed;
mod world;
