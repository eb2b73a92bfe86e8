//! What any HTTP service of the catalog stands on: problem documents, correlation, strict reading
//! of requests, settings, telemetry, start and stop. It knows no record and no event.
//!
//! Where to begin: [`http::app`] makes an application with everything installed, [`http_server`]
//! binds and serves it, [`lifecycle`] stops it.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use actix_web::{HttpRequest, HttpResponse, web};
//! use clap::Parser;
//! use service_kit::clock::{Clock, SystemClock};
//! use service_kit::conditional::{Tagged, if_none_match};
//! use service_kit::config::{HttpSettings, LogSettings, SecretUrl, StartError, parse_arguments};
//! use service_kit::docs_page::DocsPage;
//! use service_kit::http::AppDefaults;
//! use service_kit::http_server::{ServerOptions, bind};
//! use service_kit::lifecycle::Lifecycle;
//! use service_kit::{path_id, problem::Problem, problem::ProblemBody};
//! use utoipa::OpenApi;
//!
//! #[derive(Parser)]
//! struct Settings {
//!     #[command(flatten)]
//!     http: HttpSettings,
//!     #[command(flatten)]
//!     log: LogSettings,
//!     #[arg(long, env = "SERVICE_PORT", default_value_t = 8001)]
//!     service_port: u16,
//!     #[arg(long, env = "DATABASE_URL", hide_env_values = true, default_value = "sqlite://a.db")]
//!     database_url: SecretUrl,
//! }
//!
//! #[derive(OpenApi)]
//! #[openapi(components(schemas(ProblemBody)))]
//! struct Description;
//!
//! async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
//!     let id = path_id::from_request(&request, "id", "thing")?;
//!     let thing = Tagged::new(1, 3, &serde_json::json!({ "id": id }))?;
//!     if if_none_match(&request, &thing.tag()) {
//!         return Ok(HttpResponse::NotModified().insert_header(thing.tag()).finish());
//!     }
//!     Ok(thing.answer(&mut HttpResponse::Ok()))
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), StartError> {
//!     let settings: Settings = parse_arguments()?;
//!     let _logging = settings.log.start()?;
//!     let clock: Arc<dyn Clock> = Arc::new(SystemClock);
//!     let lifecycle = Lifecycle::new();
//!     let docs = DocsPage::new(&Description::openapi())?;
//!     let options = ServerOptions {
//!         host: settings.http.service_host,
//!         port: settings.service_port,
//!         port_setting: "SERVICE_PORT",
//!         workers: None,
//!     };
//!     let defaults = AppDefaults::new(clock, settings.http.cors_origins);
//!     let server = bind(&options, defaults, &lifecycle, move |config| {
//!         docs.configure(config);
//!         config.service(web::resource("/things/{id}").route(web::get().to(read)));
//!     })?;
//!     tracing::info!(address = %server.address(), "ready");
//!     let http = tokio::spawn(server.run());
//!     lifecycle.wait_for_signal().await?;
//!     http.await.map_err(StartError::failed)??; // HTTP first: answers what is under way
//!     lifecycle.stop(Duration::from_secs(4)).await; // then the tasks of `lifecycle.spawn`
//!     Ok(())
//! }
//! ```

pub mod actor;
pub mod caller;
pub mod clock;
pub mod conditional;
pub mod config;
pub mod correlation;
pub mod docs_page;
pub mod field;
pub mod health;
pub mod http;
pub mod http_server;
pub mod idempotency;
pub mod json_body;
pub mod lifecycle;
pub mod paging;
pub mod path_id;
pub mod prefer;
pub mod problem;
pub mod query;
pub mod running;
pub mod telemetry;
