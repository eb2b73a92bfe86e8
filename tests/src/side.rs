//! The two sides, so that what holds for one is asked of the other in the same words.

use serde_json::{Value, json};
use shared_events::Producer;

use crate::process::Program;

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// authors-service.
    Authors,
    /// books-service.
    Books,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Authors, Self::Books];

    /// Its place in [`Self::BOTH`].
    pub fn index(self) -> usize {
        match self {
            Self::Authors => 0,
            Self::Books => 1,
        }
    }

    /// The service at the other end.
    pub fn other(self) -> Self {
        match self {
            Self::Authors => Self::Books,
            Self::Books => Self::Authors,
        }
    }

    /// The service as its events name it.
    pub fn producer(self) -> Producer {
        match self {
            Self::Authors => Producer::Authors,
            Self::Books => Producer::Books,
        }
    }

    /// The program that is this service alone.
    pub fn program(self) -> Program {
        match self {
            Self::Authors => Program::AuthorsService,
            Self::Books => Program::BooksService,
        }
    }

    /// The path of its records.
    pub fn records(self) -> &'static str {
        match self {
            Self::Authors => "/authors",
            Self::Books => "/books",
        }
    }

    /// A record's body.
    pub fn record(self, name: &str) -> Value {
        match self {
            Self::Authors => json!({"name": name}),
            Self::Books => json!({"title": name}),
        }
    }

    /// The path of one of its records.
    pub fn path_of(self, id: i64) -> String {
        format!("{}/{id}", self.records())
    }

    /// The path of the links of one of its records.
    pub fn links_of(self, id: i64) -> String {
        format!("{}{}", self.path_of(id), self.other().records())
    }

    /// The body that links a record to these of the other side.
    pub fn link_to(self, others: &[i64]) -> Value {
        match self {
            Self::Authors => json!({"book_ids": others}),
            Self::Books => json!({"author_ids": others}),
        }
    }
}
