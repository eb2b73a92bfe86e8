//! Opens a database: pools, durability, time-outs.

use std::{io, str::FromStr, time::Duration};

use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
    sqlx::{
        self, ConnectOptions, Connection as _,
        postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};

use tokio::time::timeout;

use crate::StoreError;

/// Connections to one PostgreSQL database, per process, beside those that search.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Readers of one SQLite database, beside its one writer and those that search.
const SQLITE_READERS: u32 = 4;
/// Kibibytes of pages that SQLite's writer keeps at most: the indexes that searches need are written
/// all over, and a page that it holds need not be read and checked again.
const SQLITE_WRITER_CACHE: &str = "-16384";
/// A caller waits so long for a connection before it is told that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is tried before it is used. To try each would cost every
/// statement another round trip.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// An idle connection that is alive answers within so long.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Which database management system it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite 3.35 or later, in a file.
    Sqlite,
    /// PostgreSQL 13 or later.
    Postgres,
}

/// Why a database can't be used, ever: the setting must change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DatabaseError(String);

/// A service's database. Nothing is connected until it is first used, so that a service can start
/// and say that it waits.
#[derive(Debug, Clone)]
pub struct Database {
    reader: DatabaseConnection,
    searcher: DatabaseConnection,
    writer: DatabaseConnection,
    postgres: Option<PgConnectOptions>,
}

impl Database {
    /// So many lists and searches are made at a time; further ones wait for them.
    pub const SEARCHERS: u32 = 4;

    /// Opens `url`: `sqlite://path/to/file` or `postgres://user:password@host/name`.
    ///
    /// # Errors
    /// If the URL is of neither form.
    pub fn open(url: &str) -> Result<Self, DatabaseError> {
        let wrong = |what: String| {
            DatabaseError(format!(
                "the database URL is not usable ({what}): it must be like sqlite://data/catalog.db or postgres://user:password@host:5432/name"
            ))
        };
        let (scheme, _) = url
            .split_once(':')
            .ok_or_else(|| wrong("it has no scheme".to_owned()))?;
        match scheme {
            "sqlite" => {
                let options = SqliteConnectOptions::from_str(url)
                    .map_err(|error| wrong(error.to_string()))?;
                if !is_in_a_file(url, &options) {
                    return Err(wrong(
                        "a SQLite database that is not in a file is not durable".to_owned(),
                    ));
                }
                Ok(Self::open_sqlite(options))
            }
            "postgres" | "postgresql" => {
                let options =
                    PgConnectOptions::from_str(url).map_err(|error| wrong(error.to_string()))?;
                Ok(Self::open_postgres(options))
            }
            // Not repeated: without a scheme, it may be a user's name or a password.
            _ => Err(wrong("it begins with neither".to_owned())),
        }
    }

