//! Writes phrases, in the transaction that writes their record.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value, sea_query::ArrayType};

use super::{
    spellings::learn,
    statement::{Sql, json, text_array},
};
use crate::phrase::words;

/// Bytes of a statement's texts at most, unless one alone is longer.
const CHUNK: usize = 12_000;

/// Replaces the phrases of the records `former` by `rows`, each the phrase of a record, in a table
/// with the columns `id` and `text`; and learns the words in them.
///
/// # Errors
/// If the database refuses.
pub async fn replace_phrases(
    transaction: &impl ConnectionTrait,
    table: &'static str,
    former: &[i64],
    rows: &[(i64, String)],
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    if !former.is_empty() {
        Sql::new(format!("DELETE FROM {table} WHERE "))
            .is_one_of(backend, "id", former)
            .run(transaction)
            .await?;
    }
    for chunk in chunks(rows) {
        let insert = Sql::new(format!("INSERT INTO {table} (id, text) SELECT "));
        let insert = match backend {
            DbBackend::Postgres => {
                let ids = chunk.iter().map(|(id, _)| Value::from(*id)).collect();
                let texts: Vec<_> = chunk.iter().map(|(_, text)| text.clone()).collect();
                insert
                    .then("* FROM unnest(")
                    .bind(Value::Array(ArrayType::BigInt, Some(Box::new(ids))))
                    .then(", ")
                    .bind(text_array(&texts))
                    .then(")")
            }
            _ => insert
                .then("json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(")
                .bind(json(chunk))
                .then(")"),
        };
        insert.run(transaction).await?;
    }
    let words: BTreeSet<&str> = rows.iter().flat_map(|(_, text)| words(text)).collect();
    learn(transaction, words).await
}

fn chunks(rows: &[(i64, String)]) -> Vec<&[(i64, String)]> {
    let mut chunks = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |(_, text): &&(i64, String)| {
            bytes += text.len();
            bytes <= CHUNK
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (chunk, others) = rest.split_at(count);
        chunks.push(chunk);
        rest = others;
    }
    chunks
}
