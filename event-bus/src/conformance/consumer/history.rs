//! What happened at the owner, and what a copy is to hold then.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::{Change, Held};

/// One change of the record `key` in epoch 1.
pub(super) fn change(sequence: i64, key: i64, version: i64) -> Change {
    Change {
        key,
        epoch: 1,
        version,
        sequence,
        text: Some(format!("record {key} as of {sequence}")),
    }
}

/// The deletion of the record `key` in epoch 1.
pub(super) fn deletion(sequence: i64, key: i64, version: i64) -> Change {
    Change {
        text: None,
        ..change(sequence, key, version)
    }
}

/// `count` changes of up to `keys` records: made, changed, deleted, restored.
pub(super) fn history(dice: &mut Rng, keys: i64, count: i64) -> Vec<Change> {
    let mut versions: BTreeMap<i64, i64> = BTreeMap::new();
    let mut live: BTreeMap<i64, bool> = BTreeMap::new();
    (1..=count)
        .map(|sequence| {
            let key = dice.i64(1..=keys);
            let version = versions.entry(key).or_default();
            *version += 1;
            let live = live.entry(key).or_default();
            *live = !*live || dice.u8(0..4) > 0;
            if *live {
                change(sequence, key, *version)
            } else {
                deletion(sequence, key, *version)
            }
        })
        .collect()
}

/// What a copy holds that has heard of all of `changes`.
pub(super) fn outcome(changes: &[Change]) -> BTreeMap<i64, Held> {
    let mut held: BTreeMap<i64, Held> = BTreeMap::new();
    for change in changes {
        let newest = held.get(&change.key);
        if newest.is_none_or(|newest| !covers(newest, change)) {
            let now = Held {
                epoch: change.epoch,
                version: change.version,
                text: change.text.clone(),
            };
            held.insert(change.key, now);
        }
    }
    held
}

/// Whether a copy that holds `held` has nothing to learn from `change`.
pub(super) fn covers(held: &Held, change: &Change) -> bool {
    (held.epoch, held.version) >= (change.epoch, change.version)
}
