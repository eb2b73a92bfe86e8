//! What the program `colophon` does: serve, migrate, import, look after dead letters, begin a new
//! epoch.

mod client;
pub mod dead_letters;
pub mod import;
pub mod migrate;
pub mod new_epoch;
pub mod serve;
pub mod service_urls;
mod settings;
