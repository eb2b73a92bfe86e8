//! The whole system, as its users run it: the real programs, alone and together, on SQLite with
//! the bus within the process and on PostgreSQL with RabbitMQ.

#![expect(clippy::unwrap_used, reason = "tests")]

mod broker_away;
mod comparing;
mod correlation;
mod database_away;
mod editors;
mod finding;
mod importing;
mod kills;
mod linking;
mod new_epoch;
mod one_side_away;
mod poison;
mod receipts;
mod restoring;
mod shutdown;
mod start_errors;
mod starting;
mod traffic;
mod waiting_requests;
