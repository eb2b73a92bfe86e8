//! books-service, as the histories drive it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use books_service::{
    adapters::{messaging::decode, persistence::MemoryStore},
    application::apply_events::ApplyEvents,
    domain::{
        AuthorsCache, BookFilter, BookQueries, BookRepository, Change, Command, Context, Link,
        LinkKey, Page, RawBook, Target, Wanted, decide,
    },
};
use chrono::{DateTime, Datelike, Utc};
use replication::{Wakeup, checkpoint::Checkpoint, inbox::Checkpoints, sync::CachedRecords};
use shared_events::{LinkRegister, Producer, Side};

use crate::peer::{
    Deed, GREATEST_ID, Peer, Shown, author_id, book_id, done, messages, pairs, settle,
};

pub(crate) struct Books {
    store: MemoryStore,
    inbox: ApplyEvents,
}

impl Books {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::default();
        let inbox = ApplyEvents::new(Arc::new(store.clone()), Wakeup::default());
        Self { store, inbox }
    }

    fn command(&self, deed: Deed, label: usize, now: DateTime<Utc>) -> Command {
        let target = |number| Target {
            id: book_id(number),
            expected: None,
        };
        let raw = RawBook {
            title: Some(format!("Book as of {label}")),
            ..RawBook::default()
        };
        let fields = raw.parse(now.year()).unwrap();
        match deed {
            Deed::Create => Command::Create {
                id: done(self.store.next_ids(1)).unwrap()[0],
                fields,
            },
            Deed::Revise(number) => Command::Revise {
                target: target(number),
                fields,
            },
            Deed::Delete(number) => Command::Delete {
                target: target(number),
            },
            Deed::Link(number, across) => Command::LinkAuthors {
                book_id: book_id(number),
                author_ids: vec![author_id(across)],
            },
            Deed::Unlink(number, across) => Command::UnlinkAuthor {
                link: key((across, number)),
            },
        }
    }

    fn save(&self, changes: &[Change], now: DateTime<Utc>) {
        let context = Context {
            correlation_id: "history".to_owned(),
            traceparent: None,
            actor: None,
            now,
        };
        done(self.store.save(changes, &context)).unwrap();
    }
}

fn key((author, book): (i64, i64)) -> LinkKey {
    LinkKey {
        author_id: author_id(author),
        book_id: book_id(book),
    }
}

impl Peer for Books {
    fn act(&self, deed: Deed, label: usize, now: DateTime<Utc>) {
        let command = self.command(deed, label, now);
        let loaded = done(self.store.load(&command.wanted())).unwrap();
        // What is refused changes nothing.
        if let Ok(changes) = decide(&loaded, &command, now) {
            self.save(&changes, now);
        }
    }

    fn credit(&self, pair: (i64, i64), label: usize, now: DateTime<Utc>) {
        let registers = self.registers();
        let Some(held) = registers.get(&pair).filter(|held| held.presence.present) else {
            return;
        };
        let register = held.clone().with_credit(
            "translator".to_owned(),
            held.credit.position + 1,
            Some(format!("As of {label}")),
            now.timestamp_millis(),
            Side::Books,
        );
        let change = Change::Link {
            before: Some(held.clone()),
            after: Link {
                key: key(pair),
                register,
            },
        };
        self.save(&[change], now);
    }

    fn messages(&self) -> Vec<Vec<u8>> {
        messages(&self.store, Producer::Books.name())
    }

    fn hear(&self, batch: &[Vec<u8>]) {
        let batch: Vec<_> = batch.iter().map(|body| decode(body).unwrap()).collect();
        settle(&self.inbox, &batch);
    }

    fn shown(&self) -> BTreeSet<Shown> {
        let page = Page {
            after: 0,
            skip: 0,
            limit: u64::MAX,
        };
        let books = done(self.store.books(&BookFilter::default(), page)).unwrap();
        let mut shown = BTreeSet::new();
        for view in books {
            let book = (view.book.state.book_id.get(), view.book.state.title);
            shown.extend(view.authors.into_iter().map(|entry| Shown {
                author: (entry.id.get(), entry.name),
                book: book.clone(),
                role: entry.role,
                position: entry.position,
                credited_as: entry.credited_as,
            }));
        }
        shown
    }

    fn registers(&self) -> BTreeMap<(i64, i64), LinkRegister> {
        let wanted = Wanted {
            links: pairs().map(key).collect(),
            ..Wanted::default()
        };
        let links = done(self.store.load(&wanted)).unwrap().links.into_iter();
        links
            .map(|(key, register)| ((key.author_id.get(), key.book_id.get()), register))
            .collect()
    }

    fn owned(&self) -> CachedRecords {
        let wanted = Wanted {
            books: (1..=GREATEST_ID).map(book_id).collect(),
            ..Wanted::default()
        };
        let books = done(self.store.load(&wanted)).unwrap().books;
        let tombstones = books.values().filter(|book| book.deleted).count() as u64;
        CachedRecords {
            rows: books.len() as u64 - tombstones,
            tombstones,
        }
    }

    fn cached(&self) -> CachedRecords {
        done(AuthorsCache::counts(&self.store)).unwrap()
    }

    fn checkpoint(&self) -> Checkpoint {
        let checkpoints = done(self.store.checkpoints()).unwrap();
        let mut checkpoints = checkpoints.into_values();
        checkpoints.next().unwrap_or_default()
    }
}
