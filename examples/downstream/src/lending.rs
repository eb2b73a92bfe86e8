//! Which books can be lent, as the books' owner has told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use event_bus::{ConsumeError, EventBus, EventConsumer};
use shared_events::{BookId, Envelope, Event, RecordVersion};
use tokio::time::sleep;

/// How many events one commit may take.
const BATCH: usize = 256;

/// Before the bus is tried again after it failed.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// What the desk knows of one book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lendable {
    /// How new that is.
    pub version: RecordVersion,
    /// Its title; none once the book is deleted. The row stays, so that a late event does not
    /// bring the book back.
    pub title: Option<String>,
}

/// The desk's copy. It stands for a table: what is in it is committed. A clone is another handle.
#[derive(Debug, Clone, Default)]
pub struct Lending {
    rows: Arc<Mutex<BTreeMap<BookId, Lendable>>>,
}

impl Lending {
    /// Everything that the desk knows.
    #[must_use]
    pub fn books(&self) -> BTreeMap<BookId, Lendable> {
        self.rows().clone()
    }

    /// Keeps the copy up to date with what comes into `queue`, until it is dropped.
    pub async fn follow(&self, bus: Arc<dyn EventBus>, queue: &str) {
        let mut consumer = bus.consumer(queue);
        loop {
            // After an error what was not acknowledged comes again, and is applied once more.
            if let Err(_lost) = self.take_batch(&mut *consumer).await {
                sleep(RETRY_AFTER).await;
            }
        }
    }

    async fn take_batch(&self, consumer: &mut dyn EventConsumer) -> Result<(), ConsumeError> {
        let batch = consumer.next_batch(BATCH).await?;
        {
            // One transaction, were it a database; and committed before the acknowledgement.
            let mut rows = self.rows();
            for delivery in &batch {
                if let Some((id, book)) = read(&delivery.body) {
                    let held = rows.get(&id).map(|held| held.version);
                    if book.version.supersedes(held) {
                        rows.insert(id, book);
                    }
                }
            }
        }
        match batch.last() {
            Some(last) => consumer.ack(last.tag).await,
            None => Ok(()),
        }
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<BookId, Lendable>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an event tells the desk. None if it is not about a book, or can't be read: a desk with a
/// database would put that aside in a table, to look into it and to try it again after an update.
fn read(body: &[u8]) -> Option<(BookId, Lendable)> {
    let envelope = Envelope::parse(body).ok()?;
    let version = RecordVersion {
        epoch: envelope.epoch,
        version: envelope.version,
    };
    let (id, title) = match envelope.event().ok()? {
        Event::BookCreated(book) | Event::BookUpdated(book) => (book.book_id, Some(book.title)),
        Event::BookDeleted(book) => (book.book_id, None),
        Event::AuthorCreated(_)
        | Event::AuthorUpdated(_)
        | Event::AuthorDeleted(_)
        | Event::AuthorBookLinked(_)
        | Event::AuthorBookUnlinked(_)
        | Event::BookAuthorLinked(_)
        | Event::BookAuthorUnlinked(_) => return None,
    };
    Some((id, Lendable { version, title }))
}
