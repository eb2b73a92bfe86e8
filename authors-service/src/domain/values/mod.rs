//! What the fields of an author mean. Every value is parsed once, here, and is right from then on.

mod author_scheme;
mod life_date;
mod life_dates;
mod mod_11_2;
mod position;

use values::{Identifier, Identifiers, Line, LineList, Prose};

pub use author_scheme::AuthorScheme;
pub use life_date::{LifeDate, LifeDateError};
pub use life_dates::LifeDates;
pub use position::{Position, PositionError};

/// The name under which an author is listed.
pub type AuthorName = Line<255>;

/// An author's nationality, in words: `Colombian`.
pub type Nationality = Line<100>;

/// An author's life, in prose.
pub type Biography = Prose<10_000>;

/// Other names of an author: at most 50, none twice.
pub type Aliases = LineList<255, 50>;

/// The identifiers that others gave to an author.
pub type AuthorIdentifiers = Identifiers<AuthorScheme>;

/// One identifier to look an author up by: `viaf:96994048`.
pub type AuthorIdentifier = Identifier<AuthorScheme>;

/// What an author did for a book: `author`, `translator`, `illustrator`…
pub type Role = Line<50>;

/// The name printed in a book, if it is not the author's own.
pub type CreditedAs = Line<255>;
