//! Evidence of every wrong, and of none.

use chrono::DateTime;
use shared_events::{AuthorState, LinkRegister, LinkState, RecordVersion, Side as Writer};

use super::*;
use crate::catalog_copy::CatalogCopy;

const NOW: i64 = 1_795_000_000_000;

fn author(id: i64, name: &str) -> AuthorState {
    AuthorState {
        author_id: id.try_into().unwrap(),
        name: name.to_owned(),
        birth_date: None,
        death_date: None,
        nationality: None,
        biography: None,
        aliases: Vec::new(),
        identifiers: BTreeMap::new(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn link(register: &LinkRegister) -> LinkState {
    LinkState::new(1.try_into().unwrap(), 7.try_into().unwrap(), register)
}

fn logged(sequence: i64, version: i64, mark: &str, event: Event) -> Logged {
    Logged {
        sequence,
        key: event.key().to_string(),
        version: RecordVersion { epoch: 1, version },
        mark: mark.to_owned(),
        event,
    }
}

fn write(mark: &str, asked: Asked, id: i64) -> Write {
    Write {
        side: Side::Authors,
        mark: mark.to_owned(),
        asked,
        reply: Reply::Acknowledged { id, changed: true },
    }
}

/// An author made, renamed and deleted; another made; a link made and removed. All hold all.
fn sound() -> (Evidence, Vec<Write>) {
    let made = LinkRegister::new(1, NOW, Writer::Authors);
    let removed = made.clone().with_presence(false, NOW, Writer::Authors);
    let log = vec![
        logged(1, 1, "a", Event::AuthorCreated(author(1, "a"))),
        logged(2, 2, "b", Event::AuthorUpdated(author(1, "b"))),
        logged(3, 3, "c", Event::AuthorDeleted(author(1, "b"))),
        logged(4, 1, "d", Event::AuthorCreated(author(2, "d"))),
        logged(5, 10, "e", Event::AuthorBookLinked(link(&made))),
        logged(6, 11, "f", Event::AuthorBookUnlinked(link(&removed))),
    ];
    let writes = vec![
        write("a", Asked::Create, 1),
        write("b", Asked::Update(1), 1),
        write("c", Asked::Delete(1), 1),
        write("d", Asked::Create, 2),
        write("e", Asked::Link(1, 7), 1),
        write("f", Asked::Unlink(1, 7), 1),
    ];
    let mut copy = CatalogCopy::default();
    for logged in &log {
        copy.apply(logged.version, logged.event.clone());
    }
    let side = |side, log| Testimony {
        side,
        epoch: 1,
        log,
        tables: copy.clone(),
        put_aside: 0,
    };
    let evidence = Evidence {
        sides: [side(Side::Authors, log), side(Side::Books, Vec::new())],
        third: copy.clone(),
        undone: Vec::new(),
    };
    (evidence, writes)
}

/// What `wrong` makes of sound evidence: lost, stale, resurrected, doubled.
fn counts(wrong: impl FnOnce(&mut Evidence, &mut Vec<Write>)) -> [u64; 4] {
    let (mut evidence, mut writes) = sound();
    wrong(&mut evidence, &mut writes);
    let verdict = judge(&evidence, &writes);
    [
        verdict.lost,
        verdict.stale,
        verdict.resurrected,
        verdict.doubled,
    ]
}

#[test]
fn nothing_is_wrong_with_sound_evidence() {
    let (evidence, writes) = sound();
    let verdict = judge(&evidence, &writes);
    assert!(verdict.is_clean(), "{verdict:?}");
    assert_eq!(verdict.acknowledged, 6);
}

#[test]
fn an_acknowledged_write_that_no_log_tells_of_is_lost() {
    for (mark, asked) in [
        ("x", Asked::Create),
        // The mark is known, and what was asked for is not what happened.
        ("b", Asked::Update(2)),
        ("b", Asked::Delete(1)),
        ("d", Asked::Delete(1)),
        ("e", Asked::Unlink(1, 7)),
        ("e", Asked::Link(7, 1)),
        ("e", Asked::Credit(1, 7)),
    ] {
        let id = 2;
        let found = counts(|_, writes| writes.push(write(mark, asked.clone(), id)));
        assert_eq!(found, [1, 0, 0, 0], "{mark} {asked:?}");
    }
}

#[test]
fn a_write_that_changed_nothing_or_was_not_answered_is_not_lost() {
    for reply in [
        Reply::Acknowledged {
            id: 1,
            changed: false,
        },
        Reply::Refused(404),
        Reply::Unknown,
    ] {
        let found = counts(|_, writes| {
            let mut write = write("x", Asked::Update(1), 1);
            write.reply = reply;
            writes.push(write);
        });
        assert_eq!(found, [0; 4], "{reply:?}");
    }
}

#[test]
fn an_owner_that_does_not_hold_what_its_log_tells_has_lost_it() {
    let found = counts(|evidence, _| {
        evidence.sides[0].tables.authors.remove(&2);
    });
    assert_eq!(found, [1, 0, 0, 0]);
}

#[test]
fn a_gap_in_a_log_is_a_loss() {
    let found = counts(|evidence, _| {
        evidence.sides[0].log[5].sequence = 8;
    });
    assert_eq!(found, [2, 0, 0, 0]);
}

#[test]
fn a_copy_that_differs_is_stale() {
    let found = counts(|evidence, _| {
        let held = evidence.third.authors.get_mut(&2).unwrap();
        held.state.name = "other".to_owned();
        evidence.sides[1].tables.authors.remove(&2);
    });
    assert_eq!(found, [0, 2, 0, 0]);
}

#[test]
fn what_is_live_in_a_copy_and_gone_in_truth_is_resurrected() {
    let found = counts(|evidence, _| {
        evidence.third.authors.get_mut(&1).unwrap().deleted = false;
        let link = evidence.sides[1].tables.links.get_mut(&(1, 7)).unwrap();
        link.presence.present = true;
    });
    assert_eq!(found, [0, 0, 2, 0]);
}

#[test]
fn a_change_whose_version_does_not_exceed_the_one_before_is_lost() {
    let found = counts(|evidence, _| {
        let again = logged(7, 2, "z", Event::AuthorUpdated(author(1, "z")));
        evidence.sides[0].log.push(again);
    });
    assert_eq!(found, [1, 0, 0, 0]);
}

#[test]
fn a_version_that_is_in_a_log_twice_is_doubled() {
    let found = counts(|evidence, _| {
        let again = logged(7, 3, "z", Event::AuthorUpdated(author(1, "b")));
        evidence.sides[0].log.push(again);
    });
    assert_eq!(found, [0, 0, 0, 1]);
}

#[test]
fn a_request_that_created_two_records_is_doubled() {
    let found = counts(|evidence, _| {
        let event = Event::AuthorCreated(author(3, "d"));
        let again = logged(7, 1, "d", event.clone());
        let version = again.version;
        evidence.sides[0].log.push(again);
        for testimony in &mut evidence.sides {
            testimony.tables.apply(version, event.clone());
        }
        evidence.third.apply(version, event);
    });
    assert_eq!(found, [0, 0, 0, 1]);
}

#[test]
fn what_a_restore_undid_is_not_lost_but_its_links_and_ids_are_still_taken() {
    let restored = |register: LinkRegister| {
        move |evidence: &mut Evidence, writes: &mut Vec<Write>| {
            writes.push(write("x", Asked::Create, 9));
            writes.push(write("y", Asked::Link(1, 7), 1));
            evidence.undone = vec![
                logged(7, 1, "x", Event::AuthorCreated(author(9, "x"))),
                logged(8, 12, "y", Event::AuthorBookLinked(link(&register))),
            ];
        }
    };
    let older = LinkRegister::new(1, NOW - 1, Writer::Authors);
    assert_eq!(counts(restored(older)), [0; 4]);
    let newer = LinkRegister::new(1, NOW + 9, Writer::Authors);
    assert_eq!(counts(restored(newer)), [0, 3, 0, 0]);

    let found = counts(|evidence, _| {
        evidence.undone = vec![logged(7, 1, "x", Event::AuthorCreated(author(2, "x")))];
    });
    assert_eq!(found, [0, 0, 0, 1]);
}
