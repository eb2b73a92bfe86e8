//! SQLite and PostgreSQL, by sea-orm.

mod batched;
mod books;
mod cache;
mod cached_names;
mod catching_up;
mod embedded;
mod entity;
mod finding;
mod links;
mod loading;
mod queries;
mod records;
mod repair;
mod rows;
mod saving;
mod searched;

use replication::{
    Wakeup,
    sql::{Database, NewIds},
};
use sea_orm::sea_query::BinOper;
use search::sql::Dictionary;

pub use batched::BatchedStore;

/// Unlike `<>`, it says of two nulls that they are equal.
const DIFFERS: BinOper = BinOper::Custom("IS DISTINCT FROM");

/// Books, links and the cache of authors in one database.
#[derive(Clone)]
pub struct SqlStore {
    database: Database,
    /// Rung after each commit that appended to the log.
    committed: Wakeup,
    ids: NewIds,
    /// The words that searches are about.
    dictionary: Dictionary,
}

impl SqlStore {
    /// The store in `database`, whose migrations have run before it is first used. It rings
    /// `committed` for the relay.
    pub fn new(database: Database, committed: Wakeup) -> Self {
        Self {
            ids: NewIds::new(database.clone()),
            database,
            committed,
            dictionary: Dictionary::default(),
        }
    }
}
