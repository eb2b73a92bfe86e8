//! The published contract of the catalog's events: the envelope, every event's type and data,
//! the link register and how two copies of it merge.
//!
//! A downstream service in Rust needs this crate alone to read the catalog's events:
//!
//! ```
//! # let body = include_bytes!("../golden/v1/author.updated.json");
//! use shared_events::{Envelope, Event};
//!
//! let envelope = Envelope::parse(body)?;
//! match envelope.event()? {
//!     Event::AuthorUpdated(author) => println!("{} is now {}", author.author_id, author.name),
//!     other => println!("something else happened to {}", other.key()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
pub mod control;
mod envelope;
mod event;
mod ids;
mod link;
mod producer;
mod record;
mod state;
pub mod timestamp;

pub use action::Action;
pub use envelope::{Envelope, EnvelopeError, SCHEMA_VERSION};
pub use event::{Event, EventError, EventType};
pub use ids::{AuthorId, BookId, NotAnId};
pub use link::{Credit, LinkRegister, Presence, Revision, Side};
pub use producer::Producer;
pub use record::{Key, NotAKey, RecordVersion};
pub use state::{AuthorState, BookState, LinkState};
