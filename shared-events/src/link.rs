//! The link of an author and a book: one register per pair, in two parts that merge separately.
//!
//! Each side keeps the register and may change it at any time without asking the other. A change
//! gives the changed part a new [`Revision`], greater than any the writer holds; two copies merge
//! part by part, the greater revision winning. So both sides come to the same register, whatever
//! the order in which they hear of each other's changes, and editing a credit never brings back a
//! removed link.

use serde::{Deserialize, Serialize};

/// Which side of the pair wrote a revision. It is the revision's lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// authors-service: even revisions.
    Authors,
    /// books-service: odd revisions.
    Books,
}

impl Side {
    /// The lowest bit of its revisions.
    pub const fn bit(self) -> i64 {
        match self {
            Self::Authors => 0,
            Self::Books => 1,
        }
    }
}

/// When a part of a link was last changed: a hybrid logical clock, with the writer's side in its
/// lowest bit, so that two sides never tie.
///
/// The upper bits are milliseconds since 1970 shifted left by 10, or more if that was needed to
/// exceed what the writer held. It stays below 2^53 until the year 2248, so it is exact in JSON.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Revision(i64);

impl Revision {
    /// Wraps a number that was once a revision.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The least revision of `side` that is at least `held + 1` and at least `now_ms << 10`.
    ///
    /// `held` is the greatest revision of *either* part of the register, not just of the part
    /// that changes: an event's version is the greater of the two, so each change of a register
    /// must exceed both for `(key, version)` to stay unique in the writer's log.
    pub fn next(held: Self, now_ms: i64, side: Side) -> Self {
        let least = (held.0 + 1).max(now_ms << 10);
        Self(least + ((least & 1) ^ side.bit()))
    }

    /// The side that wrote it.
    pub const fn side(self) -> Side {
        if self.0 & 1 == 0 {
            Side::Authors
        } else {
            Side::Books
        }
    }
}

/// Whether the link is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Presence {
    /// `false` once the link was removed.
    pub present: bool,
    /// When that was last changed.
    pub revision: Revision,
}

/// How the author is credited on the book.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Credit {
    /// What the author did: `author`, `translator`, `illustrator`…
    pub role: String,
    /// Place among the book's authors, from 1.
    pub position: i32,
    /// The name printed in the book, if it is not the author's own.
    pub credited_as: Option<String>,
    /// When that was last changed.
    pub revision: Revision,
}

/// The register of one pair.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkRegister {
    /// Whether the link is there.
    pub presence: Presence,
    /// How the author is credited.
    pub credit: Credit,
}

impl LinkRegister {
    /// A new link: the role `author` at `position`.
    pub fn new(position: i32, now_ms: i64, side: Side) -> Self {
        let revision = Revision::next(Revision::default(), now_ms, side);
        Self {
            presence: Presence {
                present: true,
                revision,
            },
            credit: Credit {
                role: "author".to_owned(),
                position,
                credited_as: None,
                revision,
            },
        }
    }

    /// The same link, there or not, as changed now by `side`. The credit stays as it is.
    #[must_use]
    pub fn with_presence(mut self, present: bool, now_ms: i64, side: Side) -> Self {
        self.presence = Presence {
            present,
            revision: Revision::next(self.greatest_revision(), now_ms, side),
        };
        self
    }

    /// The same link with another credit, as changed now by `side`. Whether it is there stays as
    /// it is.
    #[must_use]
    pub fn with_credit(
        mut self,
        role: String,
        position: i32,
        credited_as: Option<String>,
        now_ms: i64,
        side: Side,
    ) -> Self {
        self.credit = Credit {
            role,
            position,
            credited_as,
            revision: Revision::next(self.greatest_revision(), now_ms, side),
        };
        self
    }

    /// The greater of the two parts' revisions: the version of the event that tells of it.
    pub fn greatest_revision(&self) -> Revision {
        self.presence.revision.max(self.credit.revision)
    }

