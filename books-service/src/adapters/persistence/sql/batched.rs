//! The store as concurrent callers share it: whatever they want at the same time, they get by one
//! statement or one transaction.

mod loads;
mod saves;
mod views;

use std::collections::BTreeMap;

use async_trait::async_trait;
use batcher::{Batcher, Bounds};
use futures_util::TryFutureExt;
use replication::{
    StoreError,
    answers::KeptAnswer,
    deadline::in_time,
    sql::{Engine, store_error},
};
use sea_orm::DbErr;
use search::Place;
use shared_events::BookId;

use self::{loads::Loads, saves::Saves, views::Views};
use super::{SqlStore, rows, saving::Save};
use crate::domain::{
    BookFilter, BookQueries, BookRepository, BookView, Change, Context, Loaded, Page, Part,
    SaveError, Wanted, WantedBooks,
};

/// So many callers may wait for each kind of work; further ones wait for room.
const QUEUE: usize = 4_096;
/// So many changes are committed together.
const CHANGES: usize = 1_000;
/// So many batches of changes are on their way to PostgreSQL: while one waits for the log's head and
/// its commit, the other's rows are written. SQLite has one writer.
const SAVING: usize = 2;
/// So many records are loaded for commands together.
const RECORDS: usize = 2_000;
/// So many batches of books are read at a time from PostgreSQL: one that has to wait for the disk holds up
/// no others. On SQLite more than one only made them smaller.
const READING: usize = 4;
/// So many books are read together.
const BOOKS: usize = 256;

/// A [`SqlStore`] behind batchers.
pub struct BatchedStore {
    store: SqlStore,
    loads: Batcher<Loads>,
    saves: Batcher<Saves>,
    views: Batcher<Views>,
}

impl BatchedStore {
    /// Starts to serve `store`, in tasks of the runtime that it is called in.
    pub fn start(store: SqlStore) -> Self {
        let bounds = |weight| Bounds {
            weight,
            queue: QUEUE,
            in_flight: 1,
        };
        let on_postgres = |in_flight| match store.database.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => in_flight,
        };
        let saving = Bounds {
            in_flight: on_postgres(SAVING),
            ..bounds(CHANGES)
        };
        let reading = Bounds {
            in_flight: on_postgres(READING),
            ..bounds(BOOKS)
        };
        Self {
            loads: Batcher::start(Loads(store.clone()), bounds(RECORDS)),
            saves: Batcher::start(Saves(store.clone()), saving),
            views: Batcher::start(Views(store.clone()), reading),
            store,
        }
    }
}

#[async_trait]
impl BookRepository for BatchedStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<BookId>, StoreError> {
        let next = async {
            let ids = self.store.ids.next(count).await?.into_iter();
            ids.map(rows::book_id).collect::<Result<_, DbErr>>()
        };
        in_time(next.map_err(store_error)).await
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        if *wanted == Wanted::default() {
            return Ok(Loaded::default());
        }
        self.loads.submit(wanted.clone()).await
    }

    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError> {
        let save = Save {
            changes: changes.to_vec(),
            context: context.clone(),
            answer: None,
        };
        self.saves.submit(save).await?
    }

    async fn save_answered(
        &self,
        changes: &[Change],
        context: &Context,
        answer: &KeptAnswer,
    ) -> Result<(), SaveError> {
        let save = Save {
            changes: changes.to_vec(),
            context: context.clone(),
            answer: Some(answer.clone()),
        };
        self.saves.submit(save).await?
    }
}

#[async_trait]
impl BookQueries for BatchedStore {
    async fn book(&self, id: BookId) -> Result<Option<BookView>, StoreError> {
        self.views.submit(id).await
    }

    async fn books(&self, filter: &BookFilter, page: Page) -> Result<Vec<BookView>, StoreError> {
        in_time(self.store.page(filter, page).map_err(store_error)).await
    }

    async fn views(&self, ids: &[BookId]) -> Result<BTreeMap<BookId, BookView>, StoreError> {
        in_time(self.store.load_views(ids).map_err(store_error)).await
    }

    async fn find(&self, wanted: &WantedBooks, part: &Part) -> Result<Vec<Place>, StoreError> {
        in_time(self.store.find_places(wanted, part)).await
    }

    async fn count(&self, wanted: &WantedBooks) -> Result<u64, StoreError> {
        in_time(self.store.count_wanted(wanted)).await
    }
}

/// What a caller hears when the service ends before its turn.
fn stopped() -> StoreError {
    StoreError::Unavailable("the service stops".to_owned())
}

/// Data that can't be read or written may be one caller's alone.
fn is_in_the_data(error: &StoreError) -> bool {
    match error {
        StoreError::Data(_) => true,
        StoreError::Unavailable(_) => false,
    }
}
