//! What tests do with a store, in a word each.

use books_service::domain::{
    AuthorEntry, Book, BookFilter, BookView, CacheChanges, CachedAuthor, Change, Claim, Link,
    LinkKey, Page, SaveError, Wanted,
};
use replication::{inbox::Ledger, log::LogEntry, parked::ParkedMessage};
use shared_events::{AuthorId, BookId, LinkRegister};

use crate::{
    records::{book, context, created},
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
    pub(crate) async fn new_id(&self) -> BookId {
        self.books.next_ids(1).await.unwrap()[0]
    }

    pub(crate) async fn save(&self, changes: &[Change]) -> Result<(), SaveError> {
        self.books.save(changes, &context()).await
    }

    pub(crate) async fn create(&self, book: &Book) {
        self.save(&[created(book)]).await.unwrap();
    }

    pub(crate) async fn create_titled(&self, name: &str) -> Book {
        let book = book(self.new_id().await, name);
        self.create(&book).await;
        book
    }

    pub(crate) async fn held(&self, id: BookId) -> Option<Book> {
        let wanted = Wanted {
            books: [id].into(),
            ..Wanted::default()
        };
        let mut loaded = self.books.load(&wanted).await.unwrap();
        loaded.books.remove(&id)
    }

    pub(crate) async fn held_link(&self, key: LinkKey) -> Option<LinkRegister> {
        let wanted = Wanted {
            links: [key].into(),
            ..Wanted::default()
        };
        let mut loaded = self.books.load(&wanted).await.unwrap();
        loaded.links.remove(&key)
    }

    /// Whether this side knows of a live author.
    pub(crate) async fn knows_author(&self, author_id: AuthorId) -> bool {
        let wanted = Wanted {
            authors: [author_id].into(),
            ..Wanted::default()
        };
        let loaded = self.books.load(&wanted).await.unwrap();
        loaded.authors.contains(&author_id)
    }

    /// The greatest position of a book's present links; 0 if there is none.
    pub(crate) async fn greatest_position(&self, book_id: BookId) -> i32 {
        let wanted = Wanted {
            positions: [book_id].into(),
            ..Wanted::default()
        };
        let mut loaded = self.books.load(&wanted).await.unwrap();
        loaded.positions.remove(&book_id).unwrap_or(0)
    }

    /// The live book that has `claim`.
    pub(crate) async fn owner(&self, claim: &Claim) -> Option<BookId> {
        let wanted = Wanted {
            claims: [claim.clone()].into(),
            ..Wanted::default()
        };
        let mut loaded = self.books.load(&wanted).await.unwrap();
        loaded.claims.remove(claim)
    }

    /// Takes what the other side tells.
    pub(crate) async fn hear(&self, authors: &[CachedAuthor], links: &[Link]) {
        let changes = CacheChanges {
            authors: authors.to_vec(),
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

    pub(crate) async fn view(&self, id: BookId) -> BookView {
        self.queries.book(id).await.unwrap().unwrap()
    }

    pub(crate) async fn authors_of(&self, id: BookId) -> Vec<AuthorEntry> {
        self.view(id).await.authors
    }

    pub(crate) async fn names_of(&self, id: BookId) -> Vec<String> {
        let authors = self.authors_of(id).await;
        authors.into_iter().map(|author| author.name).collect()
    }

    pub(crate) async fn listed(&self, filter: &BookFilter, page: Page) -> Vec<BookId> {
        let views = self.queries.books(filter, page).await.unwrap();
        let ids = views.into_iter().map(|view| view.book.state.book_id);
        ids.collect()
    }
}
