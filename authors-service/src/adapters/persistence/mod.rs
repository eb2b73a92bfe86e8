//! Where authors, links and the cache of books are kept.

mod memory;
mod sql;

pub use memory::MemoryStore;
pub use sql::{BatchedStore, SqlStore};
