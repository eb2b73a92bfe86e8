//! Value types that more than one service of the catalog needs: normalized text and the
//! errors that name a field. No framework, no I/O, no clock.

mod field_error;
mod text;

pub use field_error::{FieldError, FieldErrors};
pub use text::{Line, Prose, TextError};
