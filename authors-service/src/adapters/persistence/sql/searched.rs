//! What authors are searched, filtered and ordered by, written in the transaction that writes them.

use std::collections::BTreeMap;

use replication::sql::{Insertion, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, QueryFilter,
    sea_query::OnConflict,
};
use search::{sort_key, sql::forget_phrases};
use shared_events::AuthorId;

use super::entity::{
    author_names,
    listed_authors::{Column, Entity, Model},
};
use crate::domain::Author;

/// The phrases of authors.
pub(super) const NAMES: &str = "author_names";

/// The phrases of some authors.
pub(super) type Texts = BTreeMap<AuthorId, Vec<String>>;

/// What authors are found by from now on, of each whose phrases change.
pub(super) fn texts(changes: &[(Option<&Author>, &Author)]) -> Texts {
    let changed = |(before, after): &(Option<&Author>, &Author)| {
        let phrases = after.phrases();
        let differ = before.is_none_or(|before| before.phrases() != phrases);
        differ.then_some((after.state.author_id, phrases))
    };
    changes.iter().filter_map(changed).collect()
}

/// The same of authors as they are.
pub(super) fn texts_anew(authors: &[Author]) -> Texts {
    let authors = authors.iter();
    authors
        .map(|author| (author.state.author_id, author.phrases()))
        .collect()
}

/// Whatever has words in it.
pub(super) fn phrases(texts: &Texts) -> impl Iterator<Item = &str> {
    texts.values().flatten().map(String::as_str)
}

/// Removes what these authors were found by, and those that are deleted from the lists.
pub(super) async fn forget(
    transaction: &DatabaseTransaction,
    former: &[i64],
    authors: impl Iterator<Item = &Author>,
) -> Result<(), DbErr> {
    forget_phrases(transaction, NAMES, former).await?;
    let deleted = authors.filter(|author| author.deleted);
    let deleted: Vec<_> = deleted.map(|author| author.state.author_id.get()).collect();
    if !deleted.is_empty() {
        let backend = transaction.get_database_backend();
        Entity::delete_many()
            .filter(is_one_of(backend, Column::Id, deleted))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// Adds what these authors are found by and listed with.
///
/// # Errors
/// If a row can't be written.
pub(super) fn insert<'a>(
    insertion: Insertion,
    authors: impl Iterator<Item = &'a Author>,
    mut texts: Texts,
) -> Result<Insertion, DbErr> {
    let (mut names, mut listed) = (Vec::new(), Vec::new());
    for author in authors {
        let id = author.state.author_id.get();
        let texts = texts.remove(&author.state.author_id).into_iter().flatten();
        names.extend(texts.map(|text| author_names::Model { id, text }));
        listed.extend((!author.deleted).then(|| row(author)));
    }
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)));
    insertion
        .and::<author_names::Entity>(names, None)?
        .and::<Entity>(listed, Some(&replaced))
}

fn row(author: &Author) -> Model {
    let state = &author.state;
    Model {
        id: state.author_id.get(),
        name: sort_key(&state.name),
        nationality: sort_key(state.nationality.as_deref().unwrap_or_default()),
        updated_at: state.updated_at.timestamp_micros(),
    }
}
