//! Copies that differ from what they copy: put right, but never against something newer.

use std::slice::from_ref;

use chrono::{DateTime, Utc};
use replication::{
    StoreError,
    records::{Healed, Repair, StoredRow, Table},
};
use shared_events::{Key, RecordVersion, Side};

use crate::{
    records::{at_version, author_id, book, book_id, deleted_at, key, now, told, version},
    rows::{book_row, link_row},
    store::Store,
    taking::contradictions,
};

pub(crate) const NOTHING: Healed = Healed {
    rows: 0,
    quarantined: 0,
};

pub(crate) fn healed(rows: u64) -> Healed {
    Healed { rows, ..NOTHING }
}

fn found_at() -> DateTime<Utc> {
    now()
}

impl Store {
    pub(crate) async fn heal(&self, repairs: &[Repair]) -> Healed {
        self.records.heal(repairs, found_at()).await.unwrap()
    }
}

pub(crate) fn record(row: &StoredRow, named: Option<RecordVersion>) -> Repair {
    let row = row.clone();
    Repair::Record { row, named }
}

fn unknown(id: i64, named: RecordVersion) -> Repair {
    let key = Key::Book(book_id(id));
    Repair::Unknown { key, named }
}

/// Whatever was done to the row by hand, it becomes the owner's, once.
pub(crate) async fn a_row_that_is_still_as_it_was_named_becomes_its_owner_s(store: Store) {
    let owners = |id| at_version(&book(id, ""), version(1, 3), "The owner's");
    for wrong in [
        at_version(&owners(1), version(1, 3), "Changed by hand"),
        deleted_at(&owners(2), version(1, 3)),
        at_version(&owners(3), version(1, 99), "The owner's"),
        at_version(&owners(4), version(9, 1), "Set high"),
    ] {
        store.hear(from_ref(&wrong), &[]).await;
        assert_eq!(store.all(Table::Cached).await.pop(), Some(book_row(&wrong)));
        let right = book_row(&owners(wrong.state.book_id.get()));
        let repair = record(&right, Some(wrong.version));
        assert_eq!(store.heal(from_ref(&repair)).await, healed(1));
        assert_eq!(store.all(Table::Cached).await.pop(), Some(right));
        assert_eq!(store.heal(&[repair]).await, NOTHING);
    }
}

pub(crate) async fn a_row_that_has_changed_since_it_was_named_is_left(store: Store) {
    let owners = at_version(&book(1, ""), version(1, 3), "The owner's then");
    let newer = at_version(&owners, version(1, 5), "Newer");
    store.hear(from_ref(&newer), &[]).await;
    for named in [
        None,
        Some(version(1, 2)),
        Some(version(1, 3)),
        Some(version(2, 5)),
    ] {
        let repair = record(&book_row(&owners), named);
        assert_eq!(store.heal(&[repair]).await, NOTHING, "{named:?}");
        assert_eq!(store.all(Table::Cached).await, [book_row(&newer)]);
    }
}

pub(crate) async fn a_newer_or_missing_row_is_taken_whatever_was_named(store: Store) {
    let held = at_version(&book(1, ""), version(1, 3), "Held");
    let newer = at_version(&held, version(1, 4), "Newer");
    let missing = book(2, "Removed by hand");
    for named in [None, Some(version(1, 2)), Some(version(1, 9))] {
        store.take(&[book_row(&held)]).await;
        let repairs = [
            record(&book_row(&newer), named),
            record(&book_row(&missing), named),
        ];
        let first = named.is_none();
        let expected = if first { healed(2) } else { NOTHING };
        assert_eq!(store.heal(&repairs).await, expected, "{named:?}");
        let rows = [book_row(&newer), book_row(&missing)];
        assert_eq!(store.all(Table::Cached).await, rows);
    }
}

pub(crate) async fn what_is_right_already_is_not_counted(store: Store) {
    let right = book(1, "Right");
    let link = told(key(author_id(1), 2), 4, true, 3);
    store.hear(from_ref(&right), from_ref(&link)).await;
    let repairs = [
        record(&book_row(&right), Some(right.version)),
        Repair::Link {
            row: link_row(&link),
            side: Side::Books,
        },
    ];
    assert_eq!(store.heal(&repairs).await, NOTHING);
}

