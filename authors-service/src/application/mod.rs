//! The use cases: load, decide, save; ask; apply what the other side tells.

pub mod apply_events;
pub mod commands;
pub mod done;
pub mod queries;
pub mod restoring;
