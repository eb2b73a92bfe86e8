//! The HTTP API: paths, bodies, statuses.

mod amend;
mod api;
mod authors;
mod body;
mod links;
mod openapi;
mod problems;
mod representation;
mod stale;
mod sync;

pub use api::{Api, routes};
