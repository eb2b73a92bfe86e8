//! Domain changes to published events, and the other side's events back; the same for the rows by
//! which copies are compared and repaired.

mod decode;
mod encode;
mod past;
mod repairs;
mod rows;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::log_entry;
pub use past::past_author;
pub use repairs::{Repairs, read_repairs};
pub use rows::{author_row, book_row, link_row, read_rows};
