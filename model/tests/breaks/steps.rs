//! The order of steps, broken in one place each.

use convergence_model::{
    Acknowledge, Confirm, Deletion, Heartbeat, Logging, Merging, Promise, Rules, Save, Scope,
    TakeSequence,
};

use crate::assert_found;

#[test]
fn an_event_must_not_be_written_after_its_change() {
    let rules = Rules {
        logging: Logging::AfterIt,
        ..Rules::production()
    };
    // And once the process dies between the two, nobody ever hears of the change.
    let promises = [Promise::ChangeIsLogged, Promise::QuietIsEqual];
    assert_found(rules, Scope::TRANSACTIONS, promises);
}

#[test]
fn a_sequence_must_not_be_taken_before_the_commit() {
    let rules = Rules {
        take_sequence: TakeSequence::AtBegin,
        ..Rules::production()
    };
    // A reader passes over the late committer; a transaction that never commits leaves a gap.
    let promises = [Promise::PublishedIsQueued, Promise::SequencesGapless];
    assert_found(rules, Scope::TRANSACTIONS, promises);
}

#[test]
fn a_save_must_not_overlook_what_changed_meanwhile() {
    let rules = Rules {
        save: Save::Always,
        ..Rules::production()
    };
    let promises = [Promise::SettledIsApplied, Promise::VersionsUnique];
    assert_found(rules, Scope::TRANSACTIONS, promises);
}

#[test]
fn a_relay_must_not_move_on_before_the_confirms() {
    let rules = Rules {
        confirm: Confirm::Assumed,
        ..Rules::production()
    };
    let promises = [Promise::PublishedIsQueued, Promise::QuietIsEqual];
    assert_found(rules, Scope::PROCESSES, promises);
}

#[test]
fn a_merge_must_not_be_an_effect_of_what_was_read_before() {
    let rules = Rules {
        merging: Merging::BeforeIt,
        ..Rules::production()
    };
    let promises = [Promise::NothingLost, Promise::QuietIsEqual];
    assert_found(rules, Scope::PROCESSES, promises);
}

#[test]
fn a_merge_must_not_emit_an_event() {
    let rules = Rules {
        merging: Merging::WithAnEvent,
        ..Rules::production()
    };
    // Each side answers the other's event with one of its own, and so on.
    let promises = [Promise::LogIsOwn, Promise::EachStepLeadsToRest];
    assert_found(rules, Scope::LINKS, promises);
}

#[test]
fn a_deleted_record_must_leave_a_tombstone() {
    let rules = Rules {
        deletion: Deletion::Removal,
        ..Rules::production()
    };
    assert_found(rules, Scope::RECORDS, [Promise::NothingResurrected]);
}

#[test]
fn an_acknowledgment_must_not_come_before_the_commit() {
    let rules = Rules {
        acknowledge: Acknowledge::Delivered,
        ..Rules::production()
    };
    let promises = [Promise::PublishedIsQueued, Promise::QuietIsEqual];
    assert_found(rules, Scope::PROCESSES, promises);
}

#[test]
fn an_acknowledgment_must_not_reach_beyond_the_commit() {
    let rules = Rules {
        acknowledge: Acknowledge::BeyondTheCommit,
        ..Rules::production()
    };
    let promises = [Promise::PublishedIsQueued, Promise::QuietIsEqual];
    assert_found(rules, Scope::PROCESSES, promises);
}

#[test]
fn a_lost_tail_must_show() {
    let rules = Rules {
        heartbeat: Heartbeat::Missing,
        ..Rules::production()
    };
    assert_found(rules, Scope::LOSSES, [Promise::QuietIsEqual]);
}