    /// What two copies agree on: of each part, the one with the greater revision.
    ///
    /// Commutative, associative and idempotent as long as equal revisions mean equal parts, which
    /// [`Revision::next`] provides for.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            presence: if other.presence.revision > self.presence.revision {
                other.presence
            } else {
                self.presence
            },
            credit: if other.credit.revision > self.credit.revision {
                other.credit
            } else {
                self.credit
            },
        }
    }

    /// What is right where two copies disagree although the same revision was told to both, so
    /// that one of them was corrupted: of such a part, what the side that wrote the revision holds.
    /// `other` is what `others_side` holds. Otherwise as [`Self::merge`].
    #[must_use]
    pub fn repair(self, other: Self, others_side: Side) -> Self {
        let wins = |ours: Revision, theirs: Revision| {
            theirs > ours || (theirs == ours && theirs.side() == others_side)
        };
        Self {
            presence: if wins(self.presence.revision, other.presence.revision) {
                other.presence
            } else {
                self.presence
            },
            credit: if wins(self.credit.revision, other.credit.revision) {
                other.credit
            } else {
                self.credit
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    #[test]
    fn a_revision_names_its_side_in_the_lowest_bit() {
        for held in [0, 1, 2, (NOW << 10) - 1, NOW << 10, (NOW << 10) + 7] {
            for side in [Side::Authors, Side::Books] {
                let next = Revision::next(Revision::new(held), NOW, side);
                assert_eq!(next.side(), side);
                assert!(next.get() > held && next.get() >= NOW << 10);
                assert!(next.get() <= (held + 1).max(NOW << 10) + 1, "not the least");
            }
        }
    }

    #[test]
    fn two_sides_never_tie() {
        let held = Revision::new(NOW << 10);
        assert_ne!(
            Revision::next(held, NOW, Side::Authors),
            Revision::next(held, NOW, Side::Books)
        );
    }

    #[test]
    fn a_revision_is_exact_in_json_for_centuries() {
        let in_2240 = 8_520_336_000_000_i64;
        assert!(Revision::next(Revision::default(), in_2240, Side::Books).get() < 1 << 53);
    }

    #[test]
    fn a_clock_set_back_still_gives_a_greater_revision() {
        let link = LinkRegister::new(1, NOW, Side::Authors);
        let removed = link
            .clone()
            .with_presence(false, NOW - 3_600_000, Side::Books);
        assert!(removed.presence.revision > link.presence.revision);
        assert!(!link.merge(removed).presence.present);
    }

    #[test]
    fn each_change_exceeds_both_parts_so_that_versions_are_unique() {
        let link = LinkRegister::new(1, NOW, Side::Authors);
        let credited = link.with_credit("editor".into(), 1, None, NOW + 3_600_000, Side::Authors);
        let removed = credited.clone().with_presence(false, NOW, Side::Authors);
        assert!(removed.greatest_revision() > credited.greatest_revision());
    }

    #[test]
    fn at_one_revision_the_side_that_wrote_it_is_right() {
        let written = LinkRegister::new(1, NOW, Side::Authors);
        let mut flipped = written.clone();
        flipped.presence.present = false;
        flipped.credit.role = "nobody".to_owned();
        let asked_by_books = flipped.clone().repair(written.clone(), Side::Authors);
        assert_eq!(asked_by_books, written);
        let asked_by_authors = written.clone().repair(flipped, Side::Books);
        assert_eq!(asked_by_authors, written);
        let newer = written.clone().with_presence(false, NOW + 1, Side::Books);
        assert_eq!(written.repair(newer.clone(), Side::Books), newer);
    }

    #[test]
    fn editing_a_credit_does_not_bring_back_a_removed_link() {
        let link = LinkRegister::new(1, NOW, Side::Authors);
        let removed = link.clone().with_presence(false, NOW + 1, Side::Authors);
        let edited = link.with_credit("translator".into(), 2, None, NOW + 2, Side::Books);
        let merged = removed.merge(edited);
        assert!(!merged.presence.present);
        assert_eq!(merged.credit.role, "translator");
    }
}
