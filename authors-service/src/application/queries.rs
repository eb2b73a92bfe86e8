//! Questions: one author, a page of authors, and how the copies stand.

use std::sync::Arc;

use replication::{
    StoreError, inbox::Checkpoints, log::EventLog, parked::ParkedMessages, records::Records,
    repair::RepairStatus, sync::SyncReport,
};
use search::Place;
use shared_events::{AuthorId, Producer};

use crate::domain::{
    AuthorFilter, AuthorQueries, AuthorView, BooksCache, Page, Part, WantedAuthors,
};

/// A page of a list, and whether there is more behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The page.
    pub authors: Vec<AuthorView>,
    /// Whether there is more.
    pub more: bool,
}

/// What was found, and where the next page begins if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The page.
    pub authors: Vec<AuthorView>,
    /// Behind which place there is more.
    pub next: Option<Place>,
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
    /// How far the other side's log is settled.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What could not be applied.
    pub parked: Arc<dyn ParkedMessages>,
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

    /// A part of the live authors that are wanted, in their order.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn find(&self, wanted: &WantedAuthors, part: Part) -> Result<Finding, StoreError> {
        let limit = usize::try_from(part.limit).unwrap_or(usize::MAX);
        let wider = Part {
            limit: part.limit + 1,
            ..part
        };
        let mut places = self.authors.find(wanted, &wider).await?;
        let more = places.len() > limit;
        places.truncate(limit);
        let ids = places.iter().map(|place| AuthorId::try_from(place.id));
        let ids: Vec<_> = ids
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::Data(error.to_string()))?;
        let mut views = self.authors.views(&ids).await?;
        let authors = ids.iter().filter_map(|id| views.remove(id));
        Ok(Finding {
            // One may have been deleted meanwhile.
            authors: authors.filter(|view| !view.author.deleted).collect(),
            next: places.pop().filter(|_| more),
        })
    }

    /// How many authors are wanted in all.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn count(&self, wanted: &WantedAuthors) -> Result<u64, StoreError> {
        self.authors.count(wanted).await
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
