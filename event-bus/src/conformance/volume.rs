//! Many publishers, many messages, a broker that goes away.

use std::sync::Arc;

use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{
    Harness, Needs, PATIENCE,
    fixture::{Fixture, numbered, publish_until_confirmed},
};

const PUBLISHERS: usize = 100;
const MESSAGES_EACH: usize = 100;
const BATCH: usize = 10;

/// 100 publishers send 10,000 messages while the broker restarts twice; both subscribers get every
/// one. An adapter whose broker can't be restarted loses its connections instead.
pub async fn nothing_of_10_000_messages_is_lost_across_two_restarts<H: Harness>() {
    let needs = Needs {
        restarts: H::FEATURES.restarts,
    };
    let fixture = Fixture::<H>::with(2, needs).await;
    let subscribers = fixture.subscribers();
    let (confirmed, mut progress) = watch::channel(0);
    let confirmed = Arc::new(confirmed);

    let mut publishers = JoinSet::new();
    for publisher in 0..PUBLISHERS {
        let bus_publisher = fixture.bus.publisher();
        let exchange = fixture.exchange.clone();
        let confirmed = Arc::clone(&confirmed);
        publishers.spawn(async move {
            let messages = numbered(publisher * MESSAGES_EACH, MESSAGES_EACH);
            for batch in messages.chunks(BATCH) {
                publish_until_confirmed(&*bus_publisher, &exchange, batch).await;
                confirmed.send_modify(|confirmed| *confirmed += batch.len());
            }
        });
    }

    for so_far in [2_000, 6_000] {
        let reached = progress.wait_for(|confirmed| *confirmed >= so_far);
        assert!(
            matches!(timeout(PATIENCE, reached).await, Ok(Ok(_))),
            "{so_far} messages were not confirmed within {PATIENCE:?}"
        );
        if H::FEATURES.restarts {
            fixture.harness.restart_broker().await;
        } else {
            fixture.harness.lose_connections().await;
        }
    }

    let all = async {
        while let Some(ended) = publishers.join_next().await {
            if let Err(failed) = ended {
                std::panic::resume_unwind(failed.into_panic());
            }
        }
    };
    assert!(
        timeout(PATIENCE, all).await.is_ok(),
        "not all was published within {PATIENCE:?}"
    );
    for mut subscriber in subscribers {
        subscriber
            .wait_for_distinct(PUBLISHERS * MESSAGES_EACH)
            .await;
    }
}
