//! Edits of some fields of a book.

use service_kit::caller::Caller;

use super::Commands;
use crate::application::done::{Done, Written};
use crate::domain::{Amendment, Command, CommandError};

impl Commands {
    /// Changes some fields of a book.
    ///
    /// # Errors
    /// If there is no such book; if it is not in the expected version and the state that was
    /// edited is not given; if others changed the same fields.
    pub async fn amend(
        &self,
        amendment: Amendment,
        caller: &Caller,
    ) -> Result<Done<Written>, CommandError> {
        let id = amendment.target.id;
        let command = Command::Amend(Box::new(amendment));
        self.write(id, &command, caller, None).await
    }
}
