//! books-service in the simulation.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use books_service::{
    adapters::{
        messaging::decode,
        persistence::{LoggedBooks, MemoryStore},
    },
    application::{apply_events::ApplyEvents, commands::Commands},
    domain::{BookQueries, BookRepository, LinkKey, RawBook, RawCredit, Target, Wanted},
};
use replication::Wakeup;
use service_kit::clock::Clock;
use shared_events::{AuthorId, BookId, Key, LinkRegister};
use tokio_util::sync::CancellationToken;

use crate::side::{Acknowledged, Commanded, SideParts, caller};

/// The parts of the side that owns books.
pub(crate) fn parts(clock: Arc<dyn Clock>) -> SideParts {
    let store = Arc::new(MemoryStore::default());
    let cache_changed = Wakeup::default();
    let commands = Commands::new(
        store.clone(),
        clock,
        cache_changed.clone(),
        CancellationToken::new(),
    );
    SideParts {
        commands: Box::new(Editor {
            commands,
            past: LoggedBooks::new(store.clone()),
            store: store.clone(),
        }),
        settle: Arc::new(ApplyEvents::new(store.clone(), cache_changed)),
        decode,
        log: store.clone(),
        checkpoints: store.clone(),
        parked: store.clone(),
        records: store,
    }
}

struct Editor {
    commands: Commands,
    past: LoggedBooks,
    store: Arc<MemoryStore>,
}

impl Editor {
    async fn record(&self, id: BookId) -> Option<Acknowledged> {
        let view = self.store.book(id).await.ok()??;
        Some(Acknowledged::Record {
            key: Key::Book(id),
            version: view.book.version,
            deleted: view.book.deleted,
        })
    }

    async fn register(&self, key: LinkKey) -> Option<(Key, LinkRegister)> {
        let mut wanted = Wanted::default();
        wanted.links.insert(key);
        let mut loaded = self.store.load(&wanted).await.ok()?;
        let register = loaded.links.remove(&key)?;
        let key = Key::Link {
            author_id: key.author_id,
            book_id: key.book_id,
        };
        Some((key, register))
    }

    async fn presence(&self, key: LinkKey) -> Option<Acknowledged> {
        let (key, register) = self.register(key).await?;
        Some(Acknowledged::Presence {
            key,
            presence: register.presence,
        })
    }
}

#[async_trait]
impl Commanded for Editor {
    async fn create(&self, name: &str) -> Option<Acknowledged> {
        let created = self
            .commands
            .create(fields(name)?, &caller(), None)
            .await
            .ok()?;
        self.record(created.outcome.state.book_id).await
    }

    async fn revise(&self, id: i64, name: &str) -> Option<Acknowledged> {
        let target = target(id)?;
        let fields = fields(name)?;
        let id = target.id;
        let done = self.commands.revise(target, fields, &caller()).await.ok()?;
        if !done.outcome.changed {
            return None;
        }
        self.record(id).await
    }

    async fn delete(&self, id: i64) -> Option<Acknowledged> {
        let target = target(id)?;
        let id = target.id;
        self.commands.delete(target, &caller()).await.ok()?;
        self.record(id).await
    }

    async fn restore(&self, id: i64) -> Option<Acknowledged> {
        let target = target(id)?;
        let id = target.id;
        let done = self.commands.restore(target, &caller(), None).await.ok()?;
        if !done.outcome.changed {
            return None;
        }
        self.record(id).await
    }

    async fn revert(&self, id: i64) -> Option<Acknowledged> {
        let target = target(id)?;
        let id = target.id;
        let caller = caller();
        let done = self.commands.revert(target, 1, &self.past, &caller, None);
        if !done.await.ok()?.outcome.changed {
            return None;
        }
        self.record(id).await
    }

    async fn link(&self, id: i64, other: i64) -> Option<Acknowledged> {
        let key = key(id, other)?;
        let caller = caller();
        let linked = self.commands.link_authors(
            key.book_id,
            vec![key.author_id],
            Duration::ZERO,
            &caller,
            None,
        );
        let linked = linked.await.ok()?.outcome.linked;
        if linked.is_empty() {
            return None;
        }
        self.presence(key).await
    }

    async fn unlink(&self, id: i64, other: i64) -> Option<Acknowledged> {
        let key = key(id, other)?;
        let done = self.commands.unlink_author(key, &caller()).await.ok()?;
        if !done.outcome {
            return None;
        }
        self.presence(key).await
    }

    async fn credit(&self, id: i64, other: i64, role: &str) -> Option<Acknowledged> {
        let key = key(id, other)?;
        let credit = RawCredit {
            role: Some(role.to_owned()),
            ..RawCredit::default()
        };
        let credit = credit.parse().ok()?;
        let credited = self.commands.credit(key, credit, &caller()).await;
        if !credited.ok()?.outcome.changed {
            return None;
        }
        let (key, register) = self.register(key).await?;
        Some(Acknowledged::Credit {
            key,
            credit: register.credit,
        })
    }
}

fn target(id: i64) -> Option<Target> {
    Some(Target {
        id: BookId::try_from(id).ok()?,
        expected: None,
    })
}

fn key(id: i64, other: i64) -> Option<LinkKey> {
    Some(LinkKey {
        book_id: BookId::try_from(id).ok()?,
        author_id: AuthorId::try_from(other).ok()?,
    })
}

fn fields(name: &str) -> Option<books_service::domain::BookFields> {
    let raw = RawBook {
        title: Some(name.to_owned()),
        ..RawBook::default()
    };
    raw.parse(1970).ok()
}
