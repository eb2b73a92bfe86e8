//! The suite for consumers passes one that is right, and finds what is wrong with others.

#![expect(clippy::unwrap_used, reason = "tests")]

mod copy;
mod mistakes;

use copy::{Copy, Right};
use event_bus::consumer_conformance_tests;

consumer_conformance_tests!(Copy<Right>);
