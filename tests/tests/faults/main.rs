//! Real faults, on real servers that the tests start themselves: each befalls both services while
//! editors write on both sides at once, and each ends with a judgment: nothing that was
//! acknowledged is lost, no copy is stale, nothing deleted is back, nothing is there twice.
//!
//! Each writes a line of figures to the file that `FAULTS_REPORT` names. With `FAULTS_FULL` set,
//! they take their full length.

#![expect(clippy::unwrap_used, reason = "tests")]

mod amqp;
mod backlog;
mod broker;
mod clocks;
mod database;
mod drift;
mod kills;
mod late;
mod network;
mod poison;
mod processes;
mod report;
mod restore;
mod scenario;