    fn open_sqlite(options: SqliteConnectOptions) -> Self {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT)
            .disable_statement_logging();
        // One writer behind the pool's fair queue: SQLite's own lock is unfair under load.
        let pool = |connections: u32| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
        };
        let writing = options.clone().pragma("cache_size", SQLITE_WRITER_CACHE);
        let writer = pool(1).connect_lazy_with(writing);
        let reader = pool(SQLITE_READERS).connect_lazy_with(options.clone());
        let searcher = pool(Self::SEARCHERS).connect_lazy_with(options);
        Self {
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            searcher: SqlxSqliteConnector::from_sqlx_sqlite_pool(searcher),
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            postgres: None,
        }
    }

    fn open_postgres(options: PgConnectOptions) -> Self {
        let options = options
            .application_name("colophon")
            .options([
                ("synchronous_commit", "on"),
                ("default_transaction_isolation", "read committed"),
                ("statement_timeout", "30000"),
                ("lock_timeout", "10000"),
                // A commit that never comes would hold the log's head from everybody else.
                ("idle_in_transaction_session_timeout", "10000"),
                // A client that is gone without a word would keep the right to relay for two hours.
                ("tcp_keepalives_idle", "30"),
                ("tcp_keepalives_interval", "10"),
                ("tcp_keepalives_count", "3"),
                // Every statement finds its rows by an index, and has a text of its own however
                // many keys it names: it is planned once, and not for a table that is still empty.
                ("plan_cache_mode", "force_generic_plan"),
                ("enable_seqscan", "off"),
                ("jit", "off"),
                // To start workers takes longer than any statement here may take.
                ("max_parallel_workers_per_gather", "0"),
            ])
            .disable_statement_logging();
        let pool = |connections: u32| {
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                .before_acquire(|connection, held| {
                    Box::pin(async move {
                        if held.idle_for > TRUSTED_FOR {
                            answers(connection).await?;
                        }
                        Ok(true)
                    })
                })
                .connect_lazy_with(options.clone());
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
        };
        let connection = pool(POSTGRES_CONNECTIONS);
        Self {
            reader: connection.clone(),
            searcher: pool(Self::SEARCHERS),
            writer: connection,
            postgres: Some(options),
        }
    }

    /// Which system it is.
    pub fn engine(&self) -> Engine {
        match self.writer.get_database_backend() {
            DbBackend::Postgres => Engine::Postgres,
            _ => Engine::Sqlite,
        }
    }

    /// Connections for lists, searches and counts, which may take long: many of them wait for each
    /// other rather than keep everything else from its connection.
    pub fn searcher(&self) -> &DatabaseConnection {
        &self.searcher
    }

    /// Connections for all other reading.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The connections that write; on SQLite there is one.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that writes: READ COMMITTED on PostgreSQL; on SQLite it takes the
    /// write lock at once, after whoever waits already.
    ///
    /// # Errors
    /// If no connection can be had.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.writer
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                access_mode: None::<AccessMode>,
                sqlite_transaction_mode: match self.engine() {
                    Engine::Sqlite => Some(SqliteTransactionMode::Immediate),
                    Engine::Postgres => None,
                },
            })
            .await
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`Unreachable::Refused`] if it refuses this user, password or database name, which waiting
    /// won't mend; [`Unreachable::Now`] if it can't be reached at the moment.
    pub async fn ping(&self) -> Result<(), Unreachable> {
        let pool = &self.writer;
        let result = match self.engine() {
            Engine::Postgres => {
                let connection = pool.get_postgres_connection_pool().acquire().await;
                match connection {
                    // One that was in use a moment ago comes untried.
                    Ok(mut connection) => answers(&mut connection).await,
                    Err(error) => Err(error),
                }
            }
            Engine::Sqlite => pool.get_sqlite_connection_pool().acquire().await.map(drop),
        };
        result.map_err(|error| Unreachable::of(&error))
    }

    /// A PostgreSQL connection outside the pool, for what must live as long as a session.
    pub(crate) fn postgres_options(&self) -> Option<&PgConnectOptions> {
        self.postgres.as_ref()
    }

    /// Closes the pools; a statement under way is finished first.
    pub async fn close(&self) {
        for connection in [&self.reader, &self.searcher, &self.writer] {
            // A pool that is closed already is closed.
            let _ = connection.clone().close().await;
        }
    }
}

/// Whether a connection is alive. One that does not answer soon is replaced by a new one.
async fn answers(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    match timeout(ANSWERS_WITHIN, connection.ping()).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, elapsed).into()),
    }
}

/// Whether these options name a file: an empty name is a temporary database of one connection.
fn is_in_a_file(url: &str, options: &SqliteConnectOptions) -> bool {
    let name = options.get_filename().to_string_lossy();
    let in_memory = name.contains(":memory:") || name.starts_with("file:");
    !name.is_empty() && !in_memory && !url.contains(":memory:") && !url.contains("mode=memory")
}

/// Why a database did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// It answered no: the setting must change.
    #[error("the database refuses the connection: {0}")]
    Refused(String),
    /// It can't be reached now.
    #[error("the database can't be reached: {0}")]
    Now(String),
}

impl Unreachable {
    fn of(error: &sqlx::Error) -> Self {
        let text = error.to_string();
        match error {
            // 28: invalid authorization; 3D: no such database (PostgreSQL, appendix A).
            sqlx::Error::Database(database)
                if database
                    .code()
                    .is_some_and(|code| code.starts_with("28") || code.starts_with("3D")) =>
            {
                Self::Refused(text)
            }
            // SQLITE_CANTOPEN and SQLITE_NOTADB.
            sqlx::Error::Database(database)
                if database.code().is_some_and(|code| {
                    code.parse::<u32>()
                        .is_ok_and(|code| matches!(code & 0xff, 14 | 26))
                }) =>
            {
                Self::Refused(text)
            }
            _ => Self::Now(text),
        }
    }
}

impl From<Unreachable> for StoreError {
    fn from(error: Unreachable) -> Self {
        Self::Unavailable(error.to_string())
    }
}
