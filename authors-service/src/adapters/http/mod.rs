//! The HTTP API: paths, bodies, statuses.

mod amend;
mod api;
mod authors;
mod body;
mod finding;
mod history;
mod links;
mod openapi;
mod problems;
mod representation;
mod restoring;
mod stale;
mod sync;
mod version;
mod written;

pub use api::{Api, routes};
