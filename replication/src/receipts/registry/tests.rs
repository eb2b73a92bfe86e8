//! What the registry says of what it was told.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, TimeDelta, Utc};
use shared_events::control::{ConsumerKind, Unapplied};

use super::{super::consumer::MOST_REMEMBERED, *};

const SILENCE: Silence = Silence {
    silent_after: Duration::from_secs(50),
    forgotten_after: Duration::from_secs(3_600),
};

fn at(seconds: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    noon + TimeDelta::seconds(seconds)
}

/// Told `seconds` after noon.
fn report(consumer: &str, settled_through: i64, seconds: i64) -> CheckpointReport {
    CheckpointReport {
        producer: "things-service".to_owned(),
        consumer: consumer.to_owned(),
        kind: ConsumerKind::Downstream,
        epoch: 1,
        settled_through,
        unapplied: Vec::new(),
        unapplied_more: false,
        at: at(seconds),
    }
}

fn unapplied(sequence: i64, state: UnappliedState) -> Unapplied {
    Unapplied { sequence, state }
}

fn place(sequence: i64) -> Place {
    Place {
        epoch: 1,
        sequence,
        timestamp: at(0),
    }
}

/// A registry, and the moment at which each report comes.
struct Told {
    registry: Registry,
    now: Instant,
    clock: DateTime<Utc>,
}

impl Told {
    fn new(reports: impl IntoIterator<Item = CheckpointReport>) -> Self {
        let mut told = Self {
            registry: Registry::new(SILENCE),
            now: Instant::now(),
            clock: at(1_000_000),
        };
        for report in reports {
            told.hear(report);
        }
        told
    }

