//! What the program `colophon` does: serve, migrate, import, begin a new
//! epoch.

pub mod import;
pub mod migrate;
pub mod new_epoch;
pub mod serve;
mod settings;
