//! What is searched for is found, by whatever people type.

use search_quality::{Catalog, FIRST, Score, Size};
use system_tests::Stack;

const SEED: u64 = 1;
const SIZE: Size = Size::of_authors(1_000);
/// Of a hundred searches so many have to find the right record among the first five.
const LEAST: f64 = 95.0;

#[tokio::test]
async fn searches_with_known_answers_find_them() {
    they_find_them(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn searches_with_known_answers_find_them_on_postgresql() {
    they_find_them(&Stack::servers().await).await;
}

async fn they_find_them(stack: &Stack) {
    let catalog = Catalog::generate(SIZE, SEED);
    let ids = stack.fill_with(&catalog).await;
    let mut score = Score::default();
    for search in catalog.searches(SEED) {
        let found = stack.search(search.records, &search.query, FIRST).await;
        score.note(&search, &ids, &found);
    }
    assert!(
        score.percent() >= LEAST,
        "{:.1} % were found: {score}\n{}",
        score.percent(),
        score.missed().join("\n")
    );
}
