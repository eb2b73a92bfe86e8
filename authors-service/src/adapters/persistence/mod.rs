//! Where authors, links and the cache of books are kept.

mod memory;
mod past;
mod sql;

pub use memory::MemoryStore;
pub use past::LoggedAuthors;
pub use sql::{BatchedStore, SqlStore};
