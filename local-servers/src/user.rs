//! As whom servers run that refuse to run as root.

use std::{io, process::Command};

/// PostgreSQL refuses to run as root, so root runs it as one of these.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A user of the system.
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) user_id: u32,
    pub(crate) group_id: u32,
}

impl User {
    /// One of those, if this process is root's and there is one.
    pub(crate) fn other_than_root() -> io::Result<Option<Self>> {
        if id(&["-u"])? != Some(0) {
            return Ok(None);
        }
        for name in USERS {
            if let (Some(user_id), Some(group_id)) = (id(&["-u", name])?, id(&["-g", name])?) {
                return Ok(Some(Self {
                    name,
                    user_id,
                    group_id,
                }));
            }
        }
        Ok(None)
    }
}

fn id(arguments: &[&str]) -> io::Result<Option<u32>> {
    let output = Command::new("id").args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
}
