//! What a team downstream writes: a copy of the books for a lending desk, and, if it has to, a bus
//! of its own. Its tests run the suites of `event-bus` on both.

mod lending;
mod stored_bus;

pub use lending::{Lendable, Lending};
pub use stored_bus::StoredBus;
