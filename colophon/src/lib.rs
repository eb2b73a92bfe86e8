//! What the program `colophon` does: serve, migrate, import.

pub mod import;
pub mod migrate;
pub mod serve;
mod settings;
