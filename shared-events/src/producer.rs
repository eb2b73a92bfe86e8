//! Who publishes, and where.

use std::fmt;

use crate::Side;

/// A service that publishes catalog events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Producer {
    /// The owner of authors.
    Authors,
    /// The owner of books.
    Books,
}

impl Producer {
    /// Every producer.
    pub const ALL: [Self; 2] = [Self::Authors, Self::Books];

    /// The service's name, as in the envelope's `producer`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authors => "authors-service",
            Self::Books => "books-service",
        }
    }

    /// The topic exchange it publishes its events to.
    pub const fn exchange(self) -> &'static str {
        match self {
            Self::Authors => "authors.events",
            Self::Books => "books.events",
        }
    }

    /// The durable queue from which this service takes the other's events.
    pub const fn queue(self) -> &'static str {
        match self {
            Self::Authors => "authors-service.books.events",
            Self::Books => "books-service.authors.events",
        }
    }

    /// The queue on which it is told and asked what is no event.
    pub const fn control_queue(self) -> &'static str {
        match self {
            Self::Authors => "authors-service.control",
            Self::Books => "books-service.control",
        }
    }

    /// Its side of each link.
    pub const fn side(self) -> Side {
        match self {
            Self::Authors => Side::Authors,
            Self::Books => Side::Books,
        }
    }

    /// The service at the other end of the pair.
    pub const fn other(self) -> Self {
        match self {
            Self::Authors => Self::Books,
            Self::Books => Self::Authors,
        }
    }

    /// Finds the producer of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}

impl fmt::Display for Producer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
