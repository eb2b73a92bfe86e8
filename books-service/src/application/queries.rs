//! Questions: one book, a page of books, and how the copies stand.

use std::sync::Arc;

use replication::{
    StoreError, inbox::Checkpoints, log::EventLog, parked::ParkedMessages, records::Records,
    repair::RepairStatus, sync::SyncReport,
};
use search::Place;
use shared_events::{BookId, Producer};

use crate::domain::{AuthorsCache, BookFilter, BookQueries, BookView, Page, Part, WantedBooks};

/// A page of a list, and whether there is more behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The page.
    pub books: Vec<BookView>,
    /// Whether there is more.
    pub more: bool,
}

/// What was found, and where the next page begins if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The page.
    pub books: Vec<BookView>,
    /// Behind which place there is more.
    pub next: Option<Place>,
}

/// The use cases that only ask.
#[derive(Clone)]
pub struct Queries {
    /// Books with their authors.
    pub books: Arc<dyn BookQueries>,
    /// The copy of the authors.
    pub cache: Arc<dyn AuthorsCache>,
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
    /// One book, a tombstone too.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn book(&self, id: BookId) -> Result<Option<BookView>, StoreError> {
        self.books.book(id).await
    }

    /// A page of live books.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn list(&self, filter: &BookFilter, page: Page) -> Result<Listing, StoreError> {
        // One more than asked for tells whether there is more.
        let wider = Page {
            limit: page.limit + 1,
            ..page
        };
        let mut books = self.books.books(filter, wider).await?;
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = books.len() > limit;
        books.truncate(limit);
        Ok(Listing { books, more })
    }

    /// A part of the live books that are wanted, in their order.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn find(&self, wanted: &WantedBooks, part: Part) -> Result<Finding, StoreError> {
        let limit = usize::try_from(part.limit).unwrap_or(usize::MAX);
        let wider = Part {
            limit: part.limit + 1,
            ..part
        };
        let mut places = self.books.find(wanted, &wider).await?;
        let more = places.len() > limit;
        places.truncate(limit);
        let ids = places.iter().map(|place| BookId::try_from(place.id));
        let ids: Vec<_> = ids
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::Data(error.to_string()))?;
        let mut views = self.books.views(&ids).await?;
        let books = ids.iter().filter_map(|id| views.remove(id));
        Ok(Finding {
            // One may have been deleted meanwhile.
            books: books.filter(|view| !view.book.deleted).collect(),
            next: places.pop().filter(|_| more),
        })
    }

    /// How many books are wanted in all.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn count(&self, wanted: &WantedBooks) -> Result<u64, StoreError> {
        self.books.count(wanted).await
    }

    /// How the copies stand.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn sync(&self) -> Result<SyncReport, StoreError> {
        let mut repair = self.repair.report();
        repair.drift.quarantined = self.records.quarantined().await?;
        Ok(SyncReport::new(
            Producer::Books.name(),
            self.log.head().await?,
            self.checkpoints.checkpoints().await?,
            self.cache.counts().await?,
            self.parked.counts().await?,
            repair,
        ))
    }
}
