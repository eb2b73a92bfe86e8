//! The log in SQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value, sea_query::ArrayType,
};
use shared_events::Key;

use super::{Database, entity, insert::MESSAGE, insert_rows, lease, store_error};
use crate::{
    StoreError, Wakeup,
    log::{EventLog, Head, LogEntry, NewEntry, RelayLease},
};

/// Versions that are looked up by one statement.
const VERSIONS_CHUNK: usize = 200;

/// One statement, so that the head is locked no longer than the commit takes.
const APPEND_POSTGRES: &str = "\
    WITH head AS (\
        UPDATE log_head SET last_sequence = last_sequence + $1 WHERE id = 1 \
        RETURNING epoch, last_sequence - $1 AS before\
    ) \
    INSERT INTO events (sequence, epoch, event_id, event_type, key, version, correlation_id, \
        actor, \"timestamp\", payload, traceparent) \
    SELECT head.before + new.ordinal, head.epoch, new.event_id, new.event_type, new.key, \
        new.version, new.correlation_id, NULLIF(new.actor, ''), new.decided_at, new.payload, \
        NULLIF(new.traceparent, '') \
    FROM head, unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], \
        $8::timestamptz[], $9::text[], $10::text[]) WITH ORDINALITY \
        AS new(event_id, event_type, key, version, correlation_id, actor, decided_at, payload, \
        traceparent, ordinal)";

const ADVANCE_SQLITE: &str = "UPDATE log_head SET last_sequence = last_sequence + $1 WHERE id = 1 \
    RETURNING epoch, last_sequence - $1 AS before";

/// Appends `entries`, in order. MUST be the transaction's last act before its commit: the lock on
/// the head's row is what makes sequence order commit order.
///
/// # Errors
/// If the database refuses, as it does if a `(key, version)` is in the log already.
pub async fn append(
    transaction: &DatabaseTransaction,
    entries: Vec<NewEntry>,
) -> Result<(), DbErr> {
    if entries.is_empty() {
        return Ok(());
    }
    match transaction.get_database_backend() {
        DbBackend::Postgres => {
            for part in parts(&entries) {
                append_postgres(transaction, part).await?;
            }
            Ok(())
        }
        _ => append_sqlite(transaction, entries).await,
    }
}

/// Consecutive parts of `entries` that each fit into one message of [`MESSAGE`] bytes, or are a
/// single one.
fn parts(entries: &[NewEntry]) -> impl Iterator<Item = &[NewEntry]> {
    let mut left = MESSAGE;
    entries.chunk_by(move |entry, next| {
        left = left.saturating_sub(size(entry));
        let fits = size(next) <= left;
        if !fits {
            left = MESSAGE;
        }
        fits
    })
}

/// About how many bytes an entry takes in a message.
fn size(entry: &NewEntry) -> usize {
    let texts = entry.payload.len() + entry.key.len() + entry.correlation_id.len();
    let optional = [&entry.actor, &entry.traceparent];
    let optional = optional.map(|text| text.as_ref().map_or(0, String::len));
    // What has a fixed length, and the lengths of the others.
    texts + optional.iter().sum::<usize>() + entry.event_type.len() + 80
}

async fn append_postgres(
    transaction: &DatabaseTransaction,
    entries: &[NewEntry],
) -> Result<(), DbErr> {
    let count = Value::from(entries.len() as i64);
    let columns = [
        column(ArrayType::Uuid, entries, |e| e.event_id.into()),
        column(ArrayType::String, entries, |e| e.event_type.into()),
        column(ArrayType::String, entries, |e| e.key.as_str().into()),
        column(ArrayType::BigInt, entries, |e| e.version.into()),
        column(ArrayType::String, entries, |e| {
            e.correlation_id.as_str().into()
        }),
        // An array's elements can't be null here: the statement takes '' for it.
        column(ArrayType::String, entries, |e| {
            e.actor.as_deref().unwrap_or_default().into()
        }),
        column(ArrayType::ChronoDateTimeUtc, entries, |e| {
            e.timestamp.into()
        }),
        column(ArrayType::String, entries, |e| e.payload.as_str().into()),
        column(ArrayType::String, entries, |e| {
            e.traceparent.as_deref().unwrap_or_default().into()
        }),
    ];
    let values = std::iter::once(count).chain(columns);
    transaction
        .execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            APPEND_POSTGRES,
            values,
        ))
        .await
        .map(|_| ())
}

fn column(kind: ArrayType, entries: &[NewEntry], value: fn(&NewEntry) -> Value) -> Value {
    Value::Array(kind, Some(Box::new(entries.iter().map(value).collect())))
}

async fn append_sqlite(
    transaction: &DatabaseTransaction,
    entries: Vec<NewEntry>,
) -> Result<(), DbErr> {
    let row = transaction
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            ADVANCE_SQLITE,
            [(entries.len() as i64).into()],
        ))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the row of log_head".to_owned()))?;
    let epoch: i64 = row.try_get("", "epoch")?;
    let before: i64 = row.try_get("", "before")?;
    let rows = (before + 1..).zip(entries);
    let rows = rows.map(|(sequence, entry)| entity::events::Model {
        sequence,
        epoch,
        event_id: entry.event_id,
        event_type: entry.event_type.to_owned(),
        key: entry.key,
        version: entry.version,
        correlation_id: entry.correlation_id,
        actor: entry.actor,
        timestamp: entry.timestamp,
        payload: entry.payload,
        traceparent: entry.traceparent,
    });
    insert_rows::<entity::events::Entity>(transaction, rows.collect(), None).await?;
    Ok(())
}

