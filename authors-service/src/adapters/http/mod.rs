//! The HTTP API: paths, bodies, statuses.

mod api;
mod authors;
mod body;
mod finding;
mod links;
mod openapi;
mod problems;
mod representation;
mod sync;

pub use api::{Api, routes};
