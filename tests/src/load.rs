//! Many editors at work on both sides at once, through whatever happens to the services. Each
//! remembers what was acknowledged.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use crate::{
    client::Client,
    editor::Editor,
    side::Side,
    waiting::{PATIENCE, eventually},
    writes::{Reply, Write},
};

/// An editor gives up waiting for an answer, and goes on.
const ANSWER: Duration = Duration::from_secs(8);

/// How much is written.
#[derive(Debug, Clone, Copy)]
pub struct LoadPlan {
    /// Editors of each side.
    pub editors: usize,
    /// The least time from one request of an editor to its next.
    pub pace: Duration,
    /// At most so many requests of an editor.
    pub most: usize,
}

impl Default for LoadPlan {
    fn default() -> Self {
        Self {
            editors: 4,
            pace: Duration::from_millis(25),
            most: 20_000,
        }
    }
}

/// The load, until it is stopped.
pub struct Load {
    book: Arc<Book>,
    editors: Vec<JoinHandle<()>>,
}

/// What all editors have in common.
pub(crate) struct Book {
    stop: AtomicBool,
    writes: Mutex<Vec<Write>>,
    acknowledged: [AtomicUsize; 2],
    /// Records that live from the beginning, that nobody deletes, and that all edit and link.
    pub(crate) shared: [Vec<i64>; 2],
    /// The last record that an editor of the side made, which the other may not know yet.
    pub(crate) newest: [Mutex<Option<i64>>; 2],
}

impl Load {
    /// Sets editors to work: on each side through the ports in turn. `shared` are records of
    /// authors and of books that all of them edit and link.
    pub fn start(plan: LoadPlan, ports: [&[u16]; 2], shared: [Vec<i64>; 2], seed: u64) -> Self {
        let book = Arc::new(Book {
            stop: AtomicBool::new(false),
            writes: Mutex::default(),
            acknowledged: Default::default(),
            shared,
            newest: Default::default(),
        });
        let mut editors = Vec::new();
        for (side, ports) in Side::BOTH.into_iter().zip(ports) {
            for number in 0..plan.editors {
                let client = Client::with_timeout(ports[number % ports.len()], ANSWER);
                let name = format!("{}-{number}", side.producer());
                let random = Rng::with_seed(seed ^ (number as u64 * 2 + side.index() as u64));
                let editor = Editor::new(side, name, client, random, Arc::clone(&book));
                editors.push(tokio::spawn(work(editor, plan, Arc::clone(&book))));
            }
        }
        Self { book, editors }
    }

    /// Waits until this side has acknowledged so many more writes.
    ///
    /// # Panics
    /// If it does not.
    pub async fn progress(&self, side: Side, more: usize) {
        let acknowledged = &self.book.acknowledged[side.index()];
        let enough = acknowledged.load(Ordering::Relaxed) + more;
        eventually(
            PATIENCE,
            &format!("{more} more writes of {side:?}"),
            async || (acknowledged.load(Ordering::Relaxed) >= enough).then_some(()),
        )
        .await;
    }

    /// Waits until each side has acknowledged so many more writes.
    ///
    /// # Panics
    /// If one does not.
    pub async fn progress_of_both(&self, more: usize) {
        let [authors, books] = Side::BOTH.map(|side| self.progress(side, more));
        tokio::join!(authors, books);
    }

    /// Lets each editor finish what it is at. All that was written.
    ///
    /// # Panics
    /// If an editor has met an answer that it should never get.
    pub async fn stop(self) -> Vec<Write> {
        self.book.stop.store(true, Ordering::Relaxed);
        for editor in self.editors {
            editor.await.unwrap();
        }
        std::mem::take(&mut self.book.writes())
    }
}

impl Book {
    fn note(&self, write: Write) {
        if let Reply::Acknowledged { .. } = write.reply {
            self.acknowledged[write.side.index()].fetch_add(1, Ordering::Relaxed);
        }
        self.writes().push(write);
    }

    fn writes(&self) -> std::sync::MutexGuard<'_, Vec<Write>> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn work(mut editor: Editor, plan: LoadPlan, book: Arc<Book>) {
    let mut pace = interval(plan.pace);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..plan.most {
        pace.tick().await;
        if book.stop.load(Ordering::Relaxed) {
            break;
        }
        book.note(editor.write().await);
    }
}
