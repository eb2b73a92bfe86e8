//! Parked messages get another chance: those that are due, and at the start every dead letter.

use std::{pin::pin, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use uuid::Uuid;

use super::{BATCH, Inbox, Ledger, batch::Item};
use crate::{
    StoreError,
    deadline::in_time,
    parked::{Listed, ParkedMessage},
    wakeup::Listener,
};

/// Between two looks at most: so long what another process has parked or redriven may wait.
const POLL: Duration = Duration::from_secs(5);
/// Between two looks at least: so that the bus has its turn, however many are parked.
const TURN: Duration = Duration::from_millis(10);
/// Until the next look when the parked messages could not be read.
const AGAIN: Duration = Duration::from_secs(1);
/// At most so many dead letters are tried at a look.
const PAGE: u32 = 64;

/// When to look after what is parked, and what is known of it.
pub(super) struct Watch {
    next_look: Instant,
    redriven: Listener,
    first_chance: FirstChance,
    /// Whether anything was parked at the last look.
    pub(super) anything_parked: bool,
}

/// How far the dead letters that were there at the start have been tried.
#[derive(Clone, Copy)]
enum FirstChance {
    /// Through this id.
    After(Option<Uuid>),
    Done,
}

impl Watch {
    /// The next look is due.
    async fn due(&mut self) {
        tokio::select! {
            () = tokio::time::sleep_until(self.next_look) => {}
            () = self.redriven.heard() => {}
        }
    }
}

impl<E: Send + Sync + 'static> Inbox<E> {
    /// Looks at once: what was parked before may have become due.
    pub(super) fn watch(&self) -> Watch {
        Watch {
            next_look: Instant::now(),
            redriven: self.parked.redriven().listen(),
            first_chance: FirstChance::After(None),
            anything_parked: true,
        }
    }

    /// Waits for `work`, and looks after what is parked meanwhile. `None` if asked to stop first.
    pub(super) async fn meanwhile<T>(
        &self,
        watch: &mut Watch,
        stop: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                () = watch.due() => self.look(watch, stop).await,
                done = &mut work => return Some(done),
            }
        }
    }

    /// Tries what is to be tried, each by itself.
    async fn look(&self, watch: &mut Watch, stop: &CancellationToken) {
        let tried = async {
            self.try_due(stop).await?;
            self.try_dead(watch, stop).await
        };
        match tried.await {
            Ok(()) => self.plan(watch).await,
            Err(error) => put_off(watch, &error),
        }
    }

    /// Notes what is parked now, and when to look at it.
    pub(super) async fn plan(&self, watch: &mut Watch) {
        let known = async {
            let any = self.parked.list(Listed::All, None, 1).await?;
            Ok((!any.is_empty(), self.parked.next_due().await?))
        };
        match in_time(known).await {
            Ok((anything_parked, next_due)) => {
                let wait = match (watch.first_chance, next_due) {
                    (FirstChance::After(_), _) => TURN,
                    (FirstChance::Done, Some(at)) => (at - (self.now)())
                        .to_std()
                        .unwrap_or_default()
                        .clamp(TURN, POLL),
                    (FirstChance::Done, None) => POLL,
                };
                watch.anything_parked = anything_parked;
                watch.next_look = Instant::now() + wait;
            }
            Err(error) => put_off(watch, &error),
        }
    }

    async fn try_due(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        for parked in in_time(self.parked.due((self.now)(), BATCH as u32)).await? {
            let done = match (self.decode)(&parked.body) {
                Ok(incoming) => {
                    let item = Item::parked(parked, incoming);
                    self.settle_all(&[item], stop).await.map(|_| ())
                }
                Err(poison) => {
                    let mut ledger = Ledger::default();
                    self.park(&mut ledger, parked.body.clone(), *poison, Some(&parked));
                    self.write(&ledger, stop).await
                }
            };
            if done.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Tries a page of the dead letters, once after each start: a newer release may understand
    /// what an older one could not. What is still not understood is left as it is.
    async fn try_dead(
        &self,
        watch: &mut Watch,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let FirstChance::After(after) = watch.first_chance else {
            return Ok(());
        };
        let dead = in_time(self.parked.list(Listed::Dead, after, PAGE)).await?;
        watch.first_chance = match dead.last() {
            Some(ParkedMessage { id, .. }) => FirstChance::After(Some(*id)),
            None => FirstChance::Done,
        };
        for parked in dead {
            if let Ok(incoming) = (self.decode)(&parked.body) {
                let item = Item::parked(parked, incoming);
                if self.settle_all(&[item], stop).await.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}

fn put_off(watch: &mut Watch, error: &StoreError) {
    warn!(%error, "parked messages could not be read");
    watch.next_look = Instant::now() + AGAIN;
}
