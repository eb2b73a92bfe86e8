//! The link of an author and a book, as this side holds it.

use shared_events::{AuthorId, BookId, LinkRegister, LinkState};

/// Names a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkKey {
    /// The author.
    pub author_id: AuthorId,
    /// The book.
    pub book_id: BookId,
}

/// A link with its register. It is visible while it is present and both ends live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which pair.
    pub key: LinkKey,
    /// What is known of it.
    pub register: LinkRegister,
}

impl From<LinkState> for Link {
    fn from(state: LinkState) -> Self {
        let key = LinkKey {
            author_id: state.author_id,
            book_id: state.book_id,
        };
        let register = state.register();
        Self { key, register }
    }
}

impl From<Link> for LinkState {
    fn from(link: Link) -> Self {
        Self::new(link.key.author_id, link.key.book_id, &link.register)
    }
}
