//! The same on SQLite (FTS5 with trigrams) and PostgreSQL (`pg_trgm`).

mod catching_up;
mod find;
mod index;
mod list;
mod spellings;
mod statement;
mod texts;

pub use catching_up::{Progress, progress, set_progress};
pub use find::Search;
pub use index::{Conditions, Index, Source, bytewise};
pub use list::List;
pub use spellings::Dictionary;
pub use statement::Sql;
pub use texts::forget_phrases;
