//! Looking into a database past the services.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::failure::{Failure, Result};

/// A single connection.
///
/// # Errors
/// If the database can't be reached.
pub(crate) async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

/// The one number that `query` answers with, as `value`.
///
/// # Errors
/// If there is none.
pub(crate) async fn number(connection: &DatabaseConnection, query: &str) -> Result<i64> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let row = connection.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Failure::Wrong(format!("no answer to {query}")))?;
    Ok(row.try_get("", "value")?)
}

/// How many events the log of this database holds.
///
/// # Errors
/// If it can't be asked.
pub(crate) async fn count(url: &str) -> Result<u64> {
    let connection = connect(url).await?;
    let query = "SELECT last_sequence AS value FROM log_head";
    let last = number(&connection, query).await?;
    connection.close().await?;
    Ok(last.unsigned_abs())
}

/// Runs a statement.
///
/// # Errors
/// If the database refuses.
pub(crate) async fn execute(url: &str, statement: &str) -> Result<()> {
    let connection = connect(url).await?;
    connection.execute_unprepared(statement).await?;
    connection.close().await?;
    Ok(())
}
