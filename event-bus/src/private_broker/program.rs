//! Where the installed programs are.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::PrivateBrokerError;

/// Debian's programs on the PATH run as the system's own user on the system's own data; here are
/// the scripts behind them.
const BEHIND_DEBIANS_WRAPPERS: &str = "/usr/lib/rabbitmq/bin";

/// The RabbitMQ server's script.
pub(super) fn server() -> Result<PathBuf, PrivateBrokerError> {
    script("rabbitmq-server")
}

/// The command that talks to a running server.
pub(super) fn control() -> Result<PathBuf, PrivateBrokerError> {
    script("rabbitmqctl")
}

/// Erlang's name service, without which a node does not start.
pub(super) fn name_service() -> Result<PathBuf, PrivateBrokerError> {
    on_path("epmd")
}

fn script(name: &str) -> Result<PathBuf, PrivateBrokerError> {
    let packaged = Path::new(BEHIND_DEBIANS_WRAPPERS).join(name);
    if packaged.is_file() {
        return Ok(packaged);
    }
    on_path(name)
}

fn on_path(name: &str) -> Result<PathBuf, PrivateBrokerError> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| {
            PrivateBrokerError::NotInstalled(format!(
                "{name} is not on the PATH: install RabbitMQ (package rabbitmq-server)"
            ))
        })
}
