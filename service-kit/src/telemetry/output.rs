//! Where the lines go: collected, and written many at a time by a thread of their own, so that a
//! line costs whoever logs it a copy and not a system call.
//!
//! The lines keep their order. None is dropped while there is room for [`MOST`] bytes of them; when
//! there is none, because nobody takes the log, whoever logs waits, as for any full pipe.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How long the first line waits for company.
const COMPANY: Duration = Duration::from_millis(10);
/// So many bytes are written without waiting for more.
const ENOUGH: usize = 64 * 1024;
/// The most that is kept, unless a single line is longer.
const MOST: usize = 256 * 1024;
/// How long a flush waits for a target that takes nothing.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The way to one target; clones lead to the same.
#[derive(Clone)]
pub(super) struct Output(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// There is something to write.
    filled: Condvar,
    /// There is room, or something was written.
    moved: Condvar,
    target: Mutex<Box<dyn Write + Send>>,
}

/// Chunks are counted, so that a flush knows what to wait for.
#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    taken: u64,
    written: u64,
    hurry: bool,
    ended: bool,
}

impl Output {
    /// Starts the thread that writes to `target`.
    ///
    /// # Errors
    /// If there can be no thread.
    pub(super) fn start(target: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            filled: Condvar::new(),
            moved: Condvar::new(),
            target: Mutex::new(Box::new(target)),
        });
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_all_that_comes())?;
        Ok(Self(shared))
    }

    /// Returns once all that was logged before is written.
    pub(super) fn flush(&self) {
        self.0.flush(self.0.state());
    }

    /// Writes what is left. What comes later is written at once.
    pub(super) fn end(&self) {
        let mut state = self.0.state();
        state.ended = true;
        self.0.filled.notify_one();
        self.0.moved.notify_all();
        self.0.flush(state);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is half done while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &[u8]) {
        let full = |state: &mut State| {
            let length = state.waiting.len();
            length > 0 && length + line.len() > MOST && !state.ended
        };
        let waited = self.moved.wait_while(self.state(), full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.ended {
            drop(state);
            return self.write(line);
        }
        let before = state.waiting.len();
        state.waiting.extend_from_slice(line);
        let enough = before < ENOUGH && state.waiting.len() >= ENOUGH;
        drop(state);
        if before == 0 || enough {
            self.filled.notify_one();
        }
    }

    fn flush(&self, mut state: MutexGuard<'_, State>) {
        let through = state.taken + u64::from(!state.waiting.is_empty());
        if state.written < through {
            state.hurry = true;
            self.filled.notify_one();
        }
        let unwritten = |state: &mut State| state.written < through;
        // A target that takes nothing must not keep a program from ending.
        drop(
            self.moved
                .wait_timeout_while(state, FLUSH_TIMEOUT, unwritten),
        );
    }

    fn write_all_that_comes(&self) {
        let mut chunk = Vec::new();
        while self.take(&mut chunk) {
            self.write(&chunk);
            chunk.clear();
            self.state().written += 1;
            self.moved.notify_all();
        }
    }

    /// Waits for lines; `false` once no more will come.
    fn take(&self, chunk: &mut Vec<u8>) -> bool {
        let nothing = |state: &mut State| state.waiting.is_empty() && !state.ended;
        let few = |state: &mut State| state.waiting.len() < ENOUGH && !state.hurry && !state.ended;
        let waited = self.filled.wait_while(self.state(), nothing);
        let state = waited.unwrap_or_else(PoisonError::into_inner);
        let waited = self.filled.wait_timeout_while(state, COMPANY, few);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.waiting.is_empty() {
            return false;
        }
        std::mem::swap(&mut state.waiting, chunk);
        state.taken += 1;
        state.hurry = false;
        self.moved.notify_all();
        true
    }

    fn write(&self, lines: &[u8]) {
        let mut target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that nobody takes any more is no reason to stop.
        let _ = target.write_all(lines).and_then(|()| target.flush());
    }
}

/// One call is one line, or several whole ones.
impl Write for Output {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.0.add(lines);
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
