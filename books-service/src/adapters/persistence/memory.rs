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
        AuthorEntry, AuthorsCache, Book, BookFilter, BookQueries, BookRepository, BookView,
        CacheChanges, CachedAuthor, Change, Claim, Context, LinkKey, Loaded, Page, Part, SaveError,
        Wanted, WantedBooks,
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
    books: BTreeMap<BookId, Book>,
    links: BTreeMap<LinkKey, LinkRegister>,
    authors: BTreeMap<AuthorId, CachedAuthor>,
    quarantine: BTreeMap<(AuthorId, RecordVersion), CachedAuthor>,
    journal: Journal,
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is made on a copy and swapped in whole, so a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BookRepository for MemoryStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<BookId>, StoreError> {
        let mut state = self.state();
        let first = state.last_id + 1;
        state.last_id += i64::from(count);
        (first..=state.last_id)
            .map(|id| BookId::try_from(id).map_err(|error| StoreError::Data(error.to_string())))
            .collect()
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let state = self.state();
        let book = |id: &BookId| state.books.get(id).map(|book| (*id, book.clone()));
        let live = |id: &&AuthorId| state.authors.get(id).is_some_and(|author| !author.deleted);
        let position = |id: &BookId| Some((*id, state.greatest_position(*id)?));
        let claim = |claim: &Claim| state.owner(claim).map(|id| (claim.clone(), id));
        let link = |key: &LinkKey| {
            state
                .links
                .get(key)
                .map(|register| (*key, register.clone()))
        };
        Ok(Loaded {
            books: wanted.books.iter().filter_map(book).collect(),
            authors: wanted.authors.iter().filter(live).copied().collect(),
            links: wanted.links.iter().filter_map(link).collect(),
            positions: wanted.positions.iter().filter_map(position).collect(),
            claims: wanted.claims.iter().filter_map(claim).collect(),
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
    fn owner(&self, claim: &Claim) -> Option<BookId> {
        let has = |book: &&Book| book.claims().contains(claim);
        self.books.values().find(has).map(|book| book.state.book_id)
    }

    fn greatest_position(&self, book_id: BookId) -> Option<i32> {
        let present = self
            .links
            .iter()
            .filter(|(key, register)| key.book_id == book_id && register.presence.present);
        let positions = present.map(|(_, register)| register.credit.position.max(0));
        positions.max()
    }

    fn make(&mut self, change: &Change) -> Result<(), SaveError> {
        match change {
            Change::Book { before, after } => {
                let id = after.state.book_id;
                let held = self.books.get(&id).map(|book| book.version);
                if held != before.as_ref().map(|before| before.version) {
                    return Err(SaveError::Conflict);
                }
                let taken = |claim: &Claim| self.owner(claim).is_some_and(|owner| owner != id);
                if after.claims().iter().any(taken) {
                    return Err(SaveError::Conflict);
                }
                self.books.insert(id, after.as_ref().clone());
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

    fn view(&self, book: &Book) -> BookView {
        let visible = self.links.iter().filter_map(|(key, register)| {
            let author = self.authors.get(&key.author_id)?;
            let shown =
                key.book_id == book.state.book_id && register.presence.present && !author.deleted;
            shown.then(|| entry(&author.state, register))
        });
        let mut authors: Vec<_> = visible.collect();
        authors.sort_by_key(|author| (author.position, author.id));
        let authors_total = authors.len() as u64;
        authors.truncate(usize::try_from(BookView::MOST_AUTHORS).unwrap_or(usize::MAX));
        BookView {
            book: book.clone(),
            authors,
            authors_total,
        }
    }
}

fn entry(author: &shared_events::AuthorState, register: &LinkRegister) -> AuthorEntry {
    AuthorEntry {
        id: author.author_id,
        name: author.name.clone(),
        nationality: author.nationality.clone(),
        role: register.credit.role.clone(),
        position: register.credit.position,
        credited_as: register.credit.credited_as.clone(),
    }
}

#[async_trait]
impl BookQueries for MemoryStore {
    async fn book(&self, id: BookId) -> Result<Option<BookView>, StoreError> {
        let state = self.state();
        Ok(state.books.get(&id).map(|book| state.view(book)))
    }

    async fn books(&self, filter: &BookFilter, page: Page) -> Result<Vec<BookView>, StoreError> {
        let state = self.state();
        let passes = |book: &&Book| {
            let fields = &book.state;
            !book.deleted
                && fields.book_id.get() > page.after
                && (filter.isbn.is_none() || filter.isbn == fields.isbn)
                && filter.identifier.as_ref().is_none_or(|(scheme, value)| {
                    fields.identifiers.get(scheme.as_str()) == Some(value)
                })
        };
        let skip = usize::try_from(page.skip).unwrap_or(usize::MAX);
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let found = state.books.values().filter(passes).skip(skip).take(limit);
        Ok(found.map(|book| state.view(book)).collect())
    }

    async fn views(&self, ids: &[BookId]) -> Result<BTreeMap<BookId, BookView>, StoreError> {
        let state = self.state();
        let held = ids.iter().filter_map(|id| state.books.get(id));
        Ok(held
            .map(|book| (book.state.book_id, state.view(book)))
            .collect())
    }

    async fn find(&self, wanted: &WantedBooks, part: &Part) -> Result<Vec<Place>, StoreError> {
        let places = self.state().wanted(wanted);
        let after = part.after.as_ref();
        Ok(page(places, wanted.order, after, part.skip, part.limit))
    }

    async fn count(&self, wanted: &WantedBooks) -> Result<u64, StoreError> {
        Ok(self.state().wanted(wanted).len() as u64)
    }
}

#[async_trait]
impl AuthorsCache for MemoryStore {
    async fn apply(&self, changes: &CacheChanges, ledger: &Ledger) -> Result<(), StoreError> {
        let mut state = self.state();
        for author in &changes.authors {
            state.take_author(author, None);
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
        let tombstones = state
            .authors
            .values()
            .filter(|author| author.deleted)
            .count() as u64;
        Ok(CachedRecords {
            rows: state.authors.len() as u64 - tombstones,
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
