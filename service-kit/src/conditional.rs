//! Conditional requests (RFC 9110, section 13) on records with versions.
//!
//! An entity tag is `"<epoch>-<version>.<digest>"`. What it names changes in two ways: the record
//! itself, with its version, and what is embedded in its representation, with the digest. A reader
//! must see both changes, so `If-None-Match` compares all of it; an editor only competes for the
//! record, so `If-Match` compares what stands before the dot.

mod entity_tag;
mod if_match;
mod if_none_match;
mod tag_list;
mod tagged;

pub use entity_tag::EntityTag;
pub(crate) use if_match::IfMatchRequired;
pub use if_match::{IfMatch, matches_no_version};
pub use if_none_match::if_none_match;
pub use tagged::Tagged;
