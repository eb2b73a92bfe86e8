//! authors-service, as the histories drive it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use authors_service::{
    adapters::{messaging::decode, persistence::MemoryStore},
    application::apply_events::ApplyEvents,
    domain::{
        AuthorFilter, AuthorQueries, AuthorRepository, BooksCache, Change, Command, Context, Link,
        LinkKey, Page, RawAuthor, Target, Wanted, decide,
    },
};
use chrono::{DateTime, Utc};
use replication::{Wakeup, checkpoint::Checkpoint, inbox::Checkpoints, sync::CachedRecords};
use shared_events::{LinkRegister, Producer, Side};

use crate::peer::{
    Deed, GREATEST_ID, Peer, Shown, author_id, book_id, done, messages, pairs, settle,
};

pub(crate) struct Authors {
    store: MemoryStore,
    inbox: ApplyEvents,
}

impl Authors {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::default();
        let inbox = ApplyEvents::new(Arc::new(store.clone()), Wakeup::default());
        Self { store, inbox }
    }

    fn command(&self, deed: Deed, label: usize, now: DateTime<Utc>) -> Command {
        let target = |number| Target {
            id: author_id(number),
            expected: None,
        };
        let raw = RawAuthor {
            name: Some(format!("Author as of {label}")),
            ..RawAuthor::default()
        };
        let fields = raw.parse(now.date_naive()).unwrap();
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
            Deed::Link(number, across) => Command::LinkBooks {
                author_id: author_id(number),
                book_ids: vec![book_id(across)],
            },
            Deed::Unlink(number, across) => Command::UnlinkBook {
                link: key((number, across)),
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

impl Peer for Authors {
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
            "editor".to_owned(),
            held.credit.position + 1,
            Some(format!("As of {label}")),
            now.timestamp_millis(),
            Side::Authors,
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
        messages(&self.store, Producer::Authors.name())
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
        let authors = done(self.store.authors(&AuthorFilter::default(), page)).unwrap();
        let mut shown = BTreeSet::new();
        for view in authors {
            let author = (view.author.state.author_id.get(), view.author.state.name);
            shown.extend(view.books.into_iter().map(|entry| Shown {
                author: author.clone(),
                book: (entry.id.get(), entry.title),
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
            authors: (1..=GREATEST_ID).map(author_id).collect(),
            ..Wanted::default()
        };
        let authors = done(self.store.load(&wanted)).unwrap().authors;
        let tombstones = authors.values().filter(|author| author.deleted).count() as u64;
        CachedRecords {
            rows: authors.len() as u64 - tombstones,
            tombstones,
        }
    }

    fn cached(&self) -> CachedRecords {
        done(BooksCache::counts(&self.store)).unwrap()
    }

    fn checkpoint(&self) -> Checkpoint {
        let checkpoints = done(self.store.checkpoints()).unwrap();
        let mut checkpoints = checkpoints.into_values();
        checkpoints.next().unwrap_or_default()
    }
}
