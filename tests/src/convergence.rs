//! Waiting until everybody holds the same.

use std::time::Duration;

use sea_orm::{DatabaseConnection, FromQueryResult};
use tokio::time::{Instant, sleep};

use crate::{
    evidence::{Evidence, Logged, Testimony},
    rows::{self, HeadRow},
    side::Side,
    stack::Stack,
    third_party::Subscriber,
};

const POLL: Duration = Duration::from_millis(200);

/// What the tables of a database come to, in few words: equal tables give equal words.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
struct Sum {
    authors: String,
    books: String,
    links: String,
}

impl Stack {
    /// Waits until both databases and the third party hold the same, for as long as `patience`
    /// lasts. What there is to judge by then, and the time it took. `undone` are events that a
    /// restore has undone.
    ///
    /// # Panics
    /// If a database can't be read.
    pub async fn converged(
        &self,
        third: &Subscriber,
        undone: Vec<Logged>,
        patience: Duration,
    ) -> (Evidence, Duration) {
        let began = Instant::now();
        let databases = [
            self.database(Side::Authors).await,
            self.database(Side::Books).await,
        ];
        loop {
            let in_time = began.elapsed() < patience;
            if in_time && !look_equal(&databases).await {
                sleep(POLL).await;
                continue;
            }
            // Read row by row only now: that takes a while.
            let took = began.elapsed();
            let evidence = Evidence {
                sides: [
                    Testimony::of(self, Side::Authors).await,
                    Testimony::of(self, Side::Books).await,
                ],
                third: third.copy(),
                undone: undone.clone(),
            };
            if !in_time || all_equal(&evidence) {
                return (evidence, took);
            }
            sleep(POLL).await;
        }
    }
}

/// Whether all is published and the tables of both sides seem to be equal.
async fn look_equal([authors, books]: &[DatabaseConnection; 2]) -> bool {
    for database in [authors, books] {
        let head: HeadRow = rows::one(database, rows::HEAD).await;
        if head.published_through != head.last_sequence {
            return false;
        }
    }
    let left: Sum = rows::one(authors, &sum("authors", "books_cache", "author_books")).await;
    let right: Sum = rows::one(books, &sum("authors_cache", "books", "book_authors")).await;
    left == right
}

fn sum(authors: &str, books: &str, links: &str) -> String {
    let records = |table| {
        format!(
            "(SELECT concat(count(*), ' ', sum(version), ' ', count(*) FILTER (WHERE deleted)) \
             FROM {table})"
        )
    };
    format!(
        "SELECT {} AS authors, {} AS books, (SELECT concat(count(*), ' ', \
         count(*) FILTER (WHERE present), ' ', sum(presence_revision), ' ', sum(credit_revision)) \
         FROM {links}) AS links",
        records(authors),
        records(books),
    )
}

fn all_equal(evidence: &Evidence) -> bool {
    let truth = evidence.truth();
    let sides = evidence.sides.iter().map(|side| &side.tables);
    sides.chain([&evidence.third]).all(|copy| *copy == truth)
}
