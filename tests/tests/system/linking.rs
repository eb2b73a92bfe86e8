//! Both sides link and unlink at the same time.

use futures_util::{StreamExt, stream};
use system_tests::{Side, Stack};

use crate::traffic::{Known, arrives};

const RECORDS: usize = 6;
const REQUESTS: usize = 300;

#[tokio::test]
async fn links_made_and_removed_on_both_sides_at_once_end_up_equal() {
    end_up_equal(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn links_made_and_removed_by_both_programs_at_once_end_up_equal() {
    end_up_equal(&Stack::servers().await).await;
}

async fn end_up_equal(stack: &Stack) {
    let known = Known::create(stack, RECORDS).await;
    let mut random = fastrand::Rng::with_seed(7);
    let requests: Vec<_> = (0..REQUESTS)
        .map(|number| Request {
            side: Side::BOTH[number % 2],
            record: random.usize(..RECORDS),
            // Few pairs, so that both sides often work on the same one.
            others: random.choose_multiple(0..RECORDS, 2),
            remove: random.u8(..3) == 0,
        })
        .collect();
    stream::iter(requests)
        .for_each_concurrent(12, async |request| request.send(stack, &known).await)
        .await;
    arrives(stack).await;
    both_show_the_same(stack, &known).await;
}

struct Request {
    side: Side,
    record: usize,
    others: Vec<usize>,
    remove: bool,
}

impl Request {
    async fn send(&self, stack: &Stack, known: &Known) {
        let id = known.of(self.side)[self.record];
        let path = self.side.links_of(id);
        let others: Vec<_> = self
            .others
            .iter()
            .map(|index| known.of(self.side.other())[*index])
            .collect();
        let client = stack.client(self.side);
        let (answer, expected) = if self.remove {
            (client.delete(&format!("{path}/{}", others[0])).await, 204)
        } else {
            (client.post(&path, &self.side.link_to(&others)).await, 200)
        };
        assert_eq!(answer.status, expected, "{}", answer.body);
    }
}

/// What clients of either side see is the same set of links.
async fn both_show_the_same(stack: &Stack, known: &Known) {
    let mut seen = Side::BOTH.map(|_| Vec::new());
    for (side, links) in Side::BOTH.into_iter().zip(&mut seen) {
        for id in known.of(side) {
            let answer = stack.client(side).get(&side.path_of(*id)).await;
            let list = side.other().records().trim_start_matches('/');
            for other in answer.with_status(200).body[list].as_array().unwrap() {
                let other = other["id"].as_i64().unwrap();
                links.push(match side {
                    Side::Authors => (*id, other),
                    Side::Books => (other, *id),
                });
            }
        }
        links.sort_unstable();
    }
    let [authors, books] = seen;
    assert_eq!(authors, books);
    assert!(!authors.is_empty());
}
