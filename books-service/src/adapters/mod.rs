//! What stands between the domain and the world.

pub mod http;
pub mod messaging;
pub mod persistence;
