//! Why something could not be measured.

use std::io;

use event_bus::private_broker::PrivateBrokerError;
use local_servers::{NoFreePort, PrivatePostgresError};
use sea_orm::DbErr;

use crate::load::LoadError;

/// Why something could not be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The load failed.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// PostgreSQL could not be had.
    #[error(transparent)]
    Postgres(#[from] PrivatePostgresError),
    /// RabbitMQ could not be had.
    #[error(transparent)]
    Broker(#[from] PrivateBrokerError),
    /// A database refused.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// RabbitMQ refused.
    #[error("the broker: {0}")]
    Amqp(#[from] lapin::Error),
    /// There is no port.
    #[error(transparent)]
    Port(#[from] NoFreePort),
    /// A file or a process.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// JSON that is not as it should be.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A program did not do what it was started for.
    #[error("{0}")]
    Program(String),
    /// What was measured can't be true.
    #[error("{0}")]
    Wrong(String),
}

/// What may fail here.
pub(crate) type Result<T> = std::result::Result<T, Failure>;
