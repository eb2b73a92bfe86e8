//! One relay at work per database: a session advisory lock on PostgreSQL; on SQLite the process
//! that has the file is the only one.

use async_trait::async_trait;
use sea_orm::sqlx::{self, Connection, PgConnection};

use super::Database;
use crate::{StoreError, log::RelayLease};

/// Key of the advisory lock; advisory keys are per database.
const RELAY_LOCK: i64 = 0x636f_6c6f_7265_6c61;

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
        self.0.ping().await.is_ok()
    }
}

pub(super) async fn try_lease(
    database: &Database,
) -> Result<Option<Box<dyn RelayLease>>, StoreError> {
    let Some(options) = database.postgres_options() else {
        return Ok(Some(Box::new(SqliteLease)));
    };
    let unavailable = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
    let mut connection = PgConnection::connect_with(options)
        .await
        .map_err(unavailable)?;
    let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(RELAY_LOCK)
        .fetch_one(&mut connection)
        .await
        .map_err(unavailable)?;
    if locked {
        return Ok(Some(Box::new(PostgresLease(connection))));
    }
    // Only a courtesy to the server: the connection ends either way.
    let _ = connection.close().await;
    Ok(None)
}
