//! The mechanics of convergence as a model whose every reachable state can be visited: two sides,
//! each with a record of its own, a copy of the other's, the register of one link, a log, a relay
//! and a consumer; and between them a broker and a network at their worst.
//!
//! What versions, registers and checkpoints come to is computed by the functions that production
//! calls (see [`Rules`]). What the model adds is *when*: which step follows which, and what fails
//! between two steps.
//! `docs/MODEL.md` tells what is modelled, within which bounds, and what was found.

mod action;
mod catalog;
mod consumer;
mod edits;
mod properties;
mod relay;
mod repair;
mod rules;
mod scope;
mod sequences;
mod work;
mod world;

pub use action::{Action, Edit, Part};
pub use catalog::Catalog;
pub use properties::Promise;
pub use rules::{
    Acknowledge, Confirm, Deletion, Heartbeat, Logging, Merging, Rules, Save, TakeSequence,
};
pub use scope::{Beginning, Grain, Scope};
pub use sequences::Sequences;
pub use world::{
    Before, Change, Database, Delivery, Entry, Process, Record, Service, Settled, Transaction,
    World,
};
