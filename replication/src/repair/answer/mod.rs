//! Answers what others ask of this service.

mod bucket;
mod replay;
mod snapshot;

use std::sync::Arc;

use event_bus::PublishError;
use serde_json::value::RawValue;
use shared_events::control::Row;
use tokio::{sync::mpsc::Receiver, task::JoinSet};
use tracing::{debug, warn};

use super::{RepairParts, channel::Channel, listen::Request};
use crate::{
    StoreError,
    log::EventLog,
    records::{Records, StoredRow},
};

/// At most so many requests are answered at a time; who comes on top has to ask again.
const AT_A_TIME: usize = 4;

/// What answering needs.
#[derive(Clone)]
pub(super) struct Answers {
    service: &'static str,
    records: Arc<dyn Records>,
    log: Arc<dyn EventLog>,
    channel: Channel,
}

/// Why a request was not answered to its end. Its asker asks again.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error("a row can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Answers {
    pub(super) fn new(parts: &RepairParts, log: Arc<dyn EventLog>, channel: Channel) -> Self {
        Self {
            service: parts.service,
            records: Arc::clone(&parts.records),
            log,
            channel,
        }
    }

    pub(super) async fn run(self, mut requests: Receiver<Request>) {
        let mut answering = JoinSet::new();
        while let Some(request) = requests.recv().await {
            while answering.try_join_next().is_some() {}
            if answering.len() >= AT_A_TIME {
                debug!("too many requests at a time; one is passed over");
                continue;
            }
            let answers = self.clone();
            answering.spawn(async move { answers.answer(request).await });
        }
    }

    async fn answer(&self, request: Request) {
        let answered = match &request {
            Request::Replay(request) => self.replay(request).await,
            Request::Snapshot(request) => self.snapshot(request).await,
            Request::Bucket(request) => self.bucket(request).await,
        };
        if let Err(reason) = answered {
            warn!(%reason, "a request was not answered to its end");
        }
    }
}

/// A row as it travels.
fn row(stored: StoredRow, sequence: Option<i64>) -> Result<Row, serde_json::Error> {
    Ok(Row {
        key: stored.key,
        version: stored.version.version,
        deleted: stored.deleted,
        sequence,
        data: RawValue::from_string(stored.data)?,
    })
}
