//! Binding and serving, with bounds on everything a client may hold.
//!
//! Bounds that the HTTP library sets itself: 128 KiB of headers, 96 of them.

use std::fmt;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::ServiceConfig;
use tokio_util::sync::CancellationToken;

use crate::config::{ConfigError, StartError};
use crate::http::{AppDefaults, app};
use crate::lifecycle::Lifecycle;

/// How long a client has to send the head of a request.
const CLIENT_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept; longer than load balancers keep theirs (60 s).
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long requests under way have to finish once the server stops, in seconds.
const SHUTDOWN_SECONDS: u64 = 5;
/// Open connections of the whole server; further ones wait in the backlog.
const MAX_CONNECTIONS: usize = 4_096;

/// Where to listen.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Address of this machine.
    pub host: IpAddr,
    /// Port; 0 takes a free one, which [`BoundServer::address`] tells.
    pub port: u16,
    /// What sets the port, for the error when it is taken: `SERVICE_PORT`.
    pub port_setting: &'static str,
    /// Threads that answer; `None` is one for each core.
    pub workers: Option<NonZeroUsize>,
}

/// A server that holds its port and does not answer yet.
#[must_use = "a bound server answers only once it runs"]
pub struct BoundServer {
    server: Server,
    address: SocketAddr,
    hard: CancellationToken,
}

impl fmt::Debug for BoundServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Binds a server for [`app`] with these routes. It stops with the lifecycle: softly, finishing the
/// requests under way for up to five seconds, or at once.
///
/// # Errors
/// [`StartError`] names the setting to change when the address can't be had.
pub fn bind<R>(
    options: &ServerOptions,
    defaults: AppDefaults,
    lifecycle: &Lifecycle,
    routes: R,
) -> Result<BoundServer, StartError>
where
    R: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let workers = options
        .workers
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get);
    let server = HttpServer::new(move || app(&defaults).configure(routes.clone()))
        .workers(workers)
        .max_connections(MAX_CONNECTIONS.div_ceil(workers))
        .client_request_timeout(CLIENT_REQUEST_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .tcp_nodelay(true)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .shutdown_signal(lifecycle.soft().cancelled_owned())
        .bind((options.host, options.port))
        .map_err(|error| refused(&error, options))?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or_else(|| StartError::failed("the server has no address"))?;
    Ok(BoundServer {
        server: server.run(),
        address,
        hard: lifecycle.hard(),
    })
}

impl BoundServer {
    /// The real address, also when a free port was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until the lifecycle stops.
    ///
    /// # Errors
    /// When the threads of the server can't be started.
    pub async fn run(self) -> Result<(), StartError> {
        tokio::select! {
            ended = self.server => ended.map_err(StartError::failed),
            // Dropping a server closes its connections.
            () = self.hard.cancelled() => Ok(()),
        }
    }
}

fn refused(error: &std::io::Error, options: &ServerOptions) -> StartError {
    let address = SocketAddr::new(options.host, options.port);
    match error.kind() {
        ErrorKind::AddrInUse => ConfigError::new(
            options.port_setting,
            format!("{address} is already in use; set another port"),
        )
        .into(),
        ErrorKind::PermissionDenied => ConfigError::new(
            options.port_setting,
            format!("{address} may not be opened by this user; set a port above 1023"),
        )
        .into(),
        ErrorKind::AddrNotAvailable => ConfigError::new(
            "SERVICE_HOST",
            format!("{} is not an address of this machine", options.host),
        )
        .into(),
        _ => StartError::failed(format!("can not listen on {address}: {error}")),
    }
}
