//! Statements put together from parts, whose values never become text.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value, sea_query::ArrayType,
};

/// A statement, or a part of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql(Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Value(Value),
}

impl Sql {
    /// The beginning of a statement.
    pub fn new(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    /// Adds text of the program's own.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>) -> Self {
        self.0.push(Part::Text(text.into()));
        self
    }

    /// Adds a value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.0.push(Part::Value(value.into()));
        self
    }

    /// Adds another part.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the condition that `column` is one of `numbers`.
    #[must_use]
    pub fn is_one_of(self, backend: DbBackend, column: &str, numbers: &[i64]) -> Self {
        match backend {
            DbBackend::Postgres => self
                .then(format!("{column} = ANY("))
                .bind(number_array(numbers))
                .then(")"),
            _ => self
                .then(format!("{column} IN (SELECT value FROM json_each("))
                .bind(json(numbers))
                .then("))"),
        }
    }

    /// Adds ` AND …`, the condition that `column` is none of `numbers`, of which there may be many.
    #[must_use]
    pub(super) fn and_none_of(self, backend: DbBackend, column: &str, numbers: &[i64]) -> Self {
        let sql = self.then(format!(" AND {column} NOT IN (SELECT "));
        match backend {
            DbBackend::Postgres => sql.then("unnest(").bind(number_array(numbers)).then("))"),
            _ => sql
                .then("value FROM json_each(")
                .bind(json(numbers))
                .then("))"),
        }
    }

    /// The rows that it selects.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn all(&self, connection: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.statement(connection.get_database_backend());
        connection.query_all_raw(statement).await
    }

    /// The ids that it selects.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn ids(&self, connection: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
        let rows = self.all(connection).await?;
        rows.iter().map(|row| row.try_get("", "id")).collect()
    }

    pub(super) async fn run(&self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        let statement = self.statement(connection.get_database_backend());
        connection.execute_raw(statement).await.map(drop)
    }

    fn statement(&self, backend: DbBackend) -> Statement {
        let mut text = String::new();
        let mut values = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(more) => text.push_str(more),
                Part::Value(value) => {
                    values.push(value.clone());
                    text.push_str(&format!("${}", values.len()));
                }
            }
        }
        Statement::from_sql_and_values(backend, text, values)
    }
}

/// A number as both databases take it.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number_array(numbers: &[i64]) -> Value {
    let numbers = numbers.iter().copied().map(Value::from).collect();
    Value::Array(ArrayType::BigInt, Some(Box::new(numbers)))
}

/// Texts as one value: an array on PostgreSQL.
pub(super) fn text_array(texts: &[String]) -> Value {
    let texts = texts.iter().cloned().map(Value::from).collect();
    Value::Array(ArrayType::String, Some(Box::new(texts)))
}

/// Numbers and texts as one value for SQLite.
pub(super) fn json<T: serde::Serialize + ?Sized>(values: &T) -> String {
    // Numbers and texts can always be written.
    serde_json::to_string(values).unwrap_or_default()
}
