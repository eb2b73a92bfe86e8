//! What a publish waits for: each subscriber's acknowledgement of each message of the batch.

use tokio::sync::watch;

/// Shared by a publish and by its messages in the queues.
pub(super) struct Receipt {
    progress: watch::Sender<Progress>,
}

struct Progress {
    /// Per message of the batch, how many queues have not acknowledged it.
    left: Vec<usize>,
    /// How many messages some queue has not acknowledged.
    missing: usize,
    /// The bus was closed, or a lost connection simulated, while the publish waited.
    cut: bool,
}

/// How waiting for a receipt ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Settled,
    Cut,
}

impl Receipt {
    /// For a batch of messages, each of which so many queues have to acknowledge.
    pub(super) fn new(left: Vec<usize>) -> Self {
        let missing = left.iter().filter(|left| **left > 0).count();
        Self {
            progress: watch::Sender::new(Progress {
                left,
                missing,
                cut: false,
            }),
        }
    }

    /// One queue has acknowledged the message at `index` of the batch.
    pub(super) fn settle(&self, index: usize) {
        self.progress.send_if_modified(|progress| {
            if let Some(left) = progress.left.get_mut(index)
                && *left > 0
            {
                *left -= 1;
                if *left == 0 {
                    progress.missing -= 1;
                }
            }
            progress.missing == 0
        });
    }

    pub(super) fn cut(&self) {
        self.progress.send_modify(|progress| progress.cut = true);
    }

    pub(super) fn missing(&self) -> usize {
        self.progress.borrow().missing
    }

    pub(super) async fn outcome(&self) -> Outcome {
        let mut progress = self.progress.subscribe();
        let settled = progress
            .wait_for(|progress| progress.missing == 0 || progress.cut)
            .await
            .is_ok_and(|progress| progress.missing == 0);
        if settled {
            Outcome::Settled
        } else {
            Outcome::Cut
        }
    }
}
