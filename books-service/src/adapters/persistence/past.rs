//! Books as the log tells of them.

use std::sync::Arc;

use async_trait::async_trait;
use replication::{StoreError, history::History};
use shared_events::{BookId, Key};

use crate::{
    adapters::messaging::past_book,
    domain::{PastBook, PastBooks},
};

/// The versions of books, read from a log.
pub struct LoggedBooks(Arc<dyn History>);

impl LoggedBooks {
    /// As `history` tells.
    pub fn new(history: Arc<dyn History>) -> Self {
        Self(history)
    }
}

#[async_trait]
impl PastBooks for LoggedBooks {
    async fn book_in(&self, id: BookId, version: i64) -> Result<Option<PastBook>, StoreError> {
        let entry = self.0.version_of(Key::Book(id), version).await?;
        entry.as_ref().map(past_book).transpose()
    }
}
