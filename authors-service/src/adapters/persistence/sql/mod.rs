//! SQLite and PostgreSQL, by sea-orm.

mod authors;
mod batched;
mod cache;
mod catching_up;
mod embedded;
mod entity;
mod finding;
mod links;
mod loading;
mod queries;
mod records;
mod repair;
mod repository;
mod rows;
mod saving;
mod searched;

use std::{ops::Range, sync::Arc};

use replication::{Wakeup, sql::Database};
use sea_orm::sea_query::BinOper;
use search::sql::Dictionary;
use tokio::sync::Mutex;

pub use batched::BatchedStore;

/// Unlike `<>`, it says of two nulls that they are equal.
const DIFFERS: BinOper = BinOper::Custom("IS DISTINCT FROM");

/// Authors, links and the cache of books in one database.
#[derive(Clone)]
pub struct SqlStore {
    database: Database,
    /// Rung after each commit that appended to the log.
    committed: Wakeup,
    ids: Arc<Mutex<ReservedIds>>,
    /// The words that searches are about.
    dictionary: Dictionary,
}

/// Ids that are reserved and not given out yet.
#[derive(Default)]
struct ReservedIds {
    left: Range<i64>,
    last_block: u32,
}

impl SqlStore {
    /// The store in `database`, whose migrations have run before it is first used. It rings
    /// `committed` for the relay.
    pub fn new(database: Database, committed: Wakeup) -> Self {
        Self {
            database,
            committed,
            ids: Arc::default(),
            dictionary: Dictionary::default(),
        }
    }
}
