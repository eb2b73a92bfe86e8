//! One store of the mechanics, whatever it is made of.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, Utc};
use replication::{
    StoreError, Wakeup,
    checkpoint::Checkpoint,
    inbox::{Checkpoints, Ledger},
    log::{EventLog, Head, LogEntry, NewEntry, Place},
    memory::Journal,
    parked::{Chosen, Listed, ParkedCounts, ParkedMessage, ParkedMessages},
    sql::{
        Database, SqlCheckpoints, SqlEventLog, SqlParkedMessages, append, store_error, write_ledger,
    },
};
use sea_orm::ConnectionTrait as _;
use shared_events::{Receipt, control::Unapplied};
use tokio::time::timeout;
use uuid::Uuid;

#[derive(Clone)]
pub(crate) enum Store {
    Memory(Arc<Mutex<Journal>>),
    Sql(Arc<Database>),
}

impl Store {
    pub(crate) fn in_memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// The database; contracts of databases only have one.
    pub(crate) fn database(&self) -> &Database {
        match self {
            Self::Memory(_) => panic!("a contract of databases"),
            Self::Sql(database) => database,
        }
    }

    fn sql_log(database: &Database) -> SqlEventLog {
        SqlEventLog::new(database.clone(), Wakeup::default())
    }

    /// Appends in one transaction.
    pub(crate) async fn append(&self, entries: Vec<NewEntry>) -> Result<(), StoreError> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().append(entries),
            Self::Sql(database) => {
                let write = async {
                    let transaction = database.begin().await?;
                    append(&transaction, entries).await?;
                    transaction.commit().await
                };
                write.await.map_err(store_error)
            }
        }
    }

    /// Appends, and then thinks better of it.
    pub(crate) async fn append_and_roll_back(&self, entries: Vec<NewEntry>) {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().clone().append(entries).unwrap(),
            Self::Sql(database) => {
                let transaction = database.begin().await.unwrap();
                append(&transaction, entries).await.unwrap();
                transaction.rollback().await.unwrap();
            }
        }
    }

    pub(crate) async fn write(&self, ledger: &Ledger) -> Result<(), StoreError> {
        match self {
            Self::Memory(journal) => {
                journal.lock().unwrap().write(ledger);
                Ok(())
            }
            Self::Sql(database) => {
                let write = async {
                    let transaction = database.begin().await?;
                    write_ledger(&transaction, ledger).await?;
                    transaction.commit().await
                };
                write.await.map_err(store_error)
            }
        }
    }

    pub(crate) async fn head(&self) -> Head {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().head(),
            Self::Sql(database) => Self::sql_log(database).head().await.unwrap(),
        }
    }

    pub(crate) async fn read_after(&self, sequence: i64, limit: u32) -> Vec<LogEntry> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().read_after(sequence, limit),
            Self::Sql(database) => {
                let log = Self::sql_log(database);
                log.read_after(sequence, limit).await.unwrap()
            }
        }
    }

    pub(crate) async fn entries(&self) -> Vec<LogEntry> {
        self.read_after(0, u32::MAX).await
    }

    pub(crate) async fn set_published_through(&self, sequence: i64) {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().set_published_through(sequence),
            Self::Sql(database) => {
                let log = Self::sql_log(database);
                log.set_published_through(sequence).await.unwrap();
            }
        }
    }

    pub(crate) async fn checkpoints(&self) -> BTreeMap<(String, i64), Checkpoint> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().checkpoints(),
            Self::Sql(database) => {
                let checkpoints = SqlCheckpoints::new(Database::clone(database));
                checkpoints.checkpoints().await.unwrap()
            }
        }
    }

    pub(crate) async fn due(&self, now: DateTime<Utc>, limit: u32) -> Vec<ParkedMessage> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().due(now, limit),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.due(now, limit).await.unwrap()
            }
        }
    }

    pub(crate) async fn next_due(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().next_due(),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.next_due().await.unwrap()
            }
        }
    }

    pub(crate) async fn counts(&self) -> ParkedCounts {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().parked_counts(),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.counts().await.unwrap()
            }
        }
    }

    pub(crate) async fn list(
        &self,
        listed: Listed,
        after: Option<Uuid>,
        limit: u32,
    ) -> Vec<ParkedMessage> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().list(listed, after, limit),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.list(listed, after, limit).await.unwrap()
            }
        }
    }

    pub(crate) async fn get(&self, id: Uuid) -> Option<ParkedMessage> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().parked(id),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.get(id).await.unwrap()
            }
        }
    }

    /// As a restore from a backup does.
    pub(crate) async fn begin_epoch(&self, epoch: i64) {
        let advance = format!("UPDATE log_head SET epoch = {epoch}");
        let reader = self.database().reader();
        reader.execute_unprepared(&advance).await.unwrap();
    }

    pub(crate) async fn place(&self, receipt: &Receipt) -> Option<Place> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().place(receipt),
            Self::Sql(database) => Self::sql_log(database).place(receipt).await.unwrap(),
        }
    }

    pub(crate) async fn unapplied(&self, producer: &str, epoch: i64, limit: u32) -> Vec<Unapplied> {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().unapplied(producer, epoch, limit),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.unapplied(producer, epoch, limit).await.unwrap()
            }
        }
    }

    /// Also checks that the bell rings if, and only if, something was redriven.
    pub(crate) async fn redrive(&self, chosen: Chosen, now: DateTime<Utc>) -> u64 {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().redrive(chosen, now),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                let mut bell = parked.redriven().listen();
                let redriven = parked.redrive(chosen, now).await.unwrap();
                let rung = timeout(Duration::ZERO, bell.heard()).await.is_ok();
                assert_eq!(rung, redriven > 0);
                redriven
            }
        }
    }

    pub(crate) async fn purge(&self, chosen: Chosen) -> u64 {
        match self {
            Self::Memory(journal) => journal.lock().unwrap().purge(chosen),
            Self::Sql(database) => {
                let parked = SqlParkedMessages::new(Database::clone(database));
                parked.purge(chosen).await.unwrap()
            }
        }
    }
}
