//! Everything in memory, behind one lock: for tests and simulations.

mod finding;
mod parked;
mod records;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ::values::Scheme;
use async_trait::async_trait;
use replication::{
    StoreError, Wakeup,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Ledger},
    log::{EventLog, Head, LogEntry, RelayLease},
    memory::Journal,
    sync::CachedRecords,
};
use search::{Place, page};
use shared_events::{AuthorId, BookId, Key, LinkRegister, RecordVersion};

use crate::{
    adapters::messaging::log_entry,
    domain::{
        Author, AuthorFilter, AuthorQueries, AuthorRepository, AuthorView, BookEntry, BooksCache,
        CacheChanges, CachedBook, Change, Context, LinkKey, Loaded, Page, Part, SaveError, Wanted,
        WantedAuthors,
    },
};

/// A store that lives as long as the process.
#[derive(Clone, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
    committed: Wakeup,
    redriven: Wakeup,
}

#[derive(Clone, Default)]
struct State {
    last_id: i64,
    authors: BTreeMap<AuthorId, Author>,
    links: BTreeMap<LinkKey, LinkRegister>,
    books: BTreeMap<BookId, CachedBook>,
    quarantine: BTreeMap<(BookId, RecordVersion), CachedBook>,
    journal: Journal,
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is made on a copy and swapped in whole, so a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AuthorRepository for MemoryStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<AuthorId>, StoreError> {
        let mut state = self.state();
        let first = state.last_id + 1;
        state.last_id += i64::from(count);
        (first..=state.last_id)
            .map(|id| AuthorId::try_from(id).map_err(|error| StoreError::Data(error.to_string())))
            .collect()
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let state = self.state();
        let author = |id: &AuthorId| state.authors.get(id).map(|author| (*id, author.clone()));
        let book = |id: &BookId| {
            let live = state.books.get(id).is_some_and(|book| !book.deleted);
            live.then(|| (*id, state.greatest_position(*id)))
        };
        let link = |key: &LinkKey| {
            state
                .links
                .get(key)
                .map(|register| (*key, register.clone()))
        };
        Ok(Loaded {
            authors: wanted.authors.iter().filter_map(author).collect(),
            books: wanted.books.iter().filter_map(book).collect(),
            links: wanted.links.iter().filter_map(link).collect(),
        })
    }

    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError> {
        let mut state = self.state();
        let mut next = state.clone();
        for change in changes {
            next.make(change)?;
        }
        let entries = changes.iter().map(|change| log_entry(change, context));
        next.journal.append(entries.collect::<Result<_, _>>()?)?;
        *state = next;
        self.committed.ring();
        Ok(())
    }
}

impl State {
    fn greatest_position(&self, book_id: BookId) -> i32 {
        let present = self
            .links
            .iter()
            .filter(|(key, register)| key.book_id == book_id && register.presence.present);
        present
            .map(|(_, register)| register.credit.position)
            .max()
            .unwrap_or(0)
            .max(0)
    }

    fn make(&mut self, change: &Change) -> Result<(), SaveError> {
        match change {
            Change::Author { before, after } => {
                let id = after.state.author_id;
                let held = self.authors.get(&id).map(|author| author.version);
                if held != before.as_ref().map(|before| before.version) {
                    return Err(SaveError::Conflict);
                }
                self.authors.insert(id, after.as_ref().clone());
            }
            Change::Link { before, after } => {
                let revisions = |register: &LinkRegister| {
                    (register.presence.revision, register.credit.revision)
                };
                let held = self.links.get(&after.key).map(revisions);
                if held != before.as_ref().map(revisions) {
                    return Err(SaveError::Conflict);
                }
                self.links.insert(after.key, after.register.clone());
            }
        }
        Ok(())
    }

    fn view(&self, author: &Author) -> AuthorView {
        let visible = self.links.iter().filter_map(|(key, register)| {
            let book = self.books.get(&key.book_id)?;
            let shown = key.author_id == author.state.author_id
                && register.presence.present
                && !book.deleted;
            shown.then(|| entry(&book.state, register))
        });
        let mut books: Vec<_> = visible.collect();
        let books_total = books.len() as u64;
        books.truncate(usize::try_from(AuthorView::MOST_BOOKS).unwrap_or(usize::MAX));
        AuthorView {
            author: author.clone(),
            books,
            books_total,
        }
    }
}

