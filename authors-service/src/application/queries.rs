//! Questions: one author, a page of authors, and how the copies stand.

use std::sync::Arc;

use replication::{
    StoreError, answers::KeptAnswers, history::History, inbox::Checkpoints, log::EventLog,
    parked::ParkedMessages, records::Records, repair::RepairStatus, sync::SyncReport,
};
use shared_events::{AuthorId, Producer};

use crate::domain::{AuthorFilter, AuthorQueries, AuthorView, BooksCache, Page};

/// A page of a list, and whether there is more behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The page.
    pub authors: Vec<AuthorView>,
    /// Whether there is more.
    pub more: bool,
}

/// The use cases that only ask.
#[derive(Clone)]
pub struct Queries {
    /// Authors with their books.
    pub authors: Arc<dyn AuthorQueries>,
    /// The copy of the books.
    pub cache: Arc<dyn BooksCache>,
    /// This service's log.
    pub log: Arc<dyn EventLog>,
    /// This service's log by key.
    pub history: Arc<dyn History>,
    /// How far the other side's log is settled.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What could not be applied.
    pub parked: Arc<dyn ParkedMessages>,
    /// The answers that are given again.
    pub answers: Arc<dyn KeptAnswers>,
    /// This service's rows.
    pub records: Arc<dyn Records>,
    /// What repair has heard, found and done.
    pub repair: RepairStatus,
}

impl Queries {
    /// One author, a tombstone too.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn author(&self, id: AuthorId) -> Result<Option<AuthorView>, StoreError> {
        self.authors.author(id).await
    }

    /// A page of live authors.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn list(&self, filter: &AuthorFilter, page: Page) -> Result<Listing, StoreError> {
        // One more than asked for tells whether there is more.
        let wider = Page {
            limit: page.limit + 1,
            ..page
        };
        let mut authors = self.authors.authors(filter, wider).await?;
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = authors.len() > limit;
        authors.truncate(limit);
        Ok(Listing { authors, more })
    }

    /// How the copies stand.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn sync(&self) -> Result<SyncReport, StoreError> {
        let mut repair = self.repair.report();
        repair.drift.quarantined = self.records.quarantined().await?;
        Ok(SyncReport::new(
            Producer::Authors.name(),
            self.log.head().await?,
            self.checkpoints.checkpoints().await?,
            self.cache.counts().await?,
            self.parked.counts().await?,
            repair,
        ))
    }
}
