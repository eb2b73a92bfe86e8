//! The mechanics in memory: for tests and simulations. Nothing survives the process.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use shared_events::Key;
use uuid::Uuid;

use crate::{
    StoreError,
    checkpoint::Checkpoint,
    inbox::{Ledger, Position},
    log::{Head, LogEntry, NewEntry},
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage},
};

/// Log, checkpoints and parked messages. A store keeps it beside its records under one lock,
/// which makes a change and its events one transaction.
#[derive(Debug, Clone)]
pub struct Journal {
    epoch: i64,
    published_through: i64,
    /// Behind `Arc`, so that a store can change a copy of everything and swap it in.
    entries: Vec<Arc<LogEntry>>,
    /// What must be unique: key, version and epoch of each entry.
    versions: BTreeSet<(Arc<str>, i64, i64)>,
    checkpoints: BTreeMap<(String, i64), Checkpoint>,
    parked: BTreeMap<Uuid, ParkedMessage>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            epoch: 1,
            published_through: 0,
            entries: Vec::new(),
            versions: BTreeSet::new(),
            checkpoints: BTreeMap::new(),
            parked: BTreeMap::new(),
        }
    }
}

impl Journal {
    /// Appends `entries`, in order.
    ///
    /// # Errors
    /// [`StoreError::Data`] if a `(key, version)` is in the log already; nothing is appended then.
    pub fn append(&mut self, entries: Vec<NewEntry>) -> Result<(), StoreError> {
        let mut versions = BTreeSet::new();
        for new in &entries {
            let version = (Arc::from(new.key.as_str()), new.version, self.epoch);
            if self.versions.contains(&version) || !versions.insert(version) {
                let text = format!("{} version {} is in the log already", new.key, new.version);
                return Err(StoreError::Data(text));
            }
        }
        self.versions.extend(versions);
        for new in entries {
            let sequence = self.head().last_sequence + 1;
            self.entries.push(Arc::new(LogEntry {
                epoch: self.epoch,
                sequence,
                event_id: new.event_id,
                event_type: new.event_type.to_owned(),
                key: new.key,
                version: new.version,
                correlation_id: new.correlation_id,
                actor: new.actor,
                timestamp: new.timestamp,
                payload: new.payload,
                traceparent: new.traceparent,
            }));
        }
        Ok(())
    }

    /// Where the log stands.
    pub fn head(&self) -> Head {
        Head {
            epoch: self.epoch,
            first_sequence: self.entries.first().map_or(1, |entry| entry.sequence),
            last_sequence: self.entries.last().map_or(0, |entry| entry.sequence),
            published_through: self.published_through,
        }
    }

    /// The first `limit` events after `sequence`, in order.
    pub fn read_after(&self, sequence: i64, limit: u32) -> Vec<LogEntry> {
        let start = self
            .entries
            .partition_point(|entry| entry.sequence <= sequence);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let page = self.entries[start..].iter().take(limit);
        page.map(|entry| LogEntry::clone(entry)).collect()
    }

    /// Where these versions of these keys stand, as far as the log holds them.
    pub fn sequences(&self, versions: &[(Key, i64)]) -> BTreeMap<(Key, i64), i64> {
        let wanted: BTreeMap<(String, i64), Key> = versions
            .iter()
            .map(|(key, version)| ((key.to_string(), *version), *key))
            .collect();
        let place = |entry: &Arc<LogEntry>| {
            let key = wanted.get(&(entry.key.clone(), entry.version))?;
            Some(((*key, entry.version), entry.sequence))
        };
        self.entries.iter().filter_map(place).collect()
    }

