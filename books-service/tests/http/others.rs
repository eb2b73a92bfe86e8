//! Somebody else, who writes while a request is being carried out.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use books_service::{
    adapters::persistence::MemoryStore,
    domain::{Book, BookRepository, Change, Context, Loaded, SaveError, Wanted},
};
use replication::{StoreError, answers::KeptAnswer};
use shared_events::BookId;

use crate::service::NOW;

/// What somebody else makes of book 1.
type Write = fn(&Book) -> Book;

/// The store as commands see it.
#[derive(Default)]
pub(crate) struct Others {
    store: Arc<MemoryStore>,
    after_load: Mutex<Option<Write>>,
    after_save: Mutex<Option<Write>>,
}

impl Others {
    pub(crate) fn on(store: Arc<MemoryStore>) -> Self {
        Self {
            store,
            ..Self::default()
        }
    }

    /// From now on somebody writes whenever a command has read.
    pub(crate) fn write_after_load(&self, write: Write) {
        *self.after_load.lock().unwrap() = Some(write);
    }

    /// From now on somebody writes whenever a command has saved.
    pub(crate) fn write_after_save(&self, write: Write) {
        *self.after_save.lock().unwrap() = Some(write);
    }

    async fn interfere(&self, when: &Mutex<Option<Write>>) {
        let Some(write) = *when.lock().unwrap() else {
            return;
        };
        let id = BookId::try_from(1).unwrap();
        let wanted = Wanted {
            books: [id].into(),
            ..Wanted::default()
        };
        let held = self.store.load(&wanted).await.unwrap().books.remove(&id);
        let before = held.unwrap();
        let change = Change::Book {
            after: Box::new(write(&before)),
            before: Some(Box::new(before)),
        };
        let context = Context {
            correlation_id: "somebody else".to_owned(),
            traceparent: None,
            actor: None,
            now: NOW.parse().unwrap(),
        };
        self.store.save(&[change], &context).await.unwrap();
    }
}

#[async_trait]
impl BookRepository for Others {
    async fn next_ids(&self, count: u32) -> Result<Vec<BookId>, StoreError> {
        self.store.next_ids(count).await
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let loaded = self.store.load(wanted).await;
        self.interfere(&self.after_load).await;
        loaded
    }

    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError> {
        self.store.save(changes, context).await?;
        self.interfere(&self.after_save).await;
        Ok(())
    }

    async fn save_answered(
        &self,
        changes: &[Change],
        context: &Context,
        answer: &KeptAnswer,
    ) -> Result<(), SaveError> {
        let store = &self.store;
        store.save_answered(changes, context, answer).await?;
        self.interfere(&self.after_save).await;
        Ok(())
    }
}
