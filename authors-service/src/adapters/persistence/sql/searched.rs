//! Writes what authors are searched, filtered and ordered by, in the transaction that writes them.

use replication::sql::{insert_rows, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, QueryFilter,
    sea_query::OnConflict,
};
use search::{sort_key, sql::replace_phrases};

use super::entity::listed_authors::{Column, Entity, Model};
use crate::domain::Author;

/// The phrases of authors.
pub(super) const NAMES: &str = "author_names";

/// Takes over what has changed.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[(Option<&Author>, &Author)],
) -> Result<(), DbErr> {
    let renamed = |(before, after): &&(Option<&Author>, &Author)| {
        before.is_none_or(|before| before.phrases() != after.phrases())
    };
    let renamed: Vec<_> = changes.iter().filter(renamed).collect();
    let former = renamed.iter().filter(|(before, _)| before.is_some());
    let former: Vec<_> = former.map(|(_, after)| id(after)).collect();
    let afters: Vec<_> = renamed.iter().map(|(_, after)| *after).collect();
    replace_phrases(transaction, NAMES, &former, &phrases(&afters)).await?;
    let afters: Vec<_> = changes.iter().map(|(_, after)| *after).collect();
    list(transaction, &afters).await
}

/// Makes all of it anew.
pub(super) async fn rebuild(
    transaction: &DatabaseTransaction,
    authors: &[Author],
) -> Result<(), DbErr> {
    let authors: Vec<_> = authors.iter().collect();
    let ids: Vec<_> = authors.iter().map(|author| id(author)).collect();
    replace_phrases(transaction, NAMES, &ids, &phrases(&authors)).await?;
    list(transaction, &authors).await
}

fn phrases(authors: &[&Author]) -> Vec<(i64, String)> {
    let of_one = |author: &&Author| {
        let id = id(author);
        let phrases = author.phrases().into_iter();
        phrases.map(move |phrase| (id, phrase)).collect::<Vec<_>>()
    };
    authors.iter().flat_map(of_one).collect()
}

async fn list(transaction: &DatabaseTransaction, authors: &[&Author]) -> Result<(), DbErr> {
    let (deleted, live): (Vec<&Author>, Vec<&Author>) =
        authors.iter().partition(|author| author.deleted);
    if !deleted.is_empty() {
        let backend = transaction.get_database_backend();
        let ids = deleted.into_iter().map(id);
        Entity::delete_many()
            .filter(is_one_of(backend, Column::Id, ids))
            .exec(transaction)
            .await?;
    }
    let row = |author: &Author| Model {
        id: id(author),
        name: sort_key(&author.state.name),
        nationality: sort_key(author.state.nationality.as_deref().unwrap_or_default()),
        updated_at: author.state.updated_at.timestamp_micros(),
    };
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)));
    let rows = live.into_iter().map(row).collect();
    insert_rows::<Entity>(transaction, rows, Some(&replaced)).await?;
    Ok(())
}

fn id(author: &Author) -> i64 {
    author.state.author_id.get()
}
