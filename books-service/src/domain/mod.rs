//! The rules: records, values, decisions and ports. Pure: no framework, no I/O, no clock.

mod book;
mod cached_author;
mod change;
mod claim;
mod credit;
mod decide;
mod error;
mod fields;
mod finding;
mod link;
mod newest;
mod ports;
pub mod values;

pub use book::Book;
pub use cached_author::CachedAuthor;
pub use change::Change;
pub use claim::Claim;
pub use credit::{CreditFields, RawCredit};
pub use decide::{Command, Loaded, Target, Wanted, decide};
pub use error::CommandError;
pub use fields::{BookFields, RawBook};
pub use finding::{
    BY_TITLE, BY_UPDATED_AT, BY_YEAR, BookTraits, Part, UNKNOWN_YEAR, WantedBooks, claims,
};
pub use link::{Link, LinkKey};
pub use newest::Newest;
pub use ports::{
    AuthorEntry, AuthorsCache, BookFilter, BookQueries, BookRepository, BookView, CacheChanges,
    Context, Page, SaveError,
};
#[cfg(test)]
pub(crate) use ports::{MockAuthorsCache, MockBookRepository};
