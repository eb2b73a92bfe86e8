//! How far a system has come: its logs, and what `/sync` says of them.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    import::LONGEST_IMPORT,
    rows::{self, HeadRow},
    side::Side,
    stack::Stack,
    waiting::eventually,
};

/// After the last write of a test, so long may the last event take.
const SETTLING: Duration = Duration::from_secs(120);

impl Stack {
    /// The ids of all live records that this side owns.
    ///
    /// # Panics
    /// If the database can't be read.
    pub async fn live_ids(&self, side: Side) -> Vec<i64> {
        rows::live_ids(&self.database(side).await, side).await
    }

    /// The last sequence in the log of this side.
    ///
    /// # Panics
    /// If the database can't be read.
    pub async fn last_sequence(&self, side: Side) -> i64 {
        self.head(side).await.last_sequence
    }

    /// Through which sequence the log of this side is published.
    ///
    /// # Panics
    /// If the database can't be read.
    pub async fn published_through(&self, side: Side) -> i64 {
        self.head(side).await.published_through
    }

    /// Through which sequence this side has settled the other's log.
    ///
    /// # Panics
    /// If the database can't be read.
    pub async fn settled_through(&self, consumer: Side) -> i64 {
        let query = "SELECT coalesce(max(settled_through), 0) AS number FROM checkpoints";
        rows::number(&self.database(consumer).await, query).await
    }

    async fn head(&self, side: Side) -> HeadRow {
        rows::one(&self.database(side).await, rows::HEAD).await
    }

    /// Waits until the log of this side has grown to `sequence`, as it does during an import.
    ///
    /// # Panics
    /// If it does not.
    pub async fn grown_to(&self, side: Side, sequence: i64) {
        let database = self.database(side).await;
        let what = format!("event {sequence} of {side:?}");
        eventually(LONGEST_IMPORT, &what, async || {
            let head: HeadRow = rows::one(&database, rows::HEAD).await;
            (head.last_sequence >= sequence).then_some(())
        })
        .await;
    }

    /// Waits until `/sync` of both sides says that everything is published and settled.
    ///
    /// # Panics
    /// If that does not happen.
    pub async fn settled(&self) {
        let mut last = String::new();
        let waited = timeout(SETTLING, async {
            eventually(SETTLING * 2, "both sides settled", async || {
                let authors = self.sync(Side::Authors).await?;
                let books = self.sync(Side::Books).await?;
                last = format!("{authors}\n{books}");
                let settled = has_settled(&authors, &books) && has_settled(&books, &authors);
                settled.then_some(())
            })
            .await;
        });
        if waited.await.is_err() {
            panic!("the two sides did not settle:\n{last}");
        }
    }

    /// `/sync` of this side, if it answers.
    pub async fn sync(&self, side: Side) -> Option<Value> {
        let answer = self
            .client(side)
            .try_send(Method::GET, "/sync", &[], &Value::Null);
        let answer = answer.await.ok()?;
        (answer.status == 200).then_some(answer.body)
    }
}

/// Whether `consumer` has settled all of `owner`'s log, and nothing is put aside.
fn has_settled(owner: &Value, consumer: &Value) -> bool {
    let last = &owner["last_sequence"];
    let settled = consumer["consumed"].as_array().is_some_and(|logs| {
        logs.iter().any(|log| {
            log["producer"] == owner["service"]
                && log["epoch"] == owner["epoch"]
                && log["checkpoint"] == *last
                && log["gaps"].as_array().is_some_and(Vec::is_empty)
                && log["lag"] == 0
        })
    });
    owner["published_through"] == *last
        && (settled || *last == 0)
        && consumer["parked"] == 0
        && consumer["dead"] == 0
}
