//! The HTTP API as a client sees it, on the store in memory. Each answer of each test is also held
//! against the OpenAPI document.
#![expect(clippy::unwrap_used, reason = "tests")]

mod answer;
mod bodies;
mod books;
mod claims;
mod conditional;
mod credits;
mod dead_letters;
mod documented;
mod editing;
mod events;
mod fields;
mod finding;
mod history;
mod hostile;
mod idempotency;
mod links;
mod lists;
mod meanwhile;
mod openapi;
mod others;
mod readiness;
mod receipts;
mod requests;
mod restoring;
mod schema;
mod service;
mod waiting;
