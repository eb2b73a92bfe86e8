//! Servers and programs as processes of one's own, for tests and measurements: a PostgreSQL server
//! that may be stopped, killed and started again, ports that stay one's own, and commands that do
//! not outlive who started them.

mod ports;
mod postgres;
mod process;
mod user;

pub use ports::{NoFreePort, free_port};
pub use postgres::{PrivatePostgres, PrivatePostgresError, postgres_programs};
pub use process::{ends_with_this_thread, signal};
