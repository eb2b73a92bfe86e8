//! The stores that the contract is held against.

use std::{env, panic, sync::Arc};

use books_service::{
    adapters::persistence::{BatchedStore, MemoryStore, SqlStore},
    domain::{AuthorsCache, BookQueries, BookRepository},
};
use migrations::{BooksMigrator, MigratorTrait, migrate};
use replication::{
    StoreError, Wakeup,
    answers::KeptAnswers,
    history::History,
    inbox::Checkpoints,
    log::EventLog,
    parked::ParkedMessages,
    records::Records,
    sql::{
        Database, Engine, SqlCheckpoints, SqlEventLog, SqlHistory, SqlKeptAnswers,
        SqlParkedMessages,
    },
};
use sea_orm::ConnectionTrait;
use url::Url;

/// So many migrations the release had that came before search.
const BEFORE_SEARCH: Option<u32> = Some(5);

/// PostgreSQL refuses a NUL in a text by itself; SQLite is made to, so that the contract sees how
/// a store takes a refusal.
const REFUSE_NUL_IN_NAMES: &str = "CREATE TRIGGER refuse_nul BEFORE INSERT ON authors_cache \
    WHEN instr(NEW.name, char(0)) > 0 BEGIN SELECT RAISE(ABORT, 'a NUL in a name'); END";

/// Every port of one store.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) books: Arc<dyn BookRepository>,
    pub(crate) queries: Arc<dyn BookQueries>,
    pub(crate) cache: Arc<dyn AuthorsCache>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) history: Arc<dyn History>,
    pub(crate) checkpoints: Arc<dyn Checkpoints>,
    pub(crate) parked: Arc<dyn ParkedMessages>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) answers: Arc<dyn KeptAnswers>,
    pub(crate) features: Features,
    place: Place,
}

/// What not every store does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Features {
    /// Refuses an author whose name holds a NUL.
    pub(crate) refuses_nul: bool,
    /// Serves several processes, of which one at a time has the right to relay.
    pub(crate) several_processes: bool,
}

#[derive(Clone)]
enum Place {
    Memory(MemoryStore),
    Database(Arc<str>),
}

impl Store {
    fn in_memory(memory: MemoryStore) -> Self {
        let store = Arc::new(memory.clone());
        Self {
            books: store.clone(),
            queries: store.clone(),
            cache: store.clone(),
            log: store.clone(),
            history: store.clone(),
            checkpoints: store.clone(),
            parked: store.clone(),
            answers: store.clone(),
            records: store,
            features: Features {
                refuses_nul: false,
                several_processes: false,
            },
            place: Place::Memory(memory),
        }
    }

    fn in_database(database: Database, url: Arc<str>) -> Self {
        let committed = Wakeup::default();
        let store = SqlStore::new(database.clone(), committed.clone());
        let shared = Arc::new(BatchedStore::start(store.clone()));
        let store = Arc::new(store);
        Self {
            books: shared.clone(),
            queries: shared,
            cache: store.clone(),
            records: store,
            log: Arc::new(SqlEventLog::new(database.clone(), committed)),
            history: Arc::new(SqlHistory::new(database.clone())),
            checkpoints: Arc::new(SqlCheckpoints::new(database.clone())),
            parked: Arc::new(SqlParkedMessages::new(database.clone())),
            answers: Arc::new(SqlKeptAnswers::new(database.clone())),
            features: Features {
                refuses_nul: true,
                several_processes: database.engine() == Engine::Postgres,
            },
            place: Place::Database(url),
        }
    }

    /// Changes the database as somebody might by hand; `false` if there is none.
    pub(crate) async fn by_hand(&self, statement: &str) -> bool {
        let Place::Database(url) = &self.place else {
            return false;
        };
        let database = Database::open(url).unwrap();
        let done = database.reader().execute_unprepared(statement).await;
        done.unwrap();
        true
    }

    /// Brings its database up to date, if it has one.
    pub(crate) async fn migrate(&self) -> Option<Database> {
        match &self.place {
            Place::Memory(_) => None,
            Place::Database(url) => Some(migrated(url, None).await),
        }
    }

    /// Does what a service does before it is ready.
    pub(crate) async fn prepare(&self) -> Result<(), StoreError> {
        match self.migrate().await {
            Some(database) => SqlStore::new(database, Wakeup::default()).catch_up().await,
            None => Ok(()),
        }
    }

    /// The same records as the process sees them after a restart, or another process beside it.
    pub(crate) fn opened_again(&self) -> Self {
        match &self.place {
            Place::Memory(memory) => Self::in_memory(memory.clone()),
            Place::Database(url) => {
                Self::in_database(Database::open(url).unwrap(), Arc::clone(url))
            }
        }
    }
}

pub(crate) async fn in_memory<F: Future<Output = ()>>(contract: fn(Store) -> F) {
    contract(Store::in_memory(MemoryStore::default())).await;
}

pub(crate) async fn on_sqlite<F: Future<Output = ()>>(contract: fn(Store) -> F) {
    on_sqlite_of(None, contract).await;
}

/// Of the release before search.
pub(crate) async fn on_old_sqlite<F: Future<Output = ()>>(contract: fn(Store) -> F) {
    on_sqlite_of(BEFORE_SEARCH, contract).await;
}

async fn on_sqlite_of<F: Future<Output = ()>>(migrations: Option<u32>, contract: fn(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("books.db").display());
    let database = migrated(&url, migrations).await;
    let made = database
        .reader()
        .execute_unprepared(REFUSE_NUL_IN_NAMES)
        .await;
    made.unwrap();
    contract(Store::in_database(database, url.into())).await;
}

pub(crate) async fn on_postgres<F>(contract: fn(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    on_postgres_of(None, contract).await;
}

/// Of the release before search.
pub(crate) async fn on_old_postgres<F>(contract: fn(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    on_postgres_of(BEFORE_SEARCH, contract).await;
}

/// In a database of its own, which is dropped however the contract ends.
async fn on_postgres_of<F>(migrations: Option<u32>, contract: fn(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(server) = env::var("TEST_DATABASE_URL") else {
        panic!("TEST_DATABASE_URL must name a PostgreSQL server, as tests/run.sh does");
    };
    let name = format!("colophon_books_{:016x}", fastrand::u64(..));
    let mut url = Url::parse(&server).unwrap();
    url.set_path(&name);
    let server = Database::open(&server).unwrap();
    let statement = format!("CREATE DATABASE {name}");
    server
        .reader()
        .execute_unprepared(&statement)
        .await
        .unwrap();

    let held = tokio::spawn(async move {
        let database = migrated(url.as_str(), migrations).await;
        contract(Store::in_database(database, url.as_str().into())).await;
    });
    let outcome = held.await;

    let statement = format!("DROP DATABASE {name} WITH (FORCE)");
    server
        .reader()
        .execute_unprepared(&statement)
        .await
        .unwrap();
    if let Err(failure) = outcome {
        panic::resume_unwind(failure.into_panic());
    }
}

/// Its database with all migrations, or as a release with so many of them left it.
async fn migrated(url: &str, migrations: Option<u32>) -> Database {
    let database = Database::open(url).unwrap();
    let transaction = database.begin().await.unwrap();
    match migrations {
        None => migrate::<BooksMigrator>(transaction).await.unwrap(),
        Some(_) => {
            BooksMigrator::up(&transaction, migrations).await.unwrap();
            transaction.commit().await.unwrap();
        }
    }
    database
}
