//! Starting and ending processes.

use std::{
    env, io,
    path::Path,
    process::{Child, Command},
};

/// Sends a signal, by its name without SIG, to a child that is not waited for yet.
///
/// # Errors
/// If it could not be sent.
pub fn signal(child: &Child, name: &str) -> io::Result<()> {
    let sent = Command::new("sh")
        .args(["-c", "kill -\"$1\" \"$2\"", "sh", name])
        .arg(child.id().to_string())
        .status()?;
    if sent.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("SIG{name} could not be sent")))
}

/// A command whose process the system ends with the thread that started it, where it can: who is
/// killed has no time to clean up. Start it on a thread that lasts. `as_user` are options of
/// setpriv; without it, they are left out.
pub fn ends_with_this_thread(program: &Path, as_user: &[String]) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let setpriv = env::split_paths(&path)
        .map(|directory| directory.join("setpriv"))
        .find(|candidate| candidate.is_file());
    match setpriv {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(as_user);
            command.args(["--pdeathsig", "KILL", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::Stdio};

    use super::*;

    #[test]
    fn a_signal_reaches_the_program_behind_the_command() {
        let mut command = ends_with_this_thread(Path::new("cat"), &[]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        signal(&child, "TERM").unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(15));
    }
}
