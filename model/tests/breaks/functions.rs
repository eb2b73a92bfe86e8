//! The functions of the contract and of the checkpoint, each with its rule broken.

use convergence_model::{Promise, Rules, Scope};
use replication::checkpoint::Checkpoint;
use shared_events::{LinkRegister, RecordVersion, Revision, Side};

use crate::assert_found;

#[test]
fn a_copy_must_not_take_the_version_it_holds() {
    fn or_equal(version: RecordVersion, held: Option<RecordVersion>) -> bool {
        held.is_none_or(|held| version >= held)
    }
    let rules = Rules {
        supersedes: or_equal,
        ..Rules::production()
    };
    assert_found(rules, Scope::RECORDS, [Promise::NothingTakenTwice]);
}

#[test]
fn a_copy_must_not_take_whatever_comes() {
    fn always(_: RecordVersion, _: Option<RecordVersion>) -> bool {
        true
    }
    let rules = Rules {
        supersedes: always,
        ..Rules::production()
    };
    let promises = [
        Promise::SettledIsApplied,
        Promise::NothingResurrected,
        Promise::QuietIsEqual,
    ];
    assert_found(rules, Scope::RECORDS, promises);
}

#[test]
fn a_part_of_equal_revision_must_not_be_taken() {
    fn or_equal(held: LinkRegister, other: LinkRegister) -> LinkRegister {
        LinkRegister {
            presence: if other.presence.revision >= held.presence.revision {
                other.presence
            } else {
                held.presence
            },
            credit: if other.credit.revision >= held.credit.revision {
                other.credit
            } else {
                held.credit
            },
        }
    }
    let rules = Rules {
        merge: or_equal,
        ..Rules::production()
    };
    // What was changed by hand at the copy comes back to the side that wrote it.
    assert_found(rules, Scope::CORRUPTION, [Promise::NothingLost]);
}

#[test]
fn presence_and_credit_must_not_be_merged_under_one_revision() {
    fn whole(held: LinkRegister, other: LinkRegister) -> LinkRegister {
        if other.greatest_revision() > held.greatest_revision() {
            other
        } else {
            held
        }
    }
    let rules = Rules {
        merge: whole,
        ..Rules::production()
    };
    assert_found(rules, Scope::LINKS, [Promise::NothingLost]);
}

#[test]
fn a_credit_must_not_bear_on_the_presence() {
    fn credit_and_presence(
        link: LinkRegister,
        role: String,
        position: i32,
        credited_as: Option<String>,
        now_ms: i64,
        side: Side,
    ) -> LinkRegister {
        let mut link = link.with_credit(role, position, credited_as, now_ms, side);
        link.presence.revision = link.credit.revision;
        link
    }
    let rules = Rules {
        with_credit: credit_and_presence,
        ..Rules::production()
    };
    assert_found(rules, Scope::LINKS, [Promise::NothingResurrected]);
}

#[test]
fn an_event_must_not_overwrite_the_register() {
    fn overwrite(_: LinkRegister, other: LinkRegister) -> LinkRegister {
        other
    }
    let rules = Rules {
        merge: overwrite,
        ..Rules::production()
    };
    let promises = [Promise::NothingLost, Promise::QuietIsEqual];
    assert_found(rules, Scope::LINKS, promises);
}

/// A change of presence whose revision is the least that is at least `least`, of `side` if named.
fn presence_at(
    mut link: LinkRegister,
    present: bool,
    least: i64,
    side: Option<Side>,
) -> LinkRegister {
    let revision = match side {
        Some(side) => Revision::next(Revision::new(least - 1), 0, side),
        None => Revision::new(least),
    };
    link.presence.present = present;
    link.presence.revision = revision;
    link
}

#[test]
fn a_revision_must_exceed_both_parts() {
    fn exceeding_its_own(
        link: LinkRegister,
        present: bool,
        now_ms: i64,
        side: Side,
    ) -> LinkRegister {
        let least = (link.presence.revision.get() + 1).max(now_ms << 10);
        presence_at(link, present, least, Some(side))
    }
    let rules = Rules {
        with_presence: exceeding_its_own,
        ..Rules::production()
    };
    assert_found(rules, Scope::LINKS, [Promise::VersionsUnique]);
}

#[test]
fn a_revision_must_not_trust_the_clock() {
    fn of_the_clock(link: LinkRegister, present: bool, now_ms: i64, side: Side) -> LinkRegister {
        presence_at(link, present, (now_ms << 10).max(1), Some(side))
    }
    let rules = Rules {
        with_presence: of_the_clock,
        ..Rules::production()
    };
    assert_found(rules, Scope::LINKS, [Promise::NothingLost]);
}

#[test]
fn a_revision_must_name_its_side() {
    fn new(position: i32, now_ms: i64, side: Side) -> LinkRegister {
        let mut link = LinkRegister::new(position, now_ms, side);
        link.presence.revision = Revision::new((now_ms << 10).max(1));
        link.credit.revision = link.presence.revision;
        link
    }
    fn with_presence(link: LinkRegister, present: bool, now_ms: i64, _: Side) -> LinkRegister {
        let least = (link.greatest_revision().get() + 1).max(now_ms << 10);
        presence_at(link, present, least, None)
    }
    fn with_credit(
        link: LinkRegister,
        role: String,
        position: i32,
        credited_as: Option<String>,
        now_ms: i64,
        side: Side,
    ) -> LinkRegister {
        let least = (link.greatest_revision().get() + 1).max(now_ms << 10);
        let mut link = link.with_credit(role, position, credited_as, now_ms, side);
        link.credit.revision = Revision::new(least);
        link
    }
    let rules = Rules {
        new_link: new,
        with_presence,
        with_credit,
        ..Rules::production()
    };
    assert_found(rules, Scope::LINKS, [Promise::QuietIsEqual]);
}

#[test]
fn a_checkpoint_must_not_settle_through_a_gap() {
    fn through_gaps(checkpoint: &mut Checkpoint, sequence: i64) {
        let through = checkpoint.through().max(sequence);
        *checkpoint = Checkpoint::restore(through, []);
    }
    let rules = Rules {
        settle: through_gaps,
        ..Rules::production()
    };
    let promises = [Promise::SettledIsApplied, Promise::QuietIsEqual];
    assert_found(rules, Scope::LOSSES, promises);
}
