//! What the fields of a book mean. Every value is parsed once, here, and is right from then on.

mod book_scheme;
mod isbn;
mod language;
mod page_count;
mod position;
mod publication_year;

use values::{Identifier, Identifiers, Line, LineList, Prose};

pub use book_scheme::BookScheme;
pub use isbn::{Isbn, IsbnError};
pub use language::{Language, LanguageError};
pub use page_count::{PageCount, PageCountError};
pub use position::{Position, PositionError};
pub use publication_year::{PublicationYear, PublicationYearError};

/// The title under which a book is listed.
pub type Title = Line<500>;

/// What follows the title on the title page.
pub type Subtitle = Line<500>;

/// Who published the book, in words.
pub type Publisher = Line<255>;

/// What the book is about, in prose.
pub type Description = Prose<10_000>;

/// What the book is about, in headings: at most 100, none twice.
pub type Subjects = LineList<100, 100>;

/// The identifiers that others gave to a book.
pub type BookIdentifiers = Identifiers<BookScheme>;

/// One identifier to look a book up by: `oclc:44954`.
pub type BookIdentifier = Identifier<BookScheme>;

/// What an author did for a book: `author`, `translator`, `illustrator`…
pub type Role = Line<50>;

/// The name printed in a book, if it is not the author's own.
pub type CreditedAs = Line<255>;
