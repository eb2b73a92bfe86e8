#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::mpsc;
use std::time::Instant;

use super::*;

const SOON: Duration = Duration::from_secs(10);

/// Takes a chunk only when it is told to, and hands on what it took.
struct Gated {
    opened: mpsc::Receiver<()>,
    taken: mpsc::Sender<Vec<u8>>,
}

impl Write for Gated {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A gate whose keeper is gone stands open.
        let _ = self.opened.recv();
        self.taken.send(bytes.to_vec()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn gated() -> (Output, mpsc::Sender<()>, mpsc::Receiver<Vec<u8>>) {
    let (open, opened) = mpsc::channel();
    let (taken, chunks) = mpsc::channel();
    let output = Output::start(Gated { opened, taken }).unwrap();
    (output, open, chunks)
}

fn open() -> (Output, mpsc::Receiver<Vec<u8>>) {
    let (output, _, chunks) = gated();
    (output, chunks)
}

fn all(chunks: &mpsc::Receiver<Vec<u8>>) -> String {
    String::from_utf8(chunks.try_iter().flatten().collect()).unwrap()
}

fn eventually(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + SOON;
    while !holds() {
        assert!(Instant::now() < deadline, "it did not come about");
        thread::yield_now();
    }
}

#[test]
fn a_line_is_written_although_none_follows() {
    let (mut output, chunks) = open();
    // Mostly while the thread sleeps.
    for _ in 0..20 {
        output.write_all(b"alone\n").unwrap();
        assert_eq!(chunks.recv_timeout(SOON).unwrap(), b"alone\n");
    }
}

#[test]
fn no_line_is_lost_or_out_of_order_when_the_output_ends() {
    const LINES: usize = 5_000;
    let (output, chunks) = open();
    thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            let mut output = output.clone();
            scope.spawn(move || {
                for number in 0..LINES {
                    let line = format!("{name} {number}\n");
                    output.write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
    output.end();
    let text = all(&chunks);
    for name in ["a ", "b ", "c "] {
        let numbers: Vec<usize> = text
            .lines()
            .filter_map(|line| line.strip_prefix(name))
            .map(|number| number.parse().unwrap())
            .collect();
        assert!(numbers.iter().copied().eq(0..LINES), "of {name}");
    }
}

#[test]
fn whoever_logs_waits_while_there_is_no_room() {
    let (mut output, open, chunks) = gated();
    let line = [b'x'; 1024];
    let lines = 3 * MOST / line.len();
    let state = output.clone();
    let logging = thread::spawn(move || {
        for _ in 0..lines {
            output.write_all(&line).unwrap();
        }
    });
    eventually(|| state.0.state().waiting.len() == MOST);
    assert!(!logging.is_finished());
    drop(open);
    logging.join().unwrap();
    state.end();
    assert_eq!(all(&chunks).len(), lines * line.len());
}

#[test]
fn a_line_longer_than_all_the_room_is_taken_too() {
    let (mut output, chunks) = open();
    output.write_all(&vec![b'x'; 2 * MOST]).unwrap();
    output.end();
    assert_eq!(all(&chunks).len(), 2 * MOST);
}

#[test]
fn a_flush_returns_once_all_before_it_is_written() {
    let (mut output, chunks) = open();
    for number in 0..100 {
        let line = format!("{number}\n");
        output.write_all(line.as_bytes()).unwrap();
        Output::flush(&output);
        assert_eq!(all(&chunks), line);
    }
}

#[test]
fn a_flush_gives_up_on_a_target_that_takes_nothing() {
    let (mut output, _open, chunks) = gated();
    output.write_all(b"stuck\n").unwrap();
    Output::flush(&output);
    assert_eq!(all(&chunks), "");
}

#[test]
fn what_comes_after_the_end_is_written_at_once() {
    let (mut output, chunks) = open();
    output.end();
    output.write_all(b"late\n").unwrap();
    assert_eq!(all(&chunks), "late\n");
}

#[test]
fn a_target_that_fails_stops_nobody() {
    let (mut output, chunks) = open();
    drop(chunks);
    for _ in 0..3 {
        output.write_all(b"unheard\n").unwrap();
        Output::flush(&output);
    }
    output.end();
}
