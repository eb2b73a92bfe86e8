//! Where books, links and the cache of authors are kept.

mod memory;
mod sql;

pub use memory::MemoryStore;
pub use sql::{BatchedStore, SqlStore};
