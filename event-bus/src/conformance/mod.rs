//! The promises of the ports as tests, for every adapter to pass; [`consumer`] has those of the
//! programs that consume. `examples/downstream` uses both from a crate of its own.
//!
//! # Writing an adapter
//! 1. Implement [`EventBus`], [`EventPublisher`](crate::EventPublisher) and
//!    [`EventConsumer`](crate::EventConsumer); their docs say what MUST hold.
//! 2. In the adapter's crate, under `tests/`, implement [`Harness`]: how to reach a broker that the
//!    test may interrupt, and what the adapter can't do ([`Features`]). What it can't do it must
//!    refuse, which the suite checks too.
//! 3. Name the harness to [`conformance_tests!`](crate::conformance_tests). It makes one
//!    `#[tokio::test]` of each promise.
//!
//! ```toml
//! [dev-dependencies]
//! event-bus = { version = "…", features = ["conformance"] }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//! ```ignore
//! struct MyBroker { /* … */ }
//!
//! #[async_trait::async_trait]
//! impl event_bus::conformance::Harness for MyBroker { /* … */ }
//!
//! event_bus::conformance_tests!(MyBroker);
//! // or, if it needs a server that not every machine has:
//! event_bus::conformance_tests!(MyBroker, ignore = "needs MyBroker: tests/run.sh");
//! ```
//!
//! # What the tests assume
//! - Names are made unique per test, so one broker may serve all tests at a time. Only a test that
//!   restarts the broker asks for one of its own ([`Needs::restarts`]).
//! - `publish` may wait for every subscriber to acknowledge, as the in-process bus does, so the
//!   tests always publish and consume at the same time.
//! - Nothing is timed. A test waits for a condition and fails after [`PATIENCE`].

mod calm;
pub mod consumer;
mod deletion;
mod delivery;
mod fixture;
mod harness;
mod interruption;
mod kinds;
mod proxy;
mod subscriber;
mod suite;
mod together;
mod volume;

use std::time::Duration;

pub use calm::{
    declaring_twice_changes_nothing, envelopes_arrive_byte_for_byte,
    every_subscriber_gets_every_message, messages_of_one_key_keep_their_order,
    one_queue_hears_several_exchanges, publishing_nothing_succeeds,
    publishing_twice_delivers_at_least_once, success_means_that_every_queue_has_the_message,
};
pub use deletion::{
    a_consumer_of_a_deleted_queue_is_told, a_deleted_queue_goes_on_once_it_is_declared_again,
};
pub use delivery::{
    a_cancelled_next_batch_loses_nothing, a_late_subscriber_gets_what_is_published_from_then_on,
    a_message_that_reaches_no_queue_is_an_error, a_second_consumer_waits_for_the_first_to_go,
    acknowledging_the_last_of_a_batch_acknowledges_all_before_it,
    what_a_failed_consumer_held_comes_again_in_order,
};
pub use harness::{Features, Harness, Needs};
pub use interruption::{
    a_connection_lost_while_consuming_brings_the_unacknowledged_again,
    a_connection_lost_while_publishing_loses_nothing,
    a_restarted_consumer_goes_on_where_it_stopped, a_stop_leaves_nothing_half_done,
};
pub use kinds::{
    a_passing_queue_makes_no_publish_wait_and_drops_its_oldest,
    a_queue_that_exists_as_another_kind_is_refused, a_reply_queue_goes_after_its_consumer,
    a_reply_queue_refuses_what_does_not_fit_until_there_is_room,
    patterns_choose_what_a_queue_hears, publishing_to_a_queue_by_name_reaches_it_alone,
};
pub use proxy::TcpProxy;
pub use together::{
    publishes_under_way_together_are_answered_each_for_itself,
    publishes_under_way_together_arrive_in_their_order,
};
pub use volume::nothing_of_10_000_messages_is_lost_across_two_restarts;

#[cfg(doc)]
use crate::EventBus;

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(120);
