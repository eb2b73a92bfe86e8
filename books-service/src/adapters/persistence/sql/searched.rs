//! Writes what books are searched, filtered and ordered by, in the transaction that writes them.

use std::collections::BTreeSet;

use replication::sql::{insert_rows, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, QueryFilter,
    sea_query::OnConflict,
};
use search::{sort_key, sql::replace_phrases};

use super::entity::{
    book_subjects,
    listed_books::{Column, Entity, Model},
};
use crate::domain::{Book, UNKNOWN_YEAR};

/// The titles of books as phrases.
pub(super) const TITLES: &str = "book_titles";
/// All that books say of themselves, of each in one text.
pub(super) const TEXTS: &str = "book_texts";

/// Takes over what has changed.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[(Option<&Book>, &Book)],
) -> Result<(), DbErr> {
    let differ = |(before, after): &&(Option<&Book>, &Book)| {
        before.is_none_or(|before| {
            before.title_phrases() != after.title_phrases()
                || before.text() != after.text()
                || subjects(before) != subjects(after)
        })
    };
    let differing: Vec<_> = changes.iter().filter(differ).collect();
    let former = differing.iter().filter(|(before, _)| before.is_some());
    let former: Vec<_> = former.map(|(_, after)| id(after)).collect();
    let afters: Vec<_> = differing.iter().map(|(_, after)| *after).collect();
    write_texts(transaction, &former, &afters).await?;
    let afters: Vec<_> = changes.iter().map(|(_, after)| *after).collect();
    list(transaction, &afters).await
}

/// Makes all of it anew.
pub(super) async fn rebuild(
    transaction: &DatabaseTransaction,
    books: &[Book],
) -> Result<(), DbErr> {
    let books: Vec<_> = books.iter().collect();
    let ids: Vec<_> = books.iter().map(|book| id(book)).collect();
    write_texts(transaction, &ids, &books).await?;
    list(transaction, &books).await
}

async fn write_texts(
    transaction: &DatabaseTransaction,
    former: &[i64],
    books: &[&Book],
) -> Result<(), DbErr> {
    let titles = |book: &&Book| {
        let id = id(book);
        let phrases = book.title_phrases().into_iter();
        phrases.map(move |phrase| (id, phrase)).collect::<Vec<_>>()
    };
    let titles: Vec<_> = books.iter().flat_map(titles).collect();
    replace_phrases(transaction, TITLES, former, &titles).await?;
    let texts = books
        .iter()
        .filter_map(|book| Some((id(book), book.text()?)));
    replace_phrases(transaction, TEXTS, former, &texts.collect::<Vec<_>>()).await?;

    if !former.is_empty() {
        let backend = transaction.get_database_backend();
        let former = former.iter().copied();
        book_subjects::Entity::delete_many()
            .filter(is_one_of(backend, book_subjects::Column::Id, former))
            .exec(transaction)
            .await?;
    }
    let rows = books.iter().flat_map(|book| {
        let id = id(book);
        let subjects = subjects(book).into_iter();
        subjects.map(move |subject| book_subjects::Model { subject, id })
    });
    insert_rows::<book_subjects::Entity>(transaction, rows.collect(), None).await?;
    Ok(())
}

/// Its subjects as they are picked by; none of a tombstone.
fn subjects(book: &Book) -> BTreeSet<String> {
    let held = (!book.deleted).then_some(&book.state.subjects);
    let subjects = held.into_iter().flatten().map(|subject| sort_key(subject));
    subjects.collect()
}

async fn list(transaction: &DatabaseTransaction, books: &[&Book]) -> Result<(), DbErr> {
    let (deleted, live): (Vec<&Book>, Vec<&Book>) = books.iter().partition(|book| book.deleted);
    if !deleted.is_empty() {
        let backend = transaction.get_database_backend();
        let ids = deleted.into_iter().map(id);
        Entity::delete_many()
            .filter(is_one_of(backend, Column::Id, ids))
            .exec(transaction)
            .await?;
    }
    let row = |book: &Book| {
        let state = &book.state;
        Model {
            id: id(book),
            title: sort_key(&state.title),
            publisher: sort_key(state.publisher.as_deref().unwrap_or_default()),
            language: state.language.clone().unwrap_or_default(),
            year: state.publication_year.map_or(UNKNOWN_YEAR, i64::from),
            isbn: state.isbn.clone().unwrap_or_default(),
            updated_at: state.updated_at.timestamp_micros(),
        }
    };
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)));
    let rows = live.into_iter().map(row).collect();
    insert_rows::<Entity>(transaction, rows, Some(&replaced)).await?;
    Ok(())
}

fn id(book: &Book) -> i64 {
    book.state.book_id.get()
}
