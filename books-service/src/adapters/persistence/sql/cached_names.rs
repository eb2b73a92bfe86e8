//! Writes the names by which books are found that are their authors', in the transaction that
//! changes the cache.

use std::collections::{BTreeMap, BTreeSet};

use replication::sql::is_one_of;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryTrait,
};
use search::sql::{Sql, replace_phrases};

use super::{
    entity::authors_cache::{Column, Entity, Model},
    rows,
};

/// The phrases of cached authors. Those of one that is gone from the cache may stay: who reads
/// them joins the cache.
pub(super) const NAMES: &str = "cached_author_names";

/// Makes the phrases of these authors those of the cache.
pub(super) async fn follow(transaction: &DatabaseTransaction, ids: &[i64]) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    let query = Entity::find()
        .filter(is_one_of(backend, Column::Id, ids.iter().copied()))
        .into_query();
    let mut wanted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in transaction.query_all(&query).await? {
        // One that can't be read, since somebody changed it by hand, is not found until repaired.
        let author = Model::from_query_result(&row, "").and_then(rows::cached_author);
        if let Ok(author) = author {
            let phrases = author.phrases().into_iter().collect();
            wanted.insert(author.state.author_id.get(), phrases);
        }
    }
    let mut held: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    let select = Sql::new(format!("SELECT id, text FROM {NAMES} WHERE "));
    let select = select.is_one_of(backend, "id", ids);
    for row in select.all(transaction).await? {
        let text = row.try_get("", "text")?;
        held.entry(row.try_get("", "id")?).or_default().insert(text);
    }
    wanted.retain(|id, phrases| held.get(id).unwrap_or(&BTreeSet::new()) != phrases);
    let former = wanted.keys().filter(|id| held.contains_key(id));
    let former: Vec<_> = former.copied().collect();
    let rows = wanted.into_iter().flat_map(|(id, phrases)| {
        let phrases = phrases.into_iter();
        phrases.map(move |phrase| (id, phrase))
    });
    replace_phrases(transaction, NAMES, &former, &rows.collect::<Vec<_>>()).await
}
