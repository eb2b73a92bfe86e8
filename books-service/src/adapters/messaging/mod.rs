//! Domain changes to published events, and the other side's events back.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::log_entry;
