//! Many rows by one statement whose text does not depend on how many they are, so that the
//! database has prepared it already.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IntoActiveModel, Iterable,
    sea_query::{Alias, Expr, ExprTrait, Func, OnConflict, Query},
};
use serde::Serialize;

/// At most so many rows a statement on SQLite, which takes 32,766 values.
const CHUNK: usize = 512;

/// Bytes of a statement's values at most, as long as they can be divided. Its message must not be
/// written in two parts: sqlx 0.9.0 leaves Nagle's algorithm on (its issue 4335), so over TLS, whose
/// records hold 16 KiB, the second part would wait 40 ms for the server to acknowledge the first.
pub(super) const MESSAGE: usize = 15_000;

/// Inserts `rows`, in their order; `on_conflict` says what happens to one whose key is there, if
/// that is no error. Returns how many were inserted or changed.
///
/// On PostgreSQL the rows travel as JSON texts, whose names and types are the table's. SQLite
/// gets them as values, in chunks of 512, 256, … 1 rows: ten texts at most.
///
/// # Errors
/// If the database refuses.
pub async fn insert_rows<E>(
    transaction: &DatabaseTransaction,
    rows: Vec<E::Model>,
    on_conflict: Option<&OnConflict>,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    match transaction.get_database_backend() {
        DbBackend::Postgres => insert_as_json::<E>(transaction, &rows, on_conflict).await,
        _ => insert_as_values::<E>(transaction, rows, on_conflict).await,
    }
}

async fn insert_as_json<E: EntityTrait>(
    transaction: &DatabaseTransaction,
    rows: &[E::Model],
    on_conflict: Option<&OnConflict>,
) -> Result<u64, DbErr>
where
    E::Model: Serialize,
{
    let mut affected = 0;
    for json in json_texts(rows)? {
        let table = E::default();
        let a_row = Expr::null().cast_as(Alias::new(table.table_name()));
        let set = Func::cust(Alias::new("json_populate_recordset"))
            .arg(a_row)
            .arg(Expr::val(json).cast_as(Alias::new("json")));
        let new_rows = Query::select()
            .columns(E::Column::iter())
            .from_function(set, Alias::new("new_rows"))
            .to_owned();
        let mut insert = Query::insert();
        insert
            .into_table(table)
            .columns(E::Column::iter())
            .select_from(new_rows)
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        if let Some(on_conflict) = on_conflict {
            insert.on_conflict(on_conflict.clone());
        }
        affected += transaction.execute(&insert).await?.rows_affected();
    }
    Ok(affected)
}

/// `rows` as JSON arrays, none of them longer than [`MESSAGE`] unless one row alone is.
fn json_texts<T: Serialize>(rows: &[T]) -> Result<Vec<String>, DbErr> {
    let mut texts: Vec<String> = Vec::new();
    for row in rows {
        let row = serde_json::to_string(row).map_err(|error| DbErr::Json(error.to_string()))?;
        match texts.last_mut() {
            Some(text) if text.len() + row.len() < MESSAGE => {
                text.push(',');
                text.push_str(&row);
            }
            _ => texts.push(format!("[{row}")),
        }
    }
    for text in &mut texts {
        text.push(']');
    }
    Ok(texts)
}

async fn insert_as_values<E>(
    transaction: &DatabaseTransaction,
    rows: Vec<E::Model>,
    on_conflict: Option<&OnConflict>,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let mut affected = 0;
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    while rows.len() > 0 {
        let count = power_of_two_within(rows.len().min(CHUNK));
        let mut insert = E::insert_many(rows.by_ref().take(count));
        if let Some(on_conflict) = on_conflict {
            insert = insert.on_conflict(on_conflict.clone());
        }
        affected += insert.exec_without_returning(transaction).await?;
    }
    Ok(affected)
}

/// The greatest power of two that is not greater than `count`, which is not 0.
fn power_of_two_within(count: usize) -> usize {
    1 << (usize::BITS - 1 - count.leading_zeros())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_longer_than_a_record_of_tls() {
        let rows: Vec<String> = (0..100).map(|row| "x".repeat(row * 10)).collect();
        let texts = json_texts(&rows).unwrap();
        assert!(texts.len() > 3, "{}", texts.len());
        assert!(texts.iter().all(|text| text.len() <= MESSAGE));
        let read = |text: &String| serde_json::from_str::<Vec<String>>(text).unwrap();
        assert_eq!(texts.iter().flat_map(read).collect::<Vec<_>>(), rows);
        assert_eq!(json_texts::<String>(&[]).unwrap(), [""; 0]);
        let huge = ["y".repeat(MESSAGE), "z".to_owned()];
        assert_eq!(json_texts(&huge).unwrap().len(), 2);
    }

    #[test]
    fn chunks_are_powers_of_two() {
        let counts = [1, 2, 3, 4, 7, 8, 511, 512];
        assert_eq!(
            counts.map(power_of_two_within),
            [1, 2, 2, 4, 4, 8, 256, 512]
        );
    }
}
