//! Is it alive, is it ready, is it well: `/health/live`, `/health/ready`, `/health`.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::web::{self, Data, Json};
use actix_web::{FromRequest, HttpRequest};
use async_trait::async_trait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemBody};

/// Seconds after which a client that was told 503 may try again.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Looks at what a service stands on.
#[async_trait]
pub trait Probe: Send + Sync {
    /// `Ok` if the database answers; otherwise why not.
    async fn database(&self) -> Result<(), String>;

    /// Whether the broker can be reached, as last seen.
    fn broker_connected(&self) -> bool;
}

/// What a service becomes once its database is there and migrated. Until then every request for
/// it is a 503 that says what is missing.
#[derive(Debug)]
pub struct Startup<T> {
    ready: OnceLock<T>,
    waiting_for: RwLock<String>,
}

impl<T> Default for Startup<T> {
    fn default() -> Self {
        Self {
            ready: OnceLock::new(),
            waiting_for: RwLock::new("the database".to_owned()),
        }
    }
}

impl<T> Startup<T> {
    /// Says what the service waits for, such as `the database's migrations`.
    pub fn waits_for(&self, what: &str) {
        let mut waiting_for = self
            .waiting_for
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        what.clone_into(&mut waiting_for);
    }

    /// Everything is there. Only the first call counts.
    pub fn is_ready(&self, service: T) {
        let _ = self.ready.set(service);
    }

    /// The service.
    ///
    /// # Errors
    /// A 503 [`Problem`] that says what is missing.
    pub fn get(&self) -> Result<&T, Problem> {
        self.ready.get().ok_or_else(|| {
            let waiting_for = self
                .waiting_for
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            unavailable(&format!(
                "The service is starting: it waits for {waiting_for}."
            ))
        })
    }
}

/// The 503 of a service whose ground is missing.
pub fn unavailable(detail: &str) -> Problem {
    Problem::unavailable(detail, RETRY_AFTER_SECONDS)
}

/// How a service is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthBody {
    /// `healthy`, or `degraded` while the broker or the database is away. A degraded service
    /// still answers what it can.
    #[schema(example = "healthy")]
    pub status: &'static str,
    /// Name of the service.
    pub service: &'static str,
    /// Its release.
    pub version: &'static str,
    /// `ok`, or what is wrong with it.
    #[schema(example = "ok")]
    pub database: String,
    /// `connected` or `disconnected`. While it is disconnected events wait in the log.
    #[schema(example = "connected")]
    pub broker: &'static str,
}

/// That a process answers, or that it may be sent requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Alive)]
pub struct AliveBody {
    /// `alive` or `ready`.
    pub status: &'static str,
    /// Name of the service.
    pub service: &'static str,
}

/// Tells whether a service has what it needs.
pub trait Readiness: Send + Sync {
    /// `Ok` once it has.
    ///
    /// # Errors
    /// A 503 [`Problem`] that says what is missing.
    fn check(&self) -> Result<(), Problem>;
}

impl<T: Send + Sync> Readiness for Startup<T> {
    fn check(&self) -> Result<(), Problem> {
        self.get().map(|_| ())
    }
}

/// What a service becomes once it is ready, as an extractor: 503 until then.
pub struct Ready<T>(pub T);

impl<T: Clone + 'static> FromRequest for Ready<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(match request.app_data::<Data<Startup<T>>>() {
            Some(startup) => startup.get().cloned().map(Self),
            None => Err(Problem::internal(
                &"the application has no Startup of this type",
            )),
        })
    }
}

/// The health of one service.
#[derive(Clone)]
pub struct Health {
    service: &'static str,
    readiness: Arc<dyn Readiness>,
    probe: Arc<dyn Probe>,
}

impl Health {
    /// Looks at `readiness` and `probe`.
    pub fn new(
        service: &'static str,
        readiness: Arc<dyn Readiness>,
        probe: Arc<dyn Probe>,
    ) -> Self {
        Self {
            service,
            readiness,
            probe,
        }
    }

    /// Adds the three paths.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(Data::new(self.clone()))
            .service(web::resource("/health").route(web::get().to(health)))
            .service(web::resource("/health/live").route(web::get().to(live)))
            .service(web::resource("/health/ready").route(web::get().to(ready)));
    }
}

/// How the service is; 200 also while the broker is away.
#[utoipa::path(
    get, path = "/health", tag = "operation",
    responses((status = 200, body = HealthBody))
)]
pub async fn health(health: Data<Health>) -> Json<HealthBody> {
    let database = match health.readiness.check() {
        Err(problem) => Err(problem.detail().to_owned()),
        Ok(()) => health.probe.database().await,
    };
    let connected = health.probe.broker_connected();
    let healthy = database.is_ok() && connected;
    Json(HealthBody {
        status: if healthy { "healthy" } else { "degraded" },
        service: health.service,
        version: env!("CARGO_PKG_VERSION"),
        database: database.err().unwrap_or_else(|| "ok".to_owned()),
        broker: if connected {
            "connected"
        } else {
            "disconnected"
        },
    })
}

/// Whether the process answers.
#[utoipa::path(
    get, path = "/health/live", tag = "operation",
    responses((status = 200, body = AliveBody))
)]
pub async fn live(health: Data<Health>) -> Json<AliveBody> {
    Json(AliveBody {
        status: "alive",
        service: health.service,
    })
}

/// Whether requests may be sent: the database is there and migrated.
///
/// # Errors
/// A 503 [`Problem`] that says what is missing.
#[utoipa::path(
    get, path = "/health/ready", tag = "operation",
    responses(
        (status = 200, body = AliveBody),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "Says what is missing"),
    )
)]
pub async fn ready(health: Data<Health>) -> Result<Json<AliveBody>, Problem> {
    health.readiness.check()?;
    let database = health.probe.database().await;
    database.map_err(|reason| unavailable(&format!("The database does not answer: {reason}.")))?;
    Ok(Json(AliveBody {
        status: "ready",
        service: health.service,
    }))
}
