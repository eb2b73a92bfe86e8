//! Directory, ports, names and environment of one server.

use std::{
    env, fs, io,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const LOG: &str = "server.log";

/// Small limits: tests share a small machine.
const CONFIGURATION: &str = "\
disk_free_limit.absolute = 1MB
raft.wal_max_size_bytes = 33554432
";

/// Ports below the range from which systems choose ports for outgoing connections, so that a port
/// stays free while its server is stopped.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

pub(super) struct Home {
    path: PathBuf,
    node: String,
    port: u16,
    distribution_port: u16,
    name_service_port: u16,
}

impl Home {
    pub(super) fn create() -> io::Result<Self> {
        let name = format!(
            "colophon-broker-{}-{:08x}",
            std::process::id(),
            fastrand::u32(..)
        );
        let path = env::temp_dir().join(&name);
        fs::create_dir(&path)?;
        fs::write(path.join("rabbitmq.conf"), CONFIGURATION)?;
        fs::write(path.join("enabled_plugins"), "[].\n")?;
        Ok(Self {
            path,
            node: format!("{name}@localhost"),
            port: free_port()?,
            distribution_port: free_port()?,
            name_service_port: free_port()?,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn name_service_port(&self) -> u16 {
        self.name_service_port
    }

    /// Makes `command` run this server and no other: nothing of the machine's own configuration is
    /// read.
    pub(super) fn configure(&self, command: &mut Command) -> io::Result<()> {
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("RABBITMQ_") {
                command.env_remove(name);
            }
        }
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path.join(LOG))?;
        let in_home = |name: &str| self.path.join(name);
        command
            .current_dir(&self.path)
            .env_remove("NOTIFY_SOCKET")
            .env("HOME", &self.path)
            .env("ERL_EPMD_PORT", self.name_service_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            // Makes the script become the server, so that its process id is the server's.
            .env("RUNNING_UNDER_SYSTEMD", "true")
            .env("RABBITMQ_NODENAME", &self.node)
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}",
            )
            .env("RABBITMQ_CONF_ENV_FILE", in_home("none-env.conf"))
            .env("RABBITMQ_CONFIG_FILE", in_home("rabbitmq.conf"))
            .env(
                "RABBITMQ_ADVANCED_CONFIG_FILE",
                in_home("none-advanced.config"),
            )
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", in_home("enabled_plugins"))
            .env("RABBITMQ_MNESIA_BASE", in_home("data"))
            .env("RABBITMQ_LOG_BASE", in_home("log"))
            .env("RABBITMQ_PID_FILE", in_home("pid"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", in_home("generated"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Not the terminal's: an interrupt is for the test, and ends the server with it.
            .process_group(0);
        Ok(())
    }

    /// The end of what the server printed.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read_to_string(self.path.join(LOG)).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let from = lines.len().saturating_sub(25);
        lines.get(from..).unwrap_or_default().join("\n")
    }

    pub(super) fn remove(&self) {
        // The watchdog removes it as well; whoever is second finds nothing.
        let _removed = fs::remove_dir_all(&self.path);
    }
}

fn free_port() -> io::Result<u16> {
    for _ in 0..100 {
        let port = fastrand::u16(PORTS);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::other("no free port found"))
}
