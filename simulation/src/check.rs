//! What has to hold once everything is at rest.

use std::collections::{BTreeMap, BTreeSet};

use replication::{
    StoreError,
    records::{Range, StoredRow, Table},
};
use shared_events::{Key, LinkRegister, LinkState};

use crate::side::{Acknowledged, Service};

/// What does not hold, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub String);

/// Whether both sides hold the same.
pub(crate) async fn equal(services: &[Service; 2]) -> bool {
    match differences(services).await {
        Ok(differences) => differences.is_empty(),
        Err(_) => false,
    }
}

/// Everything that is wrong.
pub(crate) async fn wrongs(services: &[Service; 2], acknowledged: &[Acknowledged]) -> Vec<Wrong> {
    let mut wrongs = match differences(services).await {
        Ok(differences) => differences,
        Err(error) => vec![Wrong(error.to_string())],
    };
    for service in services {
        wrongs.extend(log_wrongs(service).await);
        let counts = service.parked.counts().await.unwrap_or_default();
        if counts.parked + counts.dead > 0 {
            wrongs.push(Wrong(format!("{} has parked {counts:?}", service.producer)));
        }
    }
    wrongs.extend(lost(services, acknowledged).await);
    wrongs
}

async fn differences(services: &[Service; 2]) -> Result<Vec<Wrong>, StoreError> {
    let mut wrongs = Vec::new();
    let [left, right] = services;
    for (owner, copy, table, copied) in [
        (left, right, Table::Owned, Table::Cached),
        (right, left, Table::Owned, Table::Cached),
        (left, right, Table::Links, Table::Links),
    ] {
        let owned = rows(owner, table).await?;
        let held = rows(copy, copied).await?;
        for row in owned.values().filter(|row| held.get(&row.key) != Some(row)) {
            let other = held.get(&row.key);
            wrongs.push(Wrong(format!(
                "{} has {row:?}, {} has {other:?}",
                owner.producer, copy.producer
            )));
        }
        for row in held.values().filter(|row| !owned.contains_key(&row.key)) {
            wrongs.push(Wrong(format!("{} alone has {row:?}", copy.producer)));
        }
    }
    Ok(wrongs)
}

async fn rows(service: &Service, table: Table) -> Result<BTreeMap<Key, StoredRow>, StoreError> {
    let everything = Range {
        after: (0, 0),
        through: None,
        bucket: None,
        limit: u32::MAX,
    };
    let rows = service.records.rows(table, &everything).await?;
    Ok(rows.into_iter().map(|row| (row.key, row)).collect())
}

/// The log is gapless, and no version stands in it twice.
async fn log_wrongs(service: &Service) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let mut versions = BTreeSet::new();
    for (entry, place) in service.whole_log().await.into_iter().zip(1..) {
        if entry.sequence != place {
            wrongs.push(Wrong(format!("a gap in the log before {entry:?}")));
        }
        if !versions.insert((entry.key.clone(), entry.version, entry.epoch)) {
            wrongs.push(Wrong(format!("a version twice in the log: {entry:?}")));
        }
    }
    wrongs
}

/// Acknowledged edits that neither stand nor were superseded.
async fn lost(services: &[Service; 2], acknowledged: &[Acknowledged]) -> Vec<Wrong> {
    let mut held = BTreeMap::new();
    for service in services {
        for table in [Table::Owned, Table::Links] {
            held.extend(rows(service, table).await.unwrap_or_default());
        }
    }
    let is_kept = |edit: &Acknowledged| match edit {
        Acknowledged::Record {
            key,
            version,
            deleted,
        } => held.get(key).is_some_and(|row| {
            let held = row.version.version;
            held > *version || (held == *version && row.deleted == *deleted)
        }),
        Acknowledged::Presence { key, presence } => {
            let held = held.get(key).and_then(register).map(|link| link.presence);
            held.is_some_and(|held| held.revision > presence.revision || held == *presence)
        }
        Acknowledged::Credit { key, credit } => {
            let held = held.get(key).and_then(register).map(|link| link.credit);
            held.is_some_and(|held| held.revision > credit.revision || held == *credit)
        }
    };
    acknowledged
        .iter()
        .filter(|edit| !is_kept(edit))
        .map(|edit| Wrong(format!("acknowledged and lost: {edit:?}")))
        .collect()
}

fn register(row: &StoredRow) -> Option<LinkRegister> {
    let state: LinkState = serde_json::from_str(&row.data).ok()?;
    Some(state.register())
}
