//! Authors as the log tells of them.

use std::sync::Arc;

use async_trait::async_trait;
use replication::{StoreError, history::History};
use shared_events::{AuthorId, Key};

use crate::{
    adapters::messaging::past_author,
    domain::{PastAuthor, PastAuthors},
};

/// The versions of authors, read from a log.
pub struct LoggedAuthors(Arc<dyn History>);

impl LoggedAuthors {
    /// As `history` tells.
    pub fn new(history: Arc<dyn History>) -> Self {
        Self(history)
    }
}

#[async_trait]
impl PastAuthors for LoggedAuthors {
    async fn author_in(
        &self,
        id: AuthorId,
        version: i64,
    ) -> Result<Option<PastAuthor>, StoreError> {
        let entry = self.0.version_of(Key::Author(id), version).await?;
        entry.as_ref().map(past_author).transpose()
    }
}
