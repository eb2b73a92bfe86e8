//! Ports that stay a program's own while it is down, so that it comes back at the same address.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::{
        OnceLock,
        atomic::{AtomicU16, Ordering},
    },
};

/// Below the range from which systems choose ports for outgoing connections.
const FIRST: u16 = 12_000;
const COUNT: u16 = 8_000;

/// Every port of the range is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no free port from {FIRST} on")]
pub struct NoFreePort;

/// A loopback port on which nothing listens, and which no other caller in this process gets.
///
/// # Errors
/// [`NoFreePort`] if there is none.
pub fn free_port() -> Result<u16, NoFreePort> {
    static START: OnceLock<u16> = OnceLock::new();
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let start = *START.get_or_init(|| fastrand::u16(..COUNT));
    for _ in 0..COUNT {
        let offset = (start + TAKEN.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, FIRST + offset)).is_ok() {
            return Ok(FIRST + offset);
        }
    }
    Err(NoFreePort)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_callers_get_the_same_port() {
        let ports: BTreeSet<u16> = (0..50).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 50);
    }
}