    /// The events of `key`, the greatest version first: at most `limit` of those below `before`.
    pub fn events_of(&self, key: Key, before: Option<i64>, limit: u32) -> Vec<LogEntry> {
        let mut found = self.of(key);
        found.retain(|entry| before.is_none_or(|before| entry.version < before));
        found.sort_by_key(|entry| std::cmp::Reverse((entry.version, entry.epoch)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        found.into_iter().cloned().collect()
    }

    /// The event by which `key` came to `version`, the last one if there are several.
    pub fn version_of(&self, key: Key, version: i64) -> Option<LogEntry> {
        let mut found = self.of(key).into_iter();
        found.rfind(|entry| entry.version == version).cloned()
    }

    /// The least version of `key`.
    pub fn oldest_of(&self, key: Key) -> Option<i64> {
        self.of(key).iter().map(|entry| entry.version).min()
    }

    fn of(&self, key: Key) -> Vec<&LogEntry> {
        let key = key.to_string();
        let entries = self.entries.iter().map(|entry| &**entry);
        entries.filter(|entry| entry.key == key).collect()
    }

    /// Notes that everything up to `sequence` is published; never goes back.
    pub fn set_published_through(&mut self, sequence: i64) {
        self.published_through = self.published_through.max(sequence);
    }

    /// Writes what goes beside a batch.
    pub fn write(&mut self, ledger: &Ledger) {
        for position in &ledger.settled {
            self.checkpoints
                .entry((position.producer.clone(), position.epoch))
                .or_default()
                .settle(position.sequence);
        }
        for message in &ledger.park {
            let held = self
                .parked
                .entry(message.id)
                .or_insert_with(|| message.clone());
            if message.attempts > held.attempts {
                held.reason.clone_from(&message.reason);
                held.attempts = message.attempts;
                held.last_failed_at = message.last_failed_at;
                held.next_attempt_at = message.next_attempt_at;
            }
        }
        for id in &ledger.unpark {
            self.parked.remove(id);
        }
    }

    /// Notes that everything up to `as_of` is settled, as a snapshot has it; never goes back.
    pub fn advance(&mut self, as_of: &Position) {
        self.checkpoints
            .entry((as_of.producer.clone(), as_of.epoch))
            .or_default()
            .advance(as_of.sequence);
    }

    /// The greatest epoch of `producer` that has begun here ([`Checkpoint::has_begun`]); 0 if none
    /// has. No copy takes a record of an earlier one.
    pub fn epoch_of(&self, producer: &str) -> i64 {
        let begun = self.checkpoints.iter().filter(|(_, held)| held.has_begun());
        let of_producer = begun.filter(|((name, _), _)| name == producer);
        of_producer.map(|((_, epoch), _)| *epoch).max().unwrap_or(0)
    }

    /// How far each producer is settled.
    pub fn checkpoints(&self) -> BTreeMap<(String, i64), Checkpoint> {
        self.checkpoints.clone()
    }

    /// The first `limit` parked messages that are due at `now`, longest due first.
    pub fn due(&self, now: DateTime<Utc>, limit: u32) -> Vec<ParkedMessage> {
        let mut due: Vec<_> = self
            .parked
            .values()
            .filter(|message| message.next_attempt_at.is_some_and(|at| at <= now))
            .cloned()
            .collect();
        due.sort_by_key(|message| message.next_attempt_at);
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        due
    }

    /// When the next parked message is due.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.parked
            .values()
            .filter_map(|message| message.next_attempt_at)
            .min()
    }

    /// How many messages are parked.
    pub fn parked_counts(&self) -> ParkedCounts {
        let dead = self
            .parked
            .values()
            .filter(|message| message.next_attempt_at.is_none())
            .count() as u64;
        ParkedCounts {
            parked: self.parked.len() as u64 - dead,
            dead,
        }
    }

    /// The first `limit` of the `listed` messages after the id `after`, by id.
    pub fn list(&self, listed: Listed, after: Option<Uuid>, limit: u32) -> Vec<ParkedMessage> {
        self.parked
            .values()
            .filter(|message| match listed {
                Listed::All => true,
                Listed::Dead => message.next_attempt_at.is_none(),
            })
            .filter(|message| after.is_none_or(|after| message.id > after))
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .cloned()
            .collect()
    }

    /// The message with this id, if it is parked.
    pub fn parked(&self, id: Uuid) -> Option<ParkedMessage> {
        self.parked.get(&id).cloned()
    }

    /// Makes the chosen messages due at `now`, unless they are due already. Returns how many
    /// were not.
    pub fn redrive(&mut self, chosen: Chosen, now: DateTime<Utc>) -> u64 {
        let mut redriven = 0;
        for message in self.parked.values_mut() {
            if is(message, chosen) && message.next_attempt_at.is_none_or(|at| at > now) {
                message.next_attempt_at = Some(now);
                redriven += 1;
            }
        }
        redriven
    }

    /// Forgets the chosen messages. Returns how many there were.
    pub fn purge(&mut self, chosen: Chosen) -> u64 {
        let before = self.parked.len();
        self.parked.retain(|_, message| !is(message, chosen));
        (before - self.parked.len()) as u64
    }
}

fn is(message: &ParkedMessage, chosen: Chosen) -> bool {
    match chosen {
        Chosen::One(id) => message.id == id,
        Chosen::AllDead => message.next_attempt_at.is_none(),
    }
}