/// The current epoch of the log.
///
/// # Errors
/// If the database can't be used.
pub async fn read_epoch(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = entity::log_head::Entity::find_by_id(1)
        .one(connection)
        .await?;
    head.map(|head| head.epoch)
        .ok_or_else(|| DbErr::RecordNotFound("the row of log_head".to_owned()))
}

/// Where the log stands, as `connection` sees it.
///
/// # Errors
/// If the database can't be used.
pub async fn read_head(connection: &impl ConnectionTrait) -> Result<Head, DbErr> {
    let missing = |table: &str| DbErr::RecordNotFound(format!("the row of {table}"));
    // The relay's state first: it never passes the head that is read after it.
    let relay = entity::relay_state::Entity::find_by_id(1)
        .one(connection)
        .await?
        .ok_or_else(|| missing("relay_state"))?;
    let head = entity::log_head::Entity::find_by_id(1)
        .one(connection)
        .await?
        .ok_or_else(|| missing("log_head"))?;
    let first: Option<i64> = entity::events::Entity::find()
        .select_only()
        .column(entity::events::Column::Sequence)
        .order_by_asc(entity::events::Column::Sequence)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(Head {
        epoch: head.epoch,
        // What was appended since the head was read is not of this moment.
        first_sequence: first.map_or(head.last_sequence + 1, |first| {
            first.min(head.last_sequence + 1)
        }),
        last_sequence: head.last_sequence,
        published_through: relay.published_through,
    })
}

/// The log of one database, for its relay.
#[derive(Debug, Clone)]
pub struct SqlEventLog {
    database: Database,
    wakeup: Wakeup,
}

impl SqlEventLog {
    /// The log in `database`; `wakeup` is rung by whoever commits to it in this process.
    pub fn new(database: Database, wakeup: Wakeup) -> Self {
        Self { database, wakeup }
    }
}

#[async_trait]
impl EventLog for SqlEventLog {
    async fn head(&self) -> Result<Head, StoreError> {
        read_head(self.database.reader()).await.map_err(store_error)
    }

    async fn read_after(&self, sequence: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        let rows = entity::events::Entity::find()
            .filter(entity::events::Column::Sequence.gt(sequence))
            .order_by_asc(entity::events::Column::Sequence)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn sequences(
        &self,
        versions: &[(Key, i64)],
    ) -> Result<BTreeMap<(Key, i64), i64>, StoreError> {
        use entity::events::{Column, Entity};
        let mut found = BTreeMap::new();
        for chunk in versions.chunks(VERSIONS_CHUNK) {
            let keys: BTreeMap<String, Key> = chunk
                .iter()
                .map(|(key, _)| (key.to_string(), *key))
                .collect();
            let any = chunk.iter().fold(Condition::any(), |any, (key, version)| {
                any.add(
                    Condition::all()
                        .add(Column::Key.eq(key.to_string()))
                        .add(Column::Version.eq(*version)),
                )
            });
            let places: Vec<(String, i64, i64)> = Entity::find()
                .select_only()
                .columns([Column::Key, Column::Version, Column::Sequence])
                .filter(any)
                .order_by_asc(Column::Sequence)
                .into_tuple()
                .all(self.database.reader())
                .await
                .map_err(store_error)?;
            found.extend(places.into_iter().filter_map(|(key, version, sequence)| {
                let key = keys.get(&key)?;
                Some(((*key, version), sequence))
            }));
        }
        Ok(found)
    }

    async fn set_published_through(&self, sequence: i64) -> Result<(), StoreError> {
        entity::relay_state::Entity::update_many()
            .col_expr(
                entity::relay_state::Column::PublishedThrough,
                sequence.into(),
            )
            .filter(entity::relay_state::Column::PublishedThrough.lt(sequence))
            .exec(self.database.writer())
            .await
            .map(drop)
            .map_err(store_error)
    }

    async fn try_lease(&self) -> Result<Option<Box<dyn RelayLease>>, StoreError> {
        lease::try_lease(&self.database).await
    }

    fn wakeup(&self) -> &Wakeup {
        &self.wakeup
    }
}

pub(super) fn entry(row: entity::events::Model) -> LogEntry {
    LogEntry {
        epoch: row.epoch,
        sequence: row.sequence,
        event_id: row.event_id,
        event_type: row.event_type,
        key: row.key,
        version: row.version,
        correlation_id: row.correlation_id,
        actor: row.actor,
        timestamp: row.timestamp,
        payload: row.payload,
        traceparent: row.traceparent,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn entry(version: i64, length: usize) -> NewEntry {
        NewEntry {
            event_id: Uuid::nil(),
            event_type: "thing.created",
            key: "thing:1".to_owned(),
            version,
            correlation_id: "c".to_owned(),
            actor: None,
            timestamp: DateTime::UNIX_EPOCH,
            payload: "x".repeat(length),
            traceparent: None,
        }
    }

    #[test]
    fn entries_go_in_parts_that_fit_into_a_message_and_stay_in_order() {
        let lengths = [10, MESSAGE, 20].into_iter().chain((0..200).map(|n| n * 7));
        let entries: Vec<_> = (1..)
            .zip(lengths)
            .map(|(n, length)| entry(n, length))
            .collect();
        let parts: Vec<_> = parts(&entries).collect();
        let fits = |part: &&[NewEntry]| part.iter().map(size).sum::<usize>() <= MESSAGE;
        assert!(parts.iter().all(|part| part.len() == 1 || fits(part)));
        assert!(parts.len() < entries.len() / 5, "{}", parts.len());
        assert_eq!(parts.concat(), entries);
    }
}