    fn hear(&mut self, report: CheckpointReport) {
        self.registry.hear(report, self.clock, self.now);
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// State and time of the only consumer.
    fn of(&self, place: &Place) -> (ConsumerState, Option<DateTime<Utc>>) {
        let mut all = self.registry.standing(place, self.now);
        let only = all.pop().unwrap();
        assert!(all.is_empty());
        assert_eq!(only.applied, only.state == ConsumerState::Applied);
        (only.state, only.applied_at)
    }

    fn have_applied(&self, sequence: i64) -> bool {
        self.registry.have_applied(&place(sequence), self.now)
    }

    fn names(&self) -> Vec<String> {
        let all = self.registry.standing(&place(1), self.now);
        all.into_iter().map(|one| one.consumer).collect()
    }
}

use ConsumerState::{Applied, Dead, Parked, Silent, Waiting};

#[test]
fn an_event_is_applied_when_the_first_report_covers_it() {
    let told = Told::new([report("a", 3, 1), report("a", 5, 2), report("a", 9, 3)]);
    assert_eq!(told.of(&place(4)), (Applied, Some(at(2))));
    assert_eq!(told.of(&place(5)), (Applied, Some(at(2))));
    assert_eq!(told.of(&place(6)), (Applied, Some(at(3))));
    assert_eq!(told.of(&place(10)), (Waiting, None));
    assert_eq!(
        told.of(&place(3)),
        (Applied, None),
        "covered before it was first heard"
    );
}

#[test]
fn everyone_who_is_not_silent_must_have_applied_it_and_there_must_be_one() {
    let mut told = Told::new([]);
    assert!(!told.have_applied(1), "nobody is known");
    told.hear(report("a", 5, 1));
    assert!(told.have_applied(5));
    told.hear(report("b", 4, 1));
    assert!(!told.have_applied(5));
    assert!(told.have_applied(4));
    told.pass(40);
    told.hear(report("a", 5, 41));
    told.pass(10);
    assert!(told.have_applied(5), "b is silent");
    told.pass(40);
    assert!(!told.have_applied(5), "everyone is silent");
}

#[test]
fn a_silent_consumer_is_shown_until_it_is_forgotten_and_what_it_applied_stays_applied() {
    let mut told = Told::new([report("a", 3, 0), report("a", 5, 1)]);
    told.pass(49);
    assert_eq!(told.of(&place(6)).0, Waiting);
    told.pass(1);
    assert_eq!(told.of(&place(6)).0, Silent);
    assert_eq!(told.of(&place(5)), (Applied, Some(at(1))));
    told.pass(3_549);
    assert_eq!(told.names(), ["a"]);
    told.pass(1);
    assert!(told.names().is_empty());
}

#[test]
fn what_is_parked_or_dead_is_not_applied_until_it_is() {
    let mut told = Told::new([report("a", 3, 0)]);
    told.hear(CheckpointReport {
        unapplied: vec![
            unapplied(5, UnappliedState::Dead),
            unapplied(4, UnappliedState::Parked),
        ],
        ..report("a", 9, 1)
    });
    assert_eq!(told.of(&place(4)), (Parked, None));
    assert_eq!(told.of(&place(5)), (Dead, None));
    assert_eq!(told.of(&place(6)), (Applied, Some(at(1))));
    assert!(!told.have_applied(5));
    told.hear(CheckpointReport {
        unapplied: vec![unapplied(5, UnappliedState::Dead)],
        ..report("a", 9, 2)
    });
    assert_eq!(told.of(&place(4)), (Applied, Some(at(2))));
    told.hear(report("a", 9, 3));
    assert_eq!(told.of(&place(5)), (Applied, Some(at(3))));
    assert_eq!(told.of(&place(4)), (Applied, Some(at(2))));
}

#[test]
fn before_a_list_that_was_cut_short_nothing_counts_as_applied() {
    let mut told = Told::new([CheckpointReport {
        unapplied: vec![unapplied(5, UnappliedState::Dead)],
        unapplied_more: true,
        ..report("a", 9, 1)
    }]);
    assert_eq!(told.of(&place(4)).0, Parked);
    assert_eq!(told.of(&place(6)).0, Applied);
    let most = CheckpointReport::MOST_UNAPPLIED as i64;
    let many = (1..=most + 1).rev();
    told.hear(CheckpointReport {
        unapplied: many.map(|n| unapplied(n, UnappliedState::Dead)).collect(),
        ..report("a", 1_000, 2)
    });
    assert_eq!(told.of(&place(1)).0, Parked);
    assert_eq!(told.of(&place(2)).0, Dead);
    assert_eq!(told.of(&place(most + 1)).0, Dead);
    assert_eq!(told.of(&place(most + 2)).0, Applied);
    assert!(told.have_applied(1_000), "what is written later is told");
}

#[test]
fn a_report_that_was_overtaken_changes_nothing() {
    let told = Told::new([report("a", 3, 1), report("a", 9, 3), report("a", 5, 2)]);
    assert_eq!(told.of(&place(9)), (Applied, Some(at(3))));
}

#[test]
fn a_consumer_whose_clock_is_set_back_is_heard_as_soon_as_it_moves() {
    let mut told = Told::new([report("a", 3, 3_600), report("a", 3, 1), report("a", 9, 2)]);
    assert_eq!(told.of(&place(9)), (Applied, Some(at(2))));
    told.hear(CheckpointReport {
        unapplied: vec![unapplied(9, UnappliedState::Dead)],
        ..report("a", 9, 3)
    });
    assert_eq!(told.of(&place(9)), (Dead, None));
}

#[test]
fn a_report_that_claims_to_be_of_the_future_is_the_latest_for_a_moment_only() {
    let mut told = Told::new([]);
    told.clock = at(0);
    let of_the_year_9999 = CheckpointReport {
        at: "9999-12-31T23:59:59Z".parse().unwrap(),
        ..report("a", 1_000, 0)
    };
    told.hear(of_the_year_9999);
    told.hear(report("a", 3, 1));
    assert_eq!(told.of(&place(9)).0, Applied);
    told.hear(report("a", 3, 6));
    assert_eq!(told.of(&place(9)).0, Waiting);
    told.hear(report("a", 9, 3_600));
    assert_eq!(told.of(&place(9)), (Applied, Some(at(5))));
}

#[test]
fn a_consumer_that_begins_anew_has_not_applied_what_it_had() {
    let mut told = Told::new([report("a", 3, 1), report("a", 9, 2), report("a", 0, 3)]);
    assert_eq!(told.of(&place(5)), (Waiting, None));
    told.hear(report("a", 6, 4));
    assert_eq!(told.of(&place(5)), (Applied, Some(at(4))));
}

#[test]
fn a_later_epoch_covers_an_earlier_one_and_not_the_other_way_round() {
    let in_epoch = |epoch, through, seconds| CheckpointReport {
        epoch,
        ..report("a", through, seconds)
    };
    let mut told = Told::new([in_epoch(1, 9, 1)]);
    let later = Place {
        epoch: 2,
        ..place(9)
    };
    assert_eq!(told.of(&later), (Waiting, None));
    told.hear(CheckpointReport {
        unapplied: vec![unapplied(8, UnappliedState::Dead)],
        ..in_epoch(2, 9, 2)
    });
    assert_eq!(told.of(&later), (Applied, Some(at(2))));
    assert_eq!(told.of(&place(8)).0, Applied, "it came with the snapshot");
}

#[test]
fn a_registry_has_room_for_a_hundred_and_the_longest_silent_makes_way() {
    let mut told = Told::new((0..100).map(|n| report(&format!("c{n:02}"), 1, 0)));
    told.hear(report("late", 1, 1));
    assert_eq!(told.names().len(), 100);
    assert!(!told.names().contains(&"late".to_owned()));
    told.pass(30);
    for n in 1..100 {
        told.hear(report(&format!("c{n:02}"), 1, 30));
    }
    told.pass(20);
    told.hear(report("late", 1, 50));
    assert_eq!(told.names().len(), 100);
    assert!(told.names().contains(&"late".to_owned()));
    assert!(!told.names().contains(&"c00".to_owned()));
}

#[test]
fn only_the_latest_moves_are_remembered() {
    let most = MOST_REMEMBERED as i64;
    let told = Told::new((1..=most + 2).map(|n| report("a", n, n)));
    assert_eq!(told.of(&place(1)), (Applied, None));
    assert_eq!(told.of(&place(3)), (Applied, None));
    assert_eq!(told.of(&place(4)), (Applied, Some(at(4))));
    assert_eq!(told.of(&place(most)), (Applied, Some(at(most))));
}

#[test]
fn a_report_that_makes_no_sense_is_passed_over() {
    let wrong = [
        report("", 1, 0),
        report(&"x".repeat(101), 1, 0),
        report("a", -1, 0),
        CheckpointReport {
            epoch: -1,
            ..report("a", 1, 0)
        },
    ];
    assert!(Told::new(wrong).names().is_empty());
}
