//! Where books, links and the cache of authors are kept.

mod memory;
mod past;
mod sql;

pub use memory::MemoryStore;
pub use past::LoggedBooks;
pub use sql::{BatchedStore, SqlStore};
