//! A life-like catalog in a stack.

use futures_util::{StreamExt, stream};
use search_quality::{Ids, Records};
use serde::Serialize;
use serde_json::json;

use crate::{side::Side, stack::Stack};

/// Requests under way.
const AT_A_TIME: usize = 16;

impl Stack {
    /// Creates and links everything that is in `catalog`, and waits until both sides have it.
    ///
    /// # Panics
    /// If something is refused.
    pub async fn fill_with(&self, catalog: &search_quality::Catalog) -> Ids {
        let ids = Ids {
            authors: self.create_all(Side::Authors, &catalog.authors).await,
            books: self.create_all(Side::Books, &catalog.books).await,
        };
        self.settled().await;
        let client = self.client(Side::Authors);
        let links = ids.authors.iter().zip(catalog.books_of_authors());
        stream::iter(links)
            .for_each_concurrent(AT_A_TIME, async |(author, books)| {
                if books.is_empty() {
                    return;
                }
                let books: Vec<i64> = books.iter().map(|book| ids.books[*book]).collect();
                let link = json!({"book_ids": books});
                let linked = client.post(&Side::Authors.links_of(*author), &link).await;
                assert_eq!(linked.status, 200, "{}", linked.body);
            })
            .await;
        self.settled().await;
        ids
    }

    /// The ids of what a search finds first.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn search(&self, records: Records, query: &str, limit: u32) -> Vec<i64> {
        let side = match records {
            Records::Authors => Side::Authors,
            Records::Books => Side::Books,
        };
        let path = records.search(query, limit);
        let answer = self.client(side).get(&path).await.with_status(200);
        let found = answer.body.as_array().unwrap().iter();
        found.map(|one| one["id"].as_i64().unwrap()).collect()
    }

    async fn create_all<R: Serialize>(&self, side: Side, records: &[R]) -> Vec<i64> {
        let client = self.client(side);
        let creating = records.iter().map(async |record| {
            let body = serde_json::to_value(record).unwrap();
            client
                .post(side.records(), &body)
                .await
                .with_status(201)
                .id()
        });
        stream::iter(creating).buffered(AT_A_TIME).collect().await
    }
}
