//! The one place that makes connections, and makes them anew after a loss.

use std::{
    net::{Shutdown, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use lapin::{
    AsyncTcpStream, Connection, ConnectionProperties, ErrorKind,
    tcp::{AMQPUriTcpExt, TLSConfig},
};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, info};

use super::{
    ANSWER_DEADLINE,
    address::Address,
    channel::OwnChannel,
    failure::{bus_error, no_answer},
};
use crate::BusError;

/// How long a polite close may take.
const CLOSE_DEADLINE: Duration = Duration::from_secs(2);

/// One connection to the broker for one purpose, made when first used and again after a loss.
pub(super) struct Link {
    address: Address,
    name: String,
    in_use: AtomicBool,
    current: Mutex<Option<Arc<Connection>>>,
    /// Held while connecting, so that many callers make one attempt: its failure is every waiter's.
    last_failure: tokio::sync::Mutex<Option<BusError>>,
    attempts: AtomicU64,
}

/// A link as last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkState {
    /// Nothing was asked of it yet, or it was closed.
    Unused,
    Up,
    Down,
}

impl Link {
    pub(super) fn new(address: Address, name: String) -> Self {
        Self {
            address,
            name,
            in_use: AtomicBool::new(false),
            current: Mutex::default(),
            last_failure: tokio::sync::Mutex::default(),
            attempts: AtomicU64::new(0),
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn state(&self) -> LinkState {
        if !self.in_use.load(Ordering::Relaxed) {
            return LinkState::Unused;
        }
        match self.live() {
            Some(connection) if !connection.status().blocked() => LinkState::Up,
            _ => LinkState::Down,
        }
    }

    /// The connection, made now if there is none that works.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, BusError> {
        self.in_use.store(true, Ordering::Relaxed);
        if let Some(connection) = self.live() {
            return Ok(connection);
        }
        let attempts = self.attempts.load(Ordering::Acquire);
        let mut last_failure = self.last_failure.lock().await;
        if let Some(connection) = self.live() {
            return Ok(connection);
        }
        if self.attempts.load(Ordering::Acquire) != attempts
            && let Some(failure) = last_failure.clone()
        {
            return Err(failure);
        }
        let outcome = connect(&self.address, &self.name).await;
        self.attempts.fetch_add(1, Ordering::AcqRel);
        match outcome {
            Ok(connection) => {
                *last_failure = None;
                let connection = Arc::new(connection);
                self.put(Some(Arc::clone(&connection)));
                info!(
                    connection = self.name,
                    broker = self.address.place(),
                    "connected"
                );
                Ok(connection)
            }
            Err(failure) => {
                *last_failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// As [`Self::connection`], and it may publish: the broker has not blocked it.
    pub(super) async fn unblocked(&self) -> Result<Arc<Connection>, BusError> {
        let connection = self.connection().await?;
        if connection.status().blocked() {
            // Publishing now would only pile up in this process.
            return Err(BusError::Unreachable(format!(
                "{} has blocked publishing until it has memory and disk space again",
                self.address.place()
            )));
        }
        Ok(connection)
    }

    /// A new channel.
    pub(super) async fn channel(&self) -> Result<OwnChannel, BusError> {
        let connection = self.connection().await?;
        match timeout(ANSWER_DEADLINE, connection.create_channel()).await {
            Ok(Ok(channel)) => Ok(OwnChannel::new(channel, connection.status().clone())),
            Ok(Err(error)) => {
                if !matches!(error.kind(), ErrorKind::ChannelsLimitReached) {
                    self.discard(&connection);
                }
                Err(bus_error(&error, &self.address))
            }
            Err(_elapsed) => {
                self.discard(&connection);
                Err(no_answer(&self.address, ANSWER_DEADLINE))
            }
        }
    }

    /// Closes politely; the next use connects anew.
    pub(super) async fn close(&self) {
        self.in_use.store(false, Ordering::Relaxed);
        if let Some(connection) = self.put(None) {
            close(&connection).await;
        }
    }

    fn live(&self) -> Option<Arc<Connection>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current
            .as_ref()
            .filter(|connection| connection.status().connected())
            .cloned()
    }

    fn put(&self, connection: Option<Arc<Connection>>) -> Option<Arc<Connection>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, connection)
    }

    /// Gives up a connection that looks alive and does not answer.
    fn discard(&self, connection: &Arc<Connection>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, connection))
        {
            *current = None;
        }
        drop(current);
        let connection = Arc::clone(connection);
        tokio::spawn(async move { close(&connection).await });
    }
}

async fn close(connection: &Connection) {
    if let Ok(Err(error)) = timeout(CLOSE_DEADLINE, connection.close(200, "OK".into())).await {
        debug!(%error, "closing a connection that was gone");
    }
}

async fn connect(address: &Address, name: &str) -> Result<Connection, BusError> {
    let until = Instant::now() + address.connect_timeout();
    let runtime = lapin::runtime::default_runtime().map_err(|error| bus_error(&error, address))?;
    let handshake = Handshake::default();
    let socket = Arc::clone(&handshake.socket);
    let connecting = Connection::connector(
        address.uri().clone(),
        runtime,
        async move |uri, runtime| {
            let opening = uri.connect_with_config_async(TLSConfig::default(), &runtime);
            let stream = timeout_at(until, opening)
                .await
                .map_err(std::io::Error::from)??;
            #[cfg(unix)]
            if let AsyncTcpStream::Plain(tcp) = &stream {
                use std::os::fd::AsFd;
                let copy = tcp.get_ref().as_fd().try_clone_to_owned()?;
                *socket.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy.into());
            }
            Ok(stream)
        },
        ConnectionProperties::default().with_connection_name(name.into()),
    );
    let outcome = timeout_at(until, connecting).await;
    match outcome {
        Ok(Ok(connection)) => {
            handshake.completed();
            Ok(connection)
        }
        Ok(Err(error)) => Err(bus_error(&error, address)),
        Err(_elapsed) => Err(no_answer(address, address.connect_timeout())),
    }
}

/// A second hold on the socket while the handshake lasts. The client library waits for the broker's
/// greeting without end, on a thread of its own; cutting the socket ends that when the caller has
/// stopped waiting.
#[derive(Default)]
struct Handshake {
    socket: Arc<Mutex<Option<TcpStream>>>,
}

impl Handshake {
    fn take(&self) -> Option<TcpStream> {
        self.socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn completed(self) {
        drop(self.take());
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        if let Some(socket) = self.take() {
            // An error means that it is closed already.
            let _closed = socket.shutdown(Shutdown::Both);
        }
    }
}
