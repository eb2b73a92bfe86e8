//! How well a catalog is searched: a catalog that is made up but life-like, searches in it whose
//! answers are known, and what people type. Everything comes from a size and a seed; nothing here
//! speaks to a service.

mod authors;
mod books;
mod catalog;
mod cultures;
mod isbn;
mod letters;
mod names;
mod query;
mod score;
mod searches;
mod typing;
mod zipf;

pub use authors::{Author, COMMONEST};
pub use books::Book;
pub use catalog::{Catalog, Size};
pub use query::Records;
pub use score::{FIRST, Ids, Score};
pub use searches::{Kind, Search};
