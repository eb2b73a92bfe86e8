//! Many rows by one statement whose text does not depend on how many they are, so that the
//! database has prepared it already; and rows of several tables by one statement.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, DatabaseTransaction, DbBackend,
    DbErr, EntityTrait, IdenStatic, IntoActiveModel, Iterable, QueryTrait,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query,
        WithQuery,
    },
};
use serde::Serialize;

/// At most so many rows a statement on SQLite, which takes 32,766 values.
const CHUNK: usize = 512;

/// Bytes of a statement's values at most, as long as they can be divided. Its message must not be
/// written in two parts: sqlx 0.9.0 leaves Nagle's algorithm on (its issue 4335), so over TLS, whose
/// records hold 16 KiB, the second part would wait 40 ms for the server to acknowledge the first.
pub(super) const MESSAGE: usize = 15_000;

/// Inserts `rows` as [`Insertion`] does. Returns how many were inserted or changed.
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
    let backend = transaction.get_database_backend();
    let insertion = Insertion::of::<E>(backend, rows, on_conflict)?;
    insertion.run(transaction).await
}

/// Rows to be inserted into one or several tables, in as few statements as can be.
///
/// On PostgreSQL rows travel as JSON texts, whose names and types are the table's; what all tables
/// get is one statement if it fits one message. On SQLite all rows of a table are one JSON text, if it
/// has numbers and texts alone; of other tables they are values, in chunks of 512, 256, … 1 rows: ten
/// statements at most for each table, of which each is a hand-over to the connection's thread.
pub struct Insertion {
    backend: DbBackend,
    /// Into the first table.
    first: Vec<InsertStatement>,
    /// Into the others.
    others: Vec<InsertStatement>,
    /// Of JSON texts.
    bytes: usize,
}

impl Insertion {
    /// Begins with nothing.
    pub fn new(backend: DbBackend) -> Self {
        Self {
            backend,
            first: Vec::new(),
            others: Vec::new(),
            bytes: 0,
        }
    }

    /// Begins with the table whose rows are counted; `on_conflict` says what happens to a row whose
    /// key is there, if that is no error.
    ///
    /// # Errors
    /// If a row can't be written as JSON.
    pub fn of<E>(
        backend: DbBackend,
        rows: Vec<E::Model>,
        on_conflict: Option<&OnConflict>,
    ) -> Result<Self, DbErr>
    where
        E: EntityTrait,
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let mut insertion = Self::new(backend);
        insertion.first = insertion.statements::<E>(rows, on_conflict)?;
        Ok(insertion)
    }

    /// Goes on with another table, or with rows of the same that are treated otherwise.
    ///
    /// # Errors
    /// If a row can't be written as JSON.
    pub fn and<E>(
        mut self,
        rows: Vec<E::Model>,
        on_conflict: Option<&OnConflict>,
    ) -> Result<Self, DbErr>
    where
        E: EntityTrait,
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let statements = self.statements::<E>(rows, on_conflict)?;
        self.others.extend(statements);
        Ok(self)
    }

    fn statements<E>(
        &mut self,
        rows: Vec<E::Model>,
        on_conflict: Option<&OnConflict>,
    ) -> Result<Vec<InsertStatement>, DbErr>
    where
        E: EntityTrait,
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let mut statements = match self.backend {
            DbBackend::Postgres => {
                let texts = json_texts(&rows)?;
                self.bytes += texts.iter().map(String::len).sum::<usize>();
                let of_texts = texts.into_iter().map(from_json::<E>);
                of_texts.collect::<Result<_, _>>()?
            }
            _ if rows.is_empty() => Vec::new(),
            _ if is_plain::<E>() => vec![from_json_each::<E>(&rows)?],
            _ => from_values::<E>(rows),
        };
        if let Some(on_conflict) = on_conflict {
            for statement in &mut statements {
                statement.on_conflict(on_conflict.clone());
            }
        }
        Ok(statements)
    }

    /// Inserts everything, in order unless it is one statement. Returns how many rows of the first
    /// table were inserted or changed.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn run(mut self, transaction: &DatabaseTransaction) -> Result<u64, DbErr> {
        if self.backend == DbBackend::Postgres && self.bytes <= MESSAGE {
            // None is longer than a message, so there is one for each table at most.
            let (main, is_counted) = match self.first.pop() {
                Some(main) => (Some(main), true),
                None => (self.others.pop(), false),
            };
            let Some(main) = main else { return Ok(0) };
            let affected = run_with(transaction, main, self.others).await?;
            return Ok(if is_counted { affected } else { 0 });
        }
        let mut affected = 0;
        for statement in &self.first {
            affected += transaction.execute(statement).await?.rows_affected();
        }
        for statement in &self.others {
            transaction.execute(statement).await?;
        }
        Ok(affected)
    }
}

/// Runs `main` and `others` as one statement; its count is that of `main`.
async fn run_with(
    transaction: &DatabaseTransaction,
    main: InsertStatement,
    others: Vec<InsertStatement>,
) -> Result<u64, DbErr> {
    if others.is_empty() {
        return Ok(transaction.execute(&main).await?.rows_affected());
    }
    let mut all = WithQuery::new();
    for (number, other) in others.into_iter().enumerate() {
        let mut part = CommonTableExpression::new();
        part.table_name(Alias::new(format!("part_{number}")))
            .query(other);
        all.cte(part);
    }
    all.query(main);
    Ok(transaction.execute(&all).await?.rows_affected())
}

fn from_json<E: EntityTrait>(json: String) -> Result<InsertStatement, DbErr> {
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
    Ok(insert)
}

/// Whether the table holds only what SQLite keeps as JSON has it.
fn is_plain<E: EntityTrait>() -> bool {
    E::Column::iter().all(|column| {
        matches!(
            column.def().get_column_type(),
            ColumnType::BigInteger
                | ColumnType::Boolean
                | ColumnType::Integer
                | ColumnType::String(_)
                | ColumnType::Text
        )
    })
}

fn from_json_each<E: EntityTrait>(rows: &[impl Serialize]) -> Result<InsertStatement, DbErr> {
    let json = serde_json::to_string(rows).map_err(|error| DbErr::Json(error.to_string()))?;
    let each = Func::cust(Alias::new("json_each")).arg(Expr::val(json));
    let mut new_rows = Query::select();
    for column in E::Column::iter() {
        let value = format!("json_extract(value, '$.{}')", column.as_str());
        new_rows.expr(Expr::cust(value));
    }
    // Without a condition SQLite would take `ON CONFLICT` for one of a join.
    new_rows
        .from_function(each, Alias::new("new_rows"))
        .and_where(Expr::cust("true"));
    let mut insert = Query::insert();
    insert
        .into_table(E::default())
        .columns(E::Column::iter())
        .select_from(new_rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(insert)
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

fn from_values<E>(rows: Vec<E::Model>) -> Vec<InsertStatement>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let mut statements = Vec::new();
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    while rows.len() > 0 {
        let count = power_of_two_within(rows.len().min(CHUNK));
        let insert = E::insert_many(rows.by_ref().take(count));
        statements.push(insert.into_query());
    }
    statements
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