fn entry(book: &shared_events::BookState, register: &LinkRegister) -> BookEntry {
    BookEntry {
        id: book.book_id,
        title: book.title.clone(),
        isbn: book.isbn.clone(),
        publication_year: book.publication_year,
        role: register.credit.role.clone(),
        position: register.credit.position,
        credited_as: register.credit.credited_as.clone(),
    }
}

#[async_trait]
impl AuthorQueries for MemoryStore {
    async fn author(&self, id: AuthorId) -> Result<Option<AuthorView>, StoreError> {
        let state = self.state();
        Ok(state.authors.get(&id).map(|author| state.view(author)))
    }

    async fn authors(
        &self,
        filter: &AuthorFilter,
        page: Page,
    ) -> Result<Vec<AuthorView>, StoreError> {
        let state = self.state();
        let passes = |author: &&Author| {
            let fields = &author.state;
            !author.deleted
                && fields.author_id.get() > page.after
                && filter.name.as_ref().is_none_or(|name| *name == fields.name)
                && filter.identifier.as_ref().is_none_or(|(scheme, value)| {
                    fields.identifiers.get(scheme.as_str()) == Some(value)
                })
        };
        let skip = usize::try_from(page.skip).unwrap_or(usize::MAX);
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let found = state.authors.values().filter(passes).skip(skip).take(limit);
        Ok(found.map(|author| state.view(author)).collect())
    }

    async fn views(&self, ids: &[AuthorId]) -> Result<BTreeMap<AuthorId, AuthorView>, StoreError> {
        let state = self.state();
        let held = ids.iter().filter_map(|id| state.authors.get(id));
        Ok(held
            .map(|author| (author.state.author_id, state.view(author)))
            .collect())
    }

    async fn find(&self, wanted: &WantedAuthors, part: &Part) -> Result<Vec<Place>, StoreError> {
        let places = self.state().wanted(wanted);
        let after = part.after.as_ref();
        Ok(page(places, wanted.order, after, part.skip, part.limit))
    }

    async fn count(&self, wanted: &WantedAuthors) -> Result<u64, StoreError> {
        Ok(self.state().wanted(wanted).len() as u64)
    }
}

#[async_trait]
impl BooksCache for MemoryStore {
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError> {
        let mut state = self.state();
        for book in &changes.books {
            state.take_book(book, None);
        }
        for link in &changes.links {
            let register = match state.links.remove(&link.key) {
                Some(held) => held.merge(link.register.clone()),
                None => link.register.clone(),
            };
            state.links.insert(link.key, register);
        }
        state.journal.write(ledger);
        Ok(())
    }

    async fn counts(&self) -> Result<CachedRecords, StoreError> {
        let state = self.state();
        let tombstones = state.books.values().filter(|book| book.deleted).count() as u64;
        Ok(CachedRecords {
            rows: state.books.len() as u64 - tombstones,
            tombstones,
        })
    }
}

/// There is only this process.
struct Sole;

#[async_trait]
impl RelayLease for Sole {
    async fn is_held(&mut self) -> bool {
        true
    }
}

#[async_trait]
impl EventLog for MemoryStore {
    async fn head(&self) -> Result<Head, StoreError> {
        Ok(self.state().journal.head())
    }

    async fn read_after(&self, sequence: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        Ok(self.state().journal.read_after(sequence, limit))
    }

    async fn sequences(
        &self,
        versions: &[(Key, i64)],
    ) -> Result<BTreeMap<(Key, i64), i64>, StoreError> {
        Ok(self.state().journal.sequences(versions))
    }

    async fn set_published_through(&self, sequence: i64) -> Result<(), StoreError> {
        self.state().journal.set_published_through(sequence);
        Ok(())
    }

    async fn try_lease(&self) -> Result<Option<Box<dyn RelayLease>>, StoreError> {
        Ok(Some(Box::new(Sole)))
    }

    fn wakeup(&self) -> &Wakeup {
        &self.committed
    }
}

#[async_trait]
impl Checkpoints for MemoryStore {
    async fn checkpoints(&self) -> Result<BTreeMap<(String, i64), Checkpoint>, StoreError> {
        Ok(self.state().journal.checkpoints())
    }
}
