//! What the other side tells in tests.

use std::collections::BTreeMap;

use shared_events::{
    AuthorId, AuthorState, BookId, Credit, Event, LinkRegister, LinkState, Presence, Revision,
};

use crate::service::{NOW, Service};

fn state(number: i64, name: &str) -> AuthorState {
    AuthorState {
        author_id: AuthorId::try_from(number).unwrap(),
        name: name.to_owned(),
        birth_date: None,
        death_date: None,
        nationality: Some("Argentine".to_owned()),
        biography: None,
        aliases: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: NOW.parse().unwrap(),
        updated_at: NOW.parse().unwrap(),
    }
}

impl Service {
    pub(crate) async fn hear_of_author(&self, number: i64, version: i64, name: &str) {
        let event = Event::AuthorUpdated(state(number, name));
        self.hear(version, event).await;
    }

    pub(crate) async fn hear_of_authors(&self, numbers: impl IntoIterator<Item = i64>) {
        for number in numbers {
            self.hear_of_author(number, 1, &format!("Author {number}"))
                .await;
        }
    }

    pub(crate) async fn hear_of_deleted_author(&self, number: i64, version: i64) {
        let event = Event::AuthorDeleted(state(number, "Gone"));
        self.hear(version, event).await;
    }

    /// Links that the other side made with this credit.
    pub(crate) async fn hear_of_link(&self, book: i64, author: i64, role: &str, position: i32) {
        let revision = Revision::new(9);
        let register = LinkRegister {
            presence: Presence {
                present: true,
                revision,
            },
            credit: Credit {
                role: role.to_owned(),
                position,
                credited_as: Some("J. L. B.".to_owned()),
                revision,
            },
        };
        let book_id = BookId::try_from(book).unwrap();
        let author_id = AuthorId::try_from(author).unwrap();
        let state = LinkState::new(author_id, book_id, &register);
        self.hear(9, Event::AuthorBookLinked(state)).await;
    }
}
