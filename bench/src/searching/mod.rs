//! Searching a life-like catalog: filling it in over HTTP, asking, and holding answers against what
//! is known.

mod ask;
mod fill;

pub(crate) use ask::{Suggestions, found, suggest};
pub(crate) use fill::fill;

/// Where a catalog is served.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    /// Authors.
    pub(crate) authors: u16,
    /// Books.
    pub(crate) books: u16,
}
