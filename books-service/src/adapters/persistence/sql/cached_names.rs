//! Writes the names by which books are found that are their authors', in the transaction that
//! changes the cache.

use std::collections::{BTreeMap, BTreeSet};

use replication::sql::{insert_rows, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryTrait,
};
use search::sql::{Sql, forget_phrases};

use super::{
    entity::{
        authors_cache::{Column, Entity, Model},
        cached_author_names,
    },
    rows,
};
use crate::domain::CachedAuthor;

/// The phrases of cached authors. Those of one that is gone from the cache may stay: who reads
/// them joins the cache.
pub(super) const NAMES: &str = "cached_author_names";

/// The phrases of some cached authors; of none if there is no such author.
pub(super) type Texts = BTreeMap<i64, BTreeSet<String>>;

/// Those of authors as they are offered to the cache.
pub(super) fn texts_of<'a>(authors: impl Iterator<Item = &'a CachedAuthor>) -> Texts {
    authors
        .map(|author| {
            let phrases = author.phrases().into_iter().collect();
            (author.state.author_id.get(), phrases)
        })
        .collect()
}

/// Those of authors as they are cached.
pub(super) async fn texts(transaction: &DatabaseTransaction, ids: &[i64]) -> Result<Texts, DbErr> {
    let backend = transaction.get_database_backend();
    let query = Entity::find()
        .filter(is_one_of(backend, Column::Id, ids.iter().copied()))
        .into_query();
    let rows = transaction.query_all(&query).await?;
    // One that can't be read, since somebody changed it by hand, is not found until repaired.
    let authors: Vec<_> = rows
        .iter()
        .filter_map(|row| Model::from_query_result(row, "").ok())
        .filter_map(|row| rows::cached_author(row).ok())
        .collect();
    Ok(texts_of(authors.iter()))
}

/// Whatever has words in it.
pub(super) fn phrases(texts: &Texts) -> impl Iterator<Item = &str> {
    texts.values().flatten().map(String::as_str)
}

/// Makes the phrases of these authors those that are wanted.
pub(super) async fn follow(
    transaction: &DatabaseTransaction,
    mut wanted: Texts,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    let ids: Vec<_> = wanted.keys().copied().collect();
    let mut held = Texts::new();
    let select = Sql::new(format!("SELECT id, text FROM {NAMES} WHERE "));
    let select = select.is_one_of(backend, "id", &ids);
    for row in select.all(transaction).await? {
        let text = row.try_get("", "text")?;
        held.entry(row.try_get("", "id")?).or_default().insert(text);
    }
    wanted.retain(|id, phrases| held.get(id).unwrap_or(&BTreeSet::new()) != phrases);
    let former = wanted.keys().filter(|id| held.contains_key(id));
    let former: Vec<_> = former.copied().collect();
    forget_phrases(transaction, NAMES, &former).await?;
    let names = wanted.into_iter().flat_map(|(id, phrases)| {
        let phrases = phrases.into_iter();
        phrases.map(move |text| cached_author_names::Model { id, text })
    });
    insert_rows::<cached_author_names::Entity>(transaction, names.collect(), None).await?;
    Ok(())
}
