//! Ends the server when the test process is gone, in whatever way it went.

use std::{
    io::{self, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// Each line on its input is the whole list of processes to end once the input ends, which is when
/// the test process lets go of the pipe or dies.
const SCRIPT: &str = r#"
pids=
while read -r line; do pids=$line; done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
rm -rf -- "$1"
"#;

pub(super) struct Watchdog {
    process: Child,
    input: Option<ChildStdin>,
}

impl Watchdog {
    /// Watches over what runs in `directory`.
    pub(super) fn start(directory: &Path) -> io::Result<Self> {
        let mut process = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let input = process.stdin.take();
        Ok(Self { process, input })
    }

    /// Replaces the list of processes to end.
    pub(super) fn guard(&mut self, pids: &[u32]) -> io::Result<()> {
        let Some(input) = &mut self.input else {
            return Ok(());
        };
        let pids: Vec<_> = pids.iter().map(u32::to_string).collect();
        writeln!(input, "{}", pids.join(" "))
    }

    /// There is nothing left to end.
    pub(super) fn end(&mut self) {
        // If the list can't be emptied, the watchdog is gone.
        let _emptied = self.guard(&[]);
        self.input = None;
        let _ended = self.process.wait();
    }
}
