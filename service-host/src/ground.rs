//! What a service stands on: database, log, bus, clock.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use event_bus::{BusStatus, EventBus};
use replication::{
    Wakeup,
    answers::KeptAnswers,
    history::History,
    inbox::Checkpoints,
    log::EventLog,
    parked::ParkedMessages,
    receipts::{Consumers, Receipts},
    repair::RepairStatus,
    sql::{Database, SqlCheckpoints, SqlEventLog, SqlHistory, SqlKeptAnswers, SqlParkedMessages},
};
use service_kit::{clock::Clock, health::Probe};
use tokio_util::sync::CancellationToken;

/// The parts that every service has.
#[derive(Clone)]
pub struct Ground {
    /// The service's database.
    pub database: Database,
    /// Its log.
    pub log: Arc<dyn EventLog>,
    /// Its log by key.
    pub history: Arc<dyn History>,
    /// How far it has settled the logs that it consumes.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What it could not apply.
    pub parked: Arc<dyn ParkedMessages>,
    /// The answers that it gives again.
    pub answers: Arc<dyn KeptAnswers>,
    /// To be rung after each commit that appended to the log.
    pub committed: Wakeup,
    /// To be rung after each commit that changed the cache.
    pub cache_changed: Wakeup,
    /// Those that consume its log, as far as they have told.
    pub consumers: Consumers,
    /// What repair has heard, found and done.
    pub repair: RepairStatus,
    /// The bus.
    pub bus: Arc<dyn EventBus>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Cancelled once the service stops: nobody is to wait for anything any more.
    pub stopping: CancellationToken,
}

impl Ground {
    pub(crate) fn new(
        database: Database,
        bus: Arc<dyn EventBus>,
        clock: Arc<dyn Clock>,
        stopping: CancellationToken,
        heartbeat_interval: Duration,
    ) -> Self {
        let committed = Wakeup::default();
        Self {
            log: Arc::new(SqlEventLog::new(database.clone(), committed.clone())),
            history: Arc::new(SqlHistory::new(database.clone())),
            checkpoints: Arc::new(SqlCheckpoints::new(database.clone())),
            parked: Arc::new(SqlParkedMessages::new(database.clone())),
            answers: Arc::new(SqlKeptAnswers::new(database.clone())),
            committed,
            cache_changed: Wakeup::default(),
            consumers: Consumers::new(heartbeat_interval),
            repair: RepairStatus::default(),
            database,
            bus,
            clock,
            stopping,
        }
    }

    /// What has become of its writes elsewhere.
    pub fn receipts(&self) -> Receipts {
        let stopping = self.stopping.clone();
        Receipts::new(Arc::clone(&self.log), self.consumers.clone(), stopping)
    }
}

#[async_trait]
impl Probe for Ground {
    async fn database(&self) -> Result<(), String> {
        self.database
            .ping()
            .await
            .map_err(|error| error.to_string())
    }

    fn broker_connected(&self) -> bool {
        match self.bus.status() {
            BusStatus::Connected => true,
            BusStatus::Disconnected => false,
        }
    }
}
