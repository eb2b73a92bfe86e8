//! Value types that more than one service of the catalog needs: normalized text, lists of it,
//! identifiers given by others, and the errors that name a field. No framework, no I/O, no clock.

mod field_error;
mod fold;
mod identifier;
mod identifier_form;
mod identifiers;
mod line_list;
mod merge;
mod scheme;
mod text;

pub use field_error::{FieldError, FieldErrors};
pub use fold::{FOLD_VERSION, FoldedWord, Joints, fold, fold_initials_apart, join_initials};
pub use identifier::Identifier;
pub use identifier_form::{goodreads_number, is_plain_number, open_library_key};
pub use identifiers::Identifiers;
pub use line_list::LineList;
pub use merge::{Edit, FieldConflict, FieldValue, Merge, ToFieldValue};
pub use scheme::{IdentifierError, Scheme};
pub use text::{Line, Prose, TextError};
