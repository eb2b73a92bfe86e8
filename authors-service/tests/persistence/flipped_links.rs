//! Links of which the two sides hold different things under one revision.

use std::slice::from_ref;

use authors_service::domain::Link;
use fastrand::Rng;
use replication::records::{Repair, Table};
use shared_events::Side;

use crate::{
    healing::{NOTHING, healed},
    records::{author_id, key, told},
    rows::link_row,
    store::Store,
};

/// What each side may hold: of the same revisions, and yet not the same.
fn flipped(link: &Link) -> Link {
    let mut link = link.clone();
    link.register.presence.present = !link.register.presence.present;
    link.register.credit.role.push_str(" (by hand)");
    link.register.credit.credited_as = match link.register.credit.credited_as {
        Some(_) => None,
        None => Some("Nobody".to_owned()),
    };
    link
}

/// Revisions of either side: an even one is of the authors' side, an odd one of the books'.
pub(crate) async fn a_flipped_link_is_healed_by_the_side_that_wrote_it(store: Store) {
    let written = told(key(author_id(1), 2), 40, true, 60);
    let [even, odd] = [0, 1].map(|bit| told(written.key, 40 + bit, true, 60 + bit));
    for (right, writer, other) in [
        (even, Side::Authors, Side::Books),
        (odd, Side::Books, Side::Authors),
    ] {
        let wrong = flipped(&right);
        store.hear(&[], from_ref(&wrong)).await;
        assert_eq!(store.all(Table::Links).await, [link_row(&wrong)]);
        // Who did not write it can't say what is right, whatever it holds.
        let asked = |link, side| Repair::Link {
            row: link_row(link),
            side,
        };
        assert_eq!(store.heal(&[asked(&right, other)]).await, NOTHING);
        assert_eq!(store.all(Table::Links).await, [link_row(&wrong)]);
        assert_eq!(store.heal(&[asked(&right, writer)]).await, healed(1));
        assert_eq!(store.all(Table::Links).await, [link_row(&right)]);
        assert_eq!(store.heal(&[asked(&right, writer)]).await, NOTHING);
        assert_eq!(store.heal(&[asked(&wrong, other)]).await, NOTHING);
    }
}

pub(crate) async fn any_registers_are_repaired_as_the_register_does_it(store: Store) {
    let mut random = Rng::with_seed(2_026);
    for round in 0..40 {
        let side = if random.bool() {
            Side::Authors
        } else {
            Side::Books
        };
        let mut repairs = Vec::new();
        let mut held = Vec::new();
        let mut expected = Vec::new();
        let mut changed = 0;
        for book in 1..=20 {
            let key = key(author_id(round + 1), book);
            let mut link = || told(key, random.i64(2..6), random.bool(), random.i64(2..6));
            let (ours, theirs) = (link(), link());
            let ours = if random.bool() { flipped(&ours) } else { ours };
            repairs.push(Repair::Link {
                row: link_row(&theirs),
                side,
            });
            let mut right = theirs.clone();
            // Some are not held at all.
            if random.u8(..4) > 0 {
                right.register = ours.register.clone().repair(theirs.register, side);
                changed += u64::from(right != ours);
                held.push(ours);
            } else {
                changed += 1;
            }
            expected.push(right);
        }
        store.hear(&[], &held).await;
        assert_eq!(store.heal(&repairs).await, healed(changed), "round {round}");
        for right in expected {
            let held = store.held_link(right.key).await;
            assert_eq!(held, Some(right.register), "round {round}");
        }
    }
}
