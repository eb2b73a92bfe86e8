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

/// A loopback port on which nothing listens, and which no other caller in this process gets.
///
/// # Panics
/// If there is none.
pub fn free_port() -> u16 {
    static START: OnceLock<u16> = OnceLock::new();
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let start = *START.get_or_init(|| fastrand::u16(..COUNT));
    for _ in 0..COUNT {
        let offset = (start + TAKEN.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, FIRST + offset)).is_ok() {
            return FIRST + offset;
        }
    }
    panic!("no free port from {FIRST} on");
}
