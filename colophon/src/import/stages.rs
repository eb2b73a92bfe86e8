//! The three stages: authors and books side by side, each at its own service, then the links, since
//! a link needs both its ends. Within a stage the requests overlap, `concurrency` at most; their
//! results come back in the file's order to one place, which alone moves the progress. Only one stage
//! at a time writes the report.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::ImportError;
use super::api;
use super::goodbooks_csv::{Goodbooks, Row};
use super::outcome::{LinkCounts, RecordCounts};
use super::patience::Patience;
use super::progress::Board;
use super::report::{Problem, Report};
use super::taking::{self, NotTaken, Taken};
use crate::client::Service;

/// Both services, and how to speak to them.
#[derive(Debug)]
pub(super) struct Stages {
    pub(super) authors: Service,
    pub(super) books: Service,
    pub(super) patience: Patience,
    pub(super) concurrency: usize,
    pub(super) board: Board,
}

/// The author of each name, or why there is none.
pub(super) type Authors = Vec<Result<i64, NotTaken>>;

/// The book of each row, if it was taken.
pub(super) type Books = Vec<Option<i64>>;

impl Stages {
    /// Brings every author. A name that is refused is reported later, with each row that has it.
    pub(super) async fn take_authors(
        &self,
        goodbooks: &Goodbooks,
    ) -> Result<(Authors, RecordCounts), ImportError> {
        let (mut authors, mut tally) = (Authors::new(), Tally::default());
        let look = self.holds_any(&self.authors, "authors").await?;
        let take =
            async |name| taking::take_author(&self.authors, &self.patience, name, look).await;
        let each = |_, taken: Result<_, _>| {
            authors.push(taken.map(|taken| tally.count(taken)));
            Ok(())
        };
        self.run("authors", goodbooks.names.iter().collect(), take, each)
            .await?;
        Ok((authors, tally.counts()))
    }

    /// Brings every row's book, with what of it the service accepts.
    pub(super) async fn take_books(
        &self,
        goodbooks: &Goodbooks,
        report: &mut Report,
    ) -> Result<(Books, RecordCounts), ImportError> {
        let (mut books, mut tally) = (Books::new(), Tally::default());
        let look = self.holds_any(&self.books, "books").await?;
        let take = async |row| taking::take_book(&self.books, &self.patience, row, look).await;
        let each = |row: &Row, taken: Result<taking::TakenBook, NotTaken>| match taken {
            Ok(taken) => {
                books.push(Some(tally.count(taken.book)));
                taken.left_out.iter().try_for_each(|(field, reason)| {
                    report.write(&Problem::field_left_out(
                        row.line,
                        &row.goodreads,
                        field.column(),
                        reason,
                    ))
                })
            }
            Err(NotTaken { field, reason }) => {
                books.push(None);
                report.write(&Problem::row_refused(
                    row.line,
                    Some(&row.goodreads),
                    field,
                    &reason,
                ))
            }
        };
        self.run("books", goodbooks.rows.iter().collect(), take, each)
            .await?;
        Ok((books, tally.counts()))
    }

    /// Links every book that was taken to those of its authors that were.
    pub(super) async fn take_links(
        &self,
        goodbooks: &Goodbooks,
        authors: &Authors,
        books: &Books,
        report: &mut Report,
    ) -> Result<LinkCounts, ImportError> {
        let mut wanted = Vec::new();
        for (row, book) in goodbooks.rows.iter().zip(books) {
            let Some(book_id) = book else { continue };
            let mut author_ids = Vec::with_capacity(row.authors.len());
            for index in &row.authors {
                match &authors[*index] {
                    Ok(id) => author_ids.push(*id),
                    Err(NotTaken { reason, .. }) => {
                        let reason = format!("{}: {reason}", goodbooks.names[*index]);
                        report.write(&Problem::field_left_out(
                            row.line,
                            &row.goodreads,
                            "authors",
                            &reason,
                        ))?;
                    }
                }
            }
            if !author_ids.is_empty() {
                wanted.push((row, *book_id, author_ids));
            }
        }
        let mut counts = LinkCounts::default();
        let take = async |(_, book_id, author_ids): &(&Row, i64, Vec<i64>)| {
            taking::take_links(
                &self.authors,
                &self.books,
                &self.patience,
                *book_id,
                author_ids,
            )
            .await
        };
        let each =
            |(row, ..): &(&Row, i64, Vec<i64>), taken: Result<LinkCounts, String>| match taken {
                Ok(links) => {
                    counts.made += links.made;
                    counts.already_there += links.already_there;
                    Ok(())
                }
                Err(reason) => report.write(&Problem::field_left_out(
                    row.line,
                    &row.goodreads,
                    "authors",
                    &reason,
                )),
            };
        self.run("links", wanted.iter().collect(), take, each)
            .await?;
        Ok(counts)
    }

    /// Whether anything of the file may be there already.
    async fn holds_any(&self, owner: &Service, records: &str) -> Result<bool, ImportError> {
        let is_empty = async || api::is_empty(owner, records).await;
        Ok(!self.patience.persist(is_empty).await?)
    }

    /// Takes every item, several at a time, and hands each result on in the items' order.
    async fn run<'a, T, R>(
        &self,
        stage: &'static str,
        items: Vec<&'a T>,
        take: impl AsyncFn(&'a T) -> Result<R, ImportError>,
        mut each: impl FnMut(&'a T, R) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let mut progress = self.board.begin(stage, items.len());
        let take = &take;
        let mut results = stream::iter(items)
            .map(async |item| Ok::<_, ImportError>((item, take(item).await?)))
            .buffered(self.concurrency);
        while let Some((item, result)) = results.try_next().await? {
            each(item, result)?;
            progress.advance();
        }
        progress.finish();
        Ok(())
    }
}

/// Counts records; one that several rows share counts once as a record.
#[derive(Debug, Default)]
struct Tally {
    ids: HashSet<i64>,
    created: u64,
}

impl Tally {
    fn count(&mut self, taken: Taken) -> i64 {
        let id = taken.id();
        self.ids.insert(id);
        self.created += u64::from(matches!(taken, Taken::Created(_)));
        id
    }

    fn counts(&self) -> RecordCounts {
        let records = u64::try_from(self.ids.len()).unwrap_or(u64::MAX);
        RecordCounts {
            found: records.saturating_sub(self.created),
            created: self.created,
        }
    }
}
