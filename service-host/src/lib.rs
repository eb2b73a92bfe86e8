//! The life of a service that owns records and keeps a copy of others': it waits for its database,
//! migrates it, answers HTTP, relays its log, consumes the others', and stops in order.
//!
//! A service says what it is by implementing [`Hosted`]; [`Service`] does the rest. Nothing here
//! knows what the records are.

mod config;
pub mod dead_letters;
mod field_conflict;
pub mod finding;
mod forgetting;
mod ground;
pub mod history;
mod hosted;
pub mod idempotency;
mod identity;
mod preparation;
pub mod receipts;
mod repair_settings;
mod service;
mod store_problem;

pub use config::Config;
pub use field_conflict::conflicts_json;
pub use ground::Ground;
pub use hosted::Hosted;
pub use identity::{Identity, pair_topology};
pub use repair_settings::RepairSettings;
pub use service::Service;
pub use store_problem::of_store;
