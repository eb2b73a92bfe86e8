//! What receipts ask of a journal.

use shared_events::{
    Receipt,
    control::{Unapplied, UnappliedState},
};

use super::Journal;
use crate::log::Place;

impl Journal {
    /// Where the event stands that left what `receipt` names.
    pub fn place(&self, receipt: &Receipt) -> Option<Place> {
        if receipt.epoch > self.epoch {
            return None;
        }
        let key = receipt.key.to_string();
        let mut entries = self.entries.iter().rev();
        let entry = entries.find(|entry| {
            entry.key == key && entry.version == receipt.version && entry.epoch <= receipt.epoch
        });
        entry.map(|entry| Place {
            epoch: entry.epoch,
            sequence: entry.sequence,
            timestamp: entry.timestamp,
        })
    }

    /// The last `limit` parked messages of this epoch of a producer's log, by sequence.
    pub fn unapplied(&self, producer: &str, epoch: i64, limit: u32) -> Vec<Unapplied> {
        let mut unapplied: Vec<_> = self
            .parked
            .values()
            .filter_map(|message| {
                let position = message.position.as_ref()?;
                (position.producer == producer && position.epoch == epoch).then_some(Unapplied {
                    sequence: position.sequence,
                    state: match message.next_attempt_at {
                        Some(_) => UnappliedState::Parked,
                        None => UnappliedState::Dead,
                    },
                })
            })
            .collect();
        unapplied.sort_by_key(|message| message.sequence);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        unapplied.split_off(unapplied.len().saturating_sub(limit))
    }
}
