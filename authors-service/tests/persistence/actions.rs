//! What tests do with a store, in a word each.

use authors_service::domain::{
    Author, AuthorFilter, AuthorView, BookEntry, CacheChanges, CachedBook, Change, Link, LinkKey,
    Page, SaveError, Wanted,
};
use replication::{inbox::Ledger, log::LogEntry, parked::ParkedMessage};
use shared_events::{AuthorId, BookId, LinkRegister};

use crate::{
    records::{author, context, created},
    store::Store,
};

/// More than any test logs.
const ALL: u32 = 100_000;

pub(crate) const EVERYTHING: Page = Page {
    after: 0,
    skip: 0,
    limit: 10_000,
};

impl Store {
    pub(crate) async fn new_id(&self) -> AuthorId {
        self.authors.next_ids(1).await.unwrap()[0]
    }

    pub(crate) async fn save(&self, changes: &[Change]) -> Result<(), SaveError> {
        self.authors.save(changes, &context()).await
    }

    pub(crate) async fn create(&self, author: &Author) {
        self.save(&[created(author)]).await.unwrap();
    }

    pub(crate) async fn create_named(&self, name: &str) -> Author {
        let author = author(self.new_id().await, name);
        self.create(&author).await;
        author
    }

    pub(crate) async fn held(&self, id: AuthorId) -> Option<Author> {
        let wanted = Wanted {
            authors: [id].into(),
            ..Wanted::default()
        };
        let mut loaded = self.authors.load(&wanted).await.unwrap();
        loaded.authors.remove(&id)
    }

    pub(crate) async fn held_link(&self, key: LinkKey) -> Option<LinkRegister> {
        let wanted = Wanted {
            links: [key].into(),
            ..Wanted::default()
        };
        let mut loaded = self.authors.load(&wanted).await.unwrap();
        loaded.links.remove(&key)
    }

    /// The greatest position of a live book's present links.
    pub(crate) async fn greatest_position(&self, book_id: BookId) -> Option<i32> {
        let wanted = Wanted {
            books: [book_id].into(),
            ..Wanted::default()
        };
        let mut loaded = self.authors.load(&wanted).await.unwrap();
        loaded.books.remove(&book_id)
    }

    /// Takes what the other side tells.
    pub(crate) async fn hear(&self, books: &[CachedBook], links: &[Link]) {
        let changes = CacheChanges {
            books: books.to_vec(),
            links: links.to_vec(),
        };
        self.cache
            .apply(&changes, &Ledger::default())
            .await
            .unwrap();
    }

    pub(crate) async fn write(&self, ledger: &Ledger) {
        let nothing = CacheChanges::default();
        self.cache.apply(&nothing, ledger).await.unwrap();
    }

    pub(crate) async fn park(&self, message: &ParkedMessage) {
        self.write(&Ledger {
            park: vec![message.clone()],
            ..Ledger::default()
        })
        .await;
    }

    pub(crate) async fn entries(&self) -> Vec<LogEntry> {
        self.log.read_after(0, ALL).await.unwrap()
    }

    pub(crate) async fn view(&self, id: AuthorId) -> AuthorView {
        self.queries.author(id).await.unwrap().unwrap()
    }

    pub(crate) async fn books_of(&self, id: AuthorId) -> Vec<BookEntry> {
        self.view(id).await.books
    }

    pub(crate) async fn titles_of(&self, id: AuthorId) -> Vec<String> {
        let books = self.books_of(id).await;
        books.into_iter().map(|book| book.title).collect()
    }

    pub(crate) async fn listed(&self, filter: &AuthorFilter, page: Page) -> Vec<AuthorId> {
        let views = self.queries.authors(filter, page).await.unwrap();
        let ids = views.into_iter().map(|view| view.author.state.author_id);
        ids.collect()
    }
}
