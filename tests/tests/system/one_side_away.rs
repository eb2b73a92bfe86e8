//! One service is down: the other goes on, and they come together again.

use serde_json::json;
use system_tests::{Side, Stack};

use crate::traffic::{Known, arrives};

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn either_service_works_while_the_other_is_down_and_they_converge_when_it_returns() {
    let mut stack = Stack::servers().await;
    let known = Known::create(&stack, 4).await;
    for away in Side::BOTH {
        let stopped = stack.process(away).terminate().await;
        assert_eq!(stopped.code, Some(0));

        let side = away.other();
        let client = stack.client(side);
        let (ids, others) = (known.of(side), known.of(away));
        stack.create(side, "Made alone").await;
        let (path, links) = (side.path_of(ids[0]), side.links_of(ids[1]));
        let changed = client.put(&path, &side.record("Changed alone")).await;
        assert_eq!(changed.status, 200);
        let linked = client.post(&links, &side.link_to(others)).await;
        assert_eq!(linked.status, 200);
        let unlinked = client.delete(&format!("{links}/{}", others[0])).await;
        assert_eq!(unlinked.status, 204);
        let gone = stack.create(side, "Made and deleted alone").await;
        assert_eq!(client.delete(&side.path_of(gone)).await.status, 204);
        let read = client.get(&side.path_of(ids[1])).await.with_status(200);
        let links = &read.body[away.records().trim_start_matches('/')];
        assert_eq!(links.as_array().map(Vec::len), Some(3), "{}", read.body);
        let health = client.get("/health").await.with_status(200);
        assert_eq!(health.body["status"], json!("healthy"));

        stack.start(away);
        stack.ready().await;
        arrives(&stack).await;
    }
}
