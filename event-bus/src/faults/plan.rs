//! Which faults to expect, and how often.

use std::time::Duration;

/// How likely something is, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance(u16);

impl Chance {
    /// It never happens.
    pub const NEVER: Self = Self(0);
    /// It happens each time.
    pub const ALWAYS: Self = Self(1000);

    /// It happens `thousandths` times in a thousand; each time if that is more than a thousand.
    #[must_use]
    pub const fn in_a_thousand(thousandths: u16) -> Self {
        if thousandths > 1000 {
            Self::ALWAYS
        } else {
            Self(thousandths)
        }
    }

    pub(super) fn happens(self, dice: &mut fastrand::Rng) -> bool {
        dice.u16(0..1000) < self.0
    }
}

/// How often each fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlan {
    /// Per message: its publish succeeds, and it never arrives anywhere.
    pub drop: Chance,
    /// Per message: it arrives a second time, right behind the first or later.
    pub duplicate: Chance,
    /// Per message: its publish succeeds at once, and it arrives later.
    pub delay: Chance,
    /// The longest that a message or its duplicate comes late.
    pub longest_delay: Duration,
    /// Per publish: its messages arrive in another order.
    pub reorder: Chance,
    /// Per publish: it fails, though none, some or all of its messages have arrived.
    pub refuse: Chance,
    /// Per batch that a consumer would get: its connection is lost instead.
    pub lose_connection: Chance,
    /// Per acknowledgement: the connection is lost before the bus has heard it. For whoever
    /// consumes it is the same as a crash between its commit and its acknowledgement.
    pub crash_before_ack: Chance,
    /// Per acknowledgement: the bus has heard it, and the connection is lost before that shows.
    pub crash_after_ack: Chance,
}

impl FaultPlan {
    /// No faults: the bus behaves as the one that it wraps.
    #[must_use]
    pub const fn calm() -> Self {
        Self {
            drop: Chance::NEVER,
            duplicate: Chance::NEVER,
            delay: Chance::NEVER,
            longest_delay: Duration::ZERO,
            reorder: Chance::NEVER,
            refuse: Chance::NEVER,
            lose_connection: Chance::NEVER,
            crash_before_ack: Chance::NEVER,
            crash_after_ack: Chance::NEVER,
        }
    }

    /// Every fault, each often enough that a run of some hundred messages meets them all.
    #[must_use]
    pub const fn rough() -> Self {
        Self {
            drop: Chance::in_a_thousand(30),
            duplicate: Chance::in_a_thousand(60),
            delay: Chance::in_a_thousand(60),
            longest_delay: Duration::from_secs(3),
            reorder: Chance::in_a_thousand(150),
            refuse: Chance::in_a_thousand(80),
            lose_connection: Chance::in_a_thousand(40),
            crash_before_ack: Chance::in_a_thousand(50),
            crash_after_ack: Chance::in_a_thousand(50),
        }
    }
}
