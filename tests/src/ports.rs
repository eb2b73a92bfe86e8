//! Ports that stay a program's own while it is down, so that it comes back at the same address.

/// A loopback port on which nothing listens, and which no other caller in this process gets.
///
/// # Panics
/// If there is none.
pub fn free_port() -> u16 {
    local_servers::free_port().unwrap()
}
