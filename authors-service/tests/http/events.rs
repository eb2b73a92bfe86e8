//! What the other side tells in tests.

use std::collections::BTreeMap;

use shared_events::{
    AuthorId, BookId, BookState, Credit, Event, LinkRegister, LinkState, Presence, Revision,
};

use crate::service::{NOW, Service};

fn state(number: i64, title: &str) -> BookState {
    BookState {
        book_id: BookId::try_from(number).unwrap(),
        title: title.to_owned(),
        subtitle: None,
        isbn: Some("9780000000002".to_owned()),
        publication_year: Some(1967),
        language: None,
        publisher: None,
        page_count: None,
        description: None,
        subjects: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: NOW.parse().unwrap(),
        updated_at: NOW.parse().unwrap(),
    }
}

impl Service {
    pub(crate) async fn hear_of_book(&self, number: i64, version: i64, title: &str) {
        let event = Event::BookUpdated(state(number, title));
        self.hear(version, event).await;
    }

    pub(crate) async fn hear_of_books(&self, numbers: impl IntoIterator<Item = i64>) {
        for number in numbers {
            self.hear_of_book(number, 1, &format!("Book {number}"))
                .await;
        }
    }

    pub(crate) async fn hear_of_deleted_book(&self, number: i64, version: i64) {
        let event = Event::BookDeleted(state(number, "Gone"));
        self.hear(version, event).await;
    }

    /// Links that the other side made with this credit.
    pub(crate) async fn hear_of_link(&self, author: i64, book: i64, role: &str, position: i32) {
        let revision = Revision::new(9);
        let register = LinkRegister {
            presence: Presence {
                present: true,
                revision,
            },
            credit: Credit {
                role: role.to_owned(),
                position,
                credited_as: Some("G. G. M.".to_owned()),
                revision,
            },
        };
        let author_id = AuthorId::try_from(author).unwrap();
        let book_id = BookId::try_from(book).unwrap();
        let state = LinkState::new(author_id, book_id, &register);
        self.hear(9, Event::BookAuthorLinked(state)).await;
    }
}
