//! The rules: records, values, decisions and ports. Pure: no framework, no I/O, no clock.

mod author;
mod cached_book;
mod change;
mod credit;
mod decide;
mod error;
mod fields;
mod finding;
mod link;
mod newest;
mod ports;
pub mod values;

pub use author::Author;
pub use cached_book::CachedBook;
pub use change::Change;
pub use credit::{CreditFields, RawCredit};
pub use decide::{Command, Loaded, Target, Wanted, decide};
pub use error::CommandError;
pub use fields::{AuthorFields, RawAuthor};
pub use finding::{BY_NAME, BY_UPDATED_AT, Part, WantedAuthors, identifiers};
pub use link::{Link, LinkKey};
pub use newest::Newest;
pub use ports::{
    AuthorFilter, AuthorQueries, AuthorRepository, AuthorView, BookEntry, BooksCache, CacheChanges,
    Context, Page, SaveError,
};
#[cfg(test)]
pub(crate) use ports::{MockAuthorRepository, MockBooksCache};