pub(crate) async fn many_rows_are_healed_at_once(store: Store) {
    let rows: Vec<_> = (1..=2_500).map(|id| book(id, "Wrong")).collect();
    store.hear(&rows, &[]).await;
    // Every other was named as it is held.
    let repairs: Vec<_> = rows
        .iter()
        .map(|row| {
            let odd = row.state.book_id.get() % 2 == 1;
            let right = at_version(row, row.version, "Right");
            record(&book_row(&right), Some(version(1, if odd { 1 } else { 2 })))
        })
        .collect();
    assert_eq!(store.heal(&repairs).await, healed(1_250));
    let rows = store.all(Table::Cached).await;
    let right = rows.iter().filter(|row| row.data.contains("Right"));
    assert!(right.clone().all(|row| row.key.place().0 % 2 == 1));
    assert_eq!((right.count(), rows.len()), (1_250, 2_500));
}

/// Of the stores only databases can be changed so.
pub(crate) async fn a_row_that_can_not_be_read_any_more_is_seen_and_healed(store: Store) {
    let owners = book(1, "The owner's");
    let other = book(2, "Other");
    store.hear(&[owners.clone(), other.clone()], &[]).await;
    let garbage = "UPDATE books_cache SET subjects = '{\"no\": \"list\"}' WHERE id = 1";
    if !store.by_hand(garbage).await {
        return;
    }
    let rows = store.all(Table::Cached).await;
    assert_eq!(rows[1], book_row(&other));
    assert_eq!(
        (rows[0].key, rows[0].version),
        (Key::Book(book_id(1)), version(1, 1))
    );
    assert_ne!(rows[0].hash(), book_row(&owners).hash());
    let repair = record(&book_row(&owners), Some(version(1, 1)));
    assert_eq!(store.heal(&[repair]).await, healed(1));
    assert_eq!(
        store.all(Table::Cached).await,
        [&owners, &other].map(book_row)
    );
    store.by_hand(garbage).await;
    let isolated = store.heal(&[unknown(1, version(1, 1))]).await;
    assert_eq!(isolated.quarantined, 1);
    assert_eq!(store.all(Table::Cached).await, [book_row(&other)]);
}

pub(crate) async fn what_its_owner_does_not_know_is_isolated_only_as_it_was_named(store: Store) {
    let known = book(1, "Known");
    let made_up = at_version(&book(2, ""), version(1, 7), "Made up");
    store.hear(&[known.clone(), made_up.clone()], &[]).await;
    for named in [version(1, 6), version(1, 8), version(2, 7)] {
        assert_eq!(store.heal(&[unknown(2, named)]).await, NOTHING);
    }
    assert_eq!(store.heal(&[unknown(3, version(1, 1))]).await, NOTHING);
    assert_eq!(store.records.quarantined().await, Ok(0));
    let all = [book_row(&known), book_row(&made_up)];
    assert_eq!(store.all(Table::Cached).await, all);

    let repair = unknown(2, made_up.version);
    let isolated = Healed {
        rows: 0,
        quarantined: 1,
    };
    assert_eq!(store.heal(from_ref(&repair)).await, isolated);
    assert_eq!(store.all(Table::Cached).await, all[..1]);
    assert_eq!(store.heal(from_ref(&repair)).await, NOTHING);
    assert_eq!(store.records.quarantined().await, Ok(1));
    // Should it come back, it goes there again, and what is there stays as it was found first.
    store.hear(&[made_up], &[]).await;
    assert_eq!(store.heal(&[repair]).await, isolated);
    assert_eq!(store.opened_again().records.quarantined().await, Ok(1));
}

pub(crate) async fn a_link_that_the_other_side_does_not_know_stays(store: Store) {
    let link = told(key(author_id(1), 2), 4, true, 3);
    store.hear(&[], from_ref(&link)).await;
    let row = link_row(&link);
    let repair = Repair::Unknown {
        key: row.key,
        named: row.version,
    };
    assert_eq!(store.heal(&[repair]).await, NOTHING);
    assert_eq!(store.all(Table::Links).await, [row]);
}

pub(crate) async fn a_repair_of_what_is_no_copy_is_refused_with_all_others(store: Store) {
    let held = store.create_named("An own record").await;
    let own = Key::Author(held.state.author_id);
    let good = record(&book_row(&book(1, "Good")), None);
    let mut bad = vec![
        Repair::Unknown {
            key: own,
            named: version(1, 1),
        },
        Repair::Link {
            row: book_row(&book(1, "A record")),
            side: Side::Books,
        },
        record(&link_row(&told(key(author_id(1), 2), 4, true, 3)), None),
    ];
    bad.extend(contradictions().iter().map(|row| record(row, None)));
    for bad in bad {
        let refused = store
            .records
            .heal(&[good.clone(), bad.clone()], found_at())
            .await;
        assert!(matches!(refused, Err(StoreError::Data(_))), "{bad:?}");
        assert!(store.all(Table::Cached).await.is_empty(), "{bad:?}");
    }
    assert_eq!(store.held(held.state.author_id).await, Some(held));
}
