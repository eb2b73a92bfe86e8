//! What books are searched, filtered and ordered by, written in the transaction that writes them.

use std::collections::{BTreeMap, BTreeSet};

use replication::sql::{Insertion, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, QueryFilter,
    sea_query::OnConflict,
};
use search::{sort_key, sql::forget_phrases};
use shared_events::BookId;

use super::entity::{
    book_subjects, book_texts, book_titles,
    listed_books::{Column, Entity, Model},
};
use crate::domain::{Book, UNKNOWN_YEAR};

/// The titles of books as phrases.
pub(super) const TITLES: &str = "book_titles";
/// All that books say of themselves, of each in one text.
pub(super) const TEXTS: &str = "book_texts";

/// What some books are found by.
pub(super) type Texts = BTreeMap<BookId, BookTexts>;

/// What one book is found by.
#[derive(PartialEq, Eq)]
pub(super) struct BookTexts {
    titles: Vec<String>,
    text: Option<String>,
    /// As they are picked by.
    subjects: BTreeSet<String>,
}

impl BookTexts {
    fn of(book: &Book) -> Self {
        let subjects = (!book.deleted).then_some(&book.state.subjects);
        let subjects = subjects.into_iter().flatten();
        Self {
            titles: book.title_phrases(),
            text: book.text(),
            subjects: subjects.map(|subject| sort_key(subject)).collect(),
        }
    }
}

/// What books are found by from now on, of each of which that changes.
pub(super) fn texts(changes: &[(Option<&Book>, &Book)]) -> Texts {
    let changed = |(before, after): &(Option<&Book>, &Book)| {
        let texts = BookTexts::of(after);
        let differ = before.is_none_or(|before| BookTexts::of(before) != texts);
        differ.then_some((after.state.book_id, texts))
    };
    changes.iter().filter_map(changed).collect()
}

/// The same of books as they are.
pub(super) fn texts_anew(books: &[Book]) -> Texts {
    let books = books.iter();
    books
        .map(|book| (book.state.book_id, BookTexts::of(book)))
        .collect()
}

/// Whatever has words in it.
pub(super) fn phrases(texts: &Texts) -> impl Iterator<Item = &str> {
    let texts = texts.values();
    texts
        .flat_map(|texts| texts.titles.iter().chain(&texts.text))
        .map(String::as_str)
}

/// Removes what these books were found by, and those that are deleted from the lists.
pub(super) async fn forget(
    transaction: &DatabaseTransaction,
    former: &[i64],
    books: impl Iterator<Item = &Book>,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    forget_phrases(transaction, TITLES, former).await?;
    forget_phrases(transaction, TEXTS, former).await?;
    if !former.is_empty() {
        let former = former.iter().copied();
        book_subjects::Entity::delete_many()
            .filter(is_one_of(backend, book_subjects::Column::Id, former))
            .exec(transaction)
            .await?;
    }
    let deleted = books.filter(|book| book.deleted);
    let deleted: Vec<_> = deleted.map(|book| book.state.book_id.get()).collect();
    if !deleted.is_empty() {
        Entity::delete_many()
            .filter(is_one_of(backend, Column::Id, deleted))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// Adds what these books are found by and listed with.
///
/// # Errors
/// If a row can't be written.
pub(super) fn insert<'a>(
    insertion: Insertion,
    books: impl Iterator<Item = &'a Book>,
    mut all_texts: Texts,
) -> Result<Insertion, DbErr> {
    let (mut titles, mut texts, mut subjects, mut listed) = (vec![], vec![], vec![], vec![]);
    for book in books {
        let id = book.state.book_id.get();
        if let Some(of_it) = all_texts.remove(&book.state.book_id) {
            let of_titles = of_it.titles.into_iter();
            titles.extend(of_titles.map(|text| book_titles::Model { id, text }));
            texts.extend(of_it.text.map(|text| book_texts::Model { id, text }));
            let of_subjects = of_it.subjects.into_iter();
            subjects.extend(of_subjects.map(|subject| book_subjects::Model { subject, id }));
        }
        listed.extend((!book.deleted).then(|| row(book)));
    }
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)));
    insertion
        .and::<book_titles::Entity>(titles, None)?
        .and::<book_texts::Entity>(texts, None)?
        .and::<book_subjects::Entity>(subjects, None)?
        .and::<Entity>(listed, Some(&replaced))
}

fn row(book: &Book) -> Model {
    let state = &book.state;
    Model {
        id: state.book_id.get(),
        title: sort_key(&state.title),
        publisher: sort_key(state.publisher.as_deref().unwrap_or_default()),
        language: state.language.clone().unwrap_or_default(),
        year: state.publication_year.map_or(UNKNOWN_YEAR, i64::from),
        isbn: state.isbn.clone().unwrap_or_default(),
        updated_at: state.updated_at.timestamp_micros(),
    }
}
