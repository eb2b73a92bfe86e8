//! Search: what is stored of a text, how a query is read, what a match is worth, and the same on
//! SQLite and PostgreSQL. It knows no records: those who use it say which texts lead to what.

mod document;
mod page;
mod phrase;
mod place;
mod query;
mod rank;
mod spelling;
pub mod sql;

pub use document::{Document, Found, find};
pub use page::page;
pub use phrase::{phrases, sort_key, text};
pub use place::{Order, Place, PlaceKey};
pub use query::{Query, QueryError};
pub use rank::{Rank, Role};

/// Near misses are looked for only if fewer records than this match a query as it is written.
pub const FEW: usize = 10;
