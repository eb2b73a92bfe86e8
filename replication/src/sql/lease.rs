//! One relay at work per database: a session advisory lock on PostgreSQL; on SQLite the process
//! that has the file is the only one.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::sqlx::{self, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::Database;
use crate::{StoreError, log::RelayLease};

/// Key of the advisory lock; advisory keys are per database.
const RELAY_LOCK: i64 = 0x636f_6c6f_7265_6c61;

/// The server has so long to answer before the lease counts as lost.
const PATIENCE: Duration = Duration::from_secs(5);

struct SqliteLease;

#[async_trait]
impl RelayLease for SqliteLease {
    async fn is_held(&mut self) -> bool {
        true
    }
}

/// The lock lives as long as this connection.
struct PostgresLease(PgConnection);

#[async_trait]
impl RelayLease for PostgresLease {
    async fn is_held(&mut self) -> bool {
        // A server that went away without a word never answers.
        matches!(timeout(PATIENCE, self.0.ping()).await, Ok(Ok(())))
    }
}

pub(super) async fn try_lease(
    database: &Database,
) -> Result<Option<Box<dyn RelayLease>>, StoreError> {
    let Some(options) = database.postgres_options() else {
        return Ok(Some(Box::new(SqliteLease)));
    };
    match timeout(PATIENCE, try_lock(options)).await {
        Ok(Ok(Some(connection))) => Ok(Some(Box::new(PostgresLease(connection)))),
        Ok(Ok(None)) => Ok(None),
        Ok(Err(error)) => Err(StoreError::Unavailable(error.to_string())),
        Err(_elapsed) => Err(StoreError::Unavailable(format!(
            "it did not answer within {} s",
            PATIENCE.as_secs()
        ))),
    }
}

async fn try_lock(options: &PgConnectOptions) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(RELAY_LOCK)
        .fetch_one(&mut connection)
        .await?;
    if locked {
        return Ok(Some(connection));
    }
    // Only a courtesy to the server: the connection ends either way.
    let _ = connection.close().await;
    Ok(None)
}
