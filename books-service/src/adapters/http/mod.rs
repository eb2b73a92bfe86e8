//! The HTTP API: paths, bodies, statuses.

mod api;
mod body;
mod books;
mod finding;
mod links;
mod openapi;
mod problems;
mod representation;
mod sync;

pub use api::{Api, routes};
