//! Copies that are spoiled past the service, as by a disk that lies or a hand in the database: a row
//! gets another content, or a version of its own, or is gone; a link that the other side wrote is
//! flipped.
//!
//! It goes through the port that repairs: what may put a row right may also put it wrong.

use chrono::DateTime;
use fastrand::Rng;
use replication::records::{Range, Repair, StoredRow, Table};
use shared_events::{LinkState, Revision};

use crate::side::Service;

/// Spoils a row of the service's copies, if it has any.
pub(crate) async fn spoil(service: &Service, dice: &mut Rng) {
    let table = if dice.bool() {
        Table::Cached
    } else {
        Table::Links
    };
    let everything = Range {
        after: (0, 0),
        through: None,
        bucket: None,
        limit: u32::MAX,
    };
    let rows = service.records.rows(table, &everything).await;
    let rows = rows.unwrap_or_default();
    let Some(row) = dice.choice(&rows) else {
        return;
    };
    let wrong = match table {
        Table::Cached => Some(spoiled_record(row, dice)),
        Table::Links => flipped_link(row, service),
        Table::Owned => None,
    };
    if let Some(wrong) = wrong {
        // A store in memory refuses nothing that could be read from it.
        let _spoiled = service.records.heal(&[wrong], DateTime::UNIX_EPOCH).await;
    }
}

fn spoiled_record(row: &StoredRow, dice: &mut Rng) -> Repair {
    let named = row.version;
    let mut wrong = row.clone();
    match dice.u8(0..3) {
        0 => wrong.data = row.data.replace("Name", "Spoiled"),
        1 => wrong.version.version += 100,
        _ => {
            return Repair::Unknown {
                key: row.key,
                named,
            };
        }
    }
    Repair::Record {
        row: wrong,
        named: Some(named),
    }
}

/// The same link, there instead of absent or the other way round, at the same revision; nothing if
/// this side wrote it, which then knows best.
fn flipped_link(row: &StoredRow, service: &Service) -> Option<Repair> {
    let mut state: LinkState = serde_json::from_str(&row.data).ok()?;
    let side = Revision::side(state.presence_revision);
    if side == service.producer.side() {
        return None;
    }
    state.present = !state.present;
    Some(Repair::Link {
        row: StoredRow {
            data: serde_json::to_string(&state).ok()?,
            ..row.clone()
        },
        side,
    })
}
