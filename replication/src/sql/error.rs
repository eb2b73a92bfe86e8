//! Tells an error of the data from a database that can't be used now.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use crate::StoreError;

/// What kind of trouble a database error is.
///
/// Data: SQLSTATE class 22 (data exception) or 23 (integrity constraint violation) on
/// PostgreSQL; a constraint, type mismatch or size error on SQLite; a value that can't be
/// encoded. Everything else (pool time-out, deadlock, busy, disk full, connection) is
/// "unavailable".
pub fn store_error(error: DbErr) -> StoreError {
    let text = error.to_string();
    if is_data_error(&error) {
        StoreError::Data(text)
    } else {
        StoreError::Unavailable(text)
    }
}

/// Whether another transaction came first, so that reading and deciding again will show what it
/// did: a unique index already has the value, or PostgreSQL gave this one up for another (40001
/// serialization failure, 40P01 deadlock).
pub fn is_conflict(error: &DbErr) -> bool {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return true;
    }
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().is_some_and(|database| {
                matches!(database.code().as_deref(), Some("40001" | "40P01"))
            })
        }
        _ => false,
    }
}

fn is_data_error(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return matches!(
            error,
            DbErr::Type(_) | DbErr::Json(_) | DbErr::ConvertFromU64(_)
        );
    };
    match error.as_ref() {
        sqlx::Error::Encode(_) => true,
        sqlx::Error::Database(database) => match database.code() {
            Some(code)
                if database
                    .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                    .is_some() =>
            {
                code.starts_with("22") || code.starts_with("23")
            }
            // SQLite's extended result codes keep the primary one in the low byte:
            // 18 TOOBIG, 19 CONSTRAINT, 20 MISMATCH (https://sqlite.org/rescode.html).
            Some(code) => code
                .parse::<u32>()
                .is_ok_and(|code| matches!(code & 0xff, 18..=20)),
            None => false,
        },
        _ => false,
    }
}
