//! Lists in an order other than that of relevance, and how many records there are.

use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{
    find::Search,
    index::{Conditions, Index, bytewise},
    statement::{Sql, signed},
};
use crate::{Order, Place, PlaceKey};

/// A list of records.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// Of what.
    pub index: &'a Index,
    /// What is searched for, if anything.
    pub search: Option<&'a Search<'a>>,
    /// What else the records must fulfill.
    pub conditions: &'a Conditions,
}

impl List<'_> {
    /// The records behind the place `after` and `skip` others, at most `limit`, in `order`.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn page(
        &self,
        connection: &impl ConnectionTrait,
        order: Order,
        after: Option<&Place>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Place>, DbErr> {
        if let (Order::Relevance, Some(search)) = (order, self.search) {
            return search.best(connection, after, skip, limit).await;
        }
        let backend = connection.get_database_backend();
        let (column, collation, descending) = match order {
            Order::Id { descending } => (None, "", descending),
            Order::Relevance => (None, "", false),
            Order::Text { column, descending } => (Some(column), bytewise(backend), descending),
            Order::Number { column, descending } => (Some(column), "", descending),
        };
        let key = column.map(|column| format!("r.{column}{collation}"));
        let selected = key
            .as_ref()
            .map_or(String::new(), |key| format!(", {key} AS sort_key"));
        let select = format!("SELECT r.id AS id{selected} FROM {} r", self.index.listing);
        let mut sql = self.restricted(connection, Sql::new(select)).await?;
        let (beyond, direction) = if descending {
            ("<", " DESC")
        } else {
            (">", "")
        };
        if let Some(place) = after {
            sql = match (&key, &place.key) {
                (Some(key), PlaceKey::Text(text)) => sql
                    .then(format!(" AND ({key}, r.id) {beyond} ("))
                    .bind(text.clone())
                    .then(", ")
                    .bind(place.id)
                    .then(")"),
                (Some(key), PlaceKey::Number(number)) => sql
                    .then(format!(" AND ({key}, r.id) {beyond} ("))
                    .bind(*number)
                    .then(", ")
                    .bind(place.id)
                    .then(")"),
                _ => sql.then(format!(" AND r.id {beyond} ")).bind(place.id),
            };
        }
        let first = key.map_or(String::new(), |key| format!("{key}{direction}, "));
        let sql = sql
            .then(format!(" ORDER BY {first}r.id{direction} LIMIT "))
            .bind(signed(limit))
            .then(" OFFSET ")
            .bind(signed(skip));
        let rows = sql.all(connection).await?;
        rows.iter().map(|row| place(row, order)).collect()
    }

    /// How many records the list has.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn total(&self, connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
        let select = format!("SELECT count(*) AS total FROM {} r", self.index.listing);
        let sql = self.restricted(connection, Sql::new(select)).await?;
        let rows = sql.all(connection).await?;
        let total = rows
            .first()
            .map(|row| row.try_get("", "total"))
            .transpose()?;
        Ok(total.map_or(0, i64::unsigned_abs))
    }

    async fn restricted(&self, connection: &impl ConnectionTrait, sql: Sql) -> Result<Sql, DbErr> {
        let sql = sql.then(" WHERE true");
        let sql = match self.search {
            None => sql,
            Some(search) => sql
                .then(" AND r.id IN (")
                .and(&search.matching(connection).await?)
                .then(")"),
        };
        Ok(sql.and(self.conditions))
    }
}

fn place(row: &QueryResult, order: Order) -> Result<Place, DbErr> {
    let key = match order {
        Order::Id { .. } | Order::Relevance => PlaceKey::Id,
        Order::Text { .. } => PlaceKey::Text(row.try_get("", "sort_key")?),
        Order::Number { .. } => PlaceKey::Number(row.try_get("", "sort_key")?),
    };
    Ok(Place {
        key,
        id: row.try_get("", "id")?,
    })
}
