//! Questions: one book, a page of books, and how the copies stand.

use std::sync::Arc;

use replication::{
    StoreError,
    answers::KeptAnswers,
    history::{History, HistoryPage},
    inbox::Checkpoints,
    log::EventLog,
    parked::ParkedMessages,
    receipts::Receipts,
    records::Records,
    repair::RepairStatus,
    sync::SyncReport,
};
use search::Place;
use shared_events::{BookId, Key, Producer};

use crate::domain::{
    AuthorsCache, BookFilter, BookQueries, BookView, LinkKey, Page, Part, PastBook, PastBooks,
    WantedBooks,
};

/// A page of a list, and whether there is more behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The page.
    pub books: Vec<BookView>,
    /// Whether there is more.
    pub more: bool,
}

/// What there is of one version of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// The book as it was.
    Held(Box<PastBook>),
    /// There never was such a book.
    OfNothing,
    /// The book has not come so far.
    NotYet {
        /// Its version now.
        current: i64,
    },
    /// The log does not hold it any more.
    Pruned {
        /// The oldest that it holds; `None` if it holds none.
        oldest: Option<i64>,
    },
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
    /// This service's log by key.
    pub history: Arc<dyn History>,
    /// What books once were.
    pub past: Arc<dyn PastBooks>,
    /// How far the other side's log is settled.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What could not be applied.
    pub parked: Arc<dyn ParkedMessages>,
    /// The answers that are given again.
    pub answers: Arc<dyn KeptAnswers>,
    /// This service's rows.
    pub records: Arc<dyn Records>,
    /// What has become of this service's writes elsewhere.
    pub receipts: Receipts,
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

    /// What became of a book; `None` if there never was one of that id.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn history(
        &self,
        id: BookId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Option<HistoryPage>, StoreError> {
        let page = self.history.page_of(Key::Book(id), before, limit).await?;
        let was_there = page.oldest.is_some() || self.book(id).await?.is_some();
        Ok(was_there.then_some(page))
    }

    /// What this side did to a link; `None` if there never was such a book.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn link_history(
        &self,
        link: LinkKey,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Option<HistoryPage>, StoreError> {
        let LinkKey { book_id, author_id } = link;
        let key = Key::Link { book_id, author_id };
        let page = self.history.page_of(key, before, limit).await?;
        let was_there = page.oldest.is_some() || self.book(book_id).await?.is_some();
        Ok(was_there.then_some(page))
    }

    /// A book as it was in `version`.
    ///
    /// # Errors
    /// If the store can't be used.
    pub async fn version(&self, id: BookId, version: i64) -> Result<Version, StoreError> {
        if let Some(past) = self.past.book_in(id, version).await? {
            return Ok(Version::Held(Box::new(past)));
        }
        Ok(match self.book(id).await? {
            None => Version::OfNothing,
            Some(view) if view.book.version < version => Version::NotYet {
                current: view.book.version,
            },
            Some(_) => Version::Pruned {
                oldest: self.history.oldest_of(Key::Book(id)).await?,
            },
        })
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
