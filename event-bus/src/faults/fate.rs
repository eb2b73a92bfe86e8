//! What the dice make of one publish and of one acknowledgement.

use std::{ops::Range, time::Duration};

use fastrand::Rng;

use super::FaultPlan;
use crate::{BusError, Message, PublishError};

/// What becomes of a batch.
pub(super) enum PublishFate {
    /// Whoever publishes is told that it has arrived.
    Accepted {
        /// What arrives at once, in this order.
        now: Vec<Message>,
        /// What arrives later, and by how much.
        later: Vec<(Message, Duration)>,
    },
    /// Whoever publishes is told that it has failed.
    Refused {
        /// How much of it arrives all the same, from its beginning.
        arrives: Range<usize>,
        error: PublishError,
    },
}

/// What becomes of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AckFate {
    Works,
    CrashBefore,
    CrashAfter,
}

impl FaultPlan {
    pub(super) fn publish_fate(&self, dice: &mut Rng, messages: &[Message]) -> PublishFate {
        if !messages.is_empty() && self.refuse.happens(dice) {
            return refusal(dice, messages);
        }
        let (mut now, mut later) = (Vec::with_capacity(messages.len()), Vec::new());
        for message in messages {
            if self.drop.happens(dice) {
                continue;
            }
            let first = self.delay.happens(dice);
            let second = self.duplicate.happens(dice).then(|| dice.bool());
            for is_late in [Some(first), second].into_iter().flatten() {
                if is_late {
                    later.push((message.clone(), self.some_delay(dice)));
                } else {
                    now.push(message.clone());
                }
            }
        }
        if self.reorder.happens(dice) {
            dice.shuffle(&mut now);
        }
        PublishFate::Accepted { now, later }
    }

    pub(super) fn ack_fate(&self, dice: &mut Rng) -> AckFate {
        if self.crash_before_ack.happens(dice) {
            AckFate::CrashBefore
        } else if self.crash_after_ack.happens(dice) {
            AckFate::CrashAfter
        } else {
            AckFate::Works
        }
    }

    fn some_delay(&self, dice: &mut Rng) -> Duration {
        let longest = u64::try_from(self.longest_delay.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(dice.u64(0..=longest))
    }
}

fn refusal(dice: &mut Rng, messages: &[Message]) -> PublishFate {
    let arrived = dice.usize(0..=messages.len());
    let error = match messages.get(arrived) {
        Some(first_refused) if dice.bool() => PublishError::Nacked {
            count: messages.len() - arrived,
            first: first_refused.id,
        },
        Some(_) | None => PublishError::Bus(BusError::Unreachable(
            "a fault: the connection was lost before the confirms came".to_owned(),
        )),
    };
    PublishFate::Refused {
        arrives: 0..arrived,
        error,
    }
}
