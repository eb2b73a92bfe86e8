//! What is measured: each scenario starts what it needs, and measures limit, peer and Colophon in
//! turn, round by round.

mod at_rest;
mod backlog;
mod create;
mod embedded;
mod get;
mod goodbooks;
mod links;
mod reads_beside_writes;
pub(crate) mod requests;
mod search;
mod sustained;
mod visible;

use async_trait::async_trait;

use crate::{failure::Result, readings::Readings, row::Row, servers::Bench};

/// A piece of work that is measured.
#[async_trait(?Send)]
pub(crate) trait Scenario {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The lines of the table that it fills.
    fn rows(&self) -> &'static [Row];

    /// Starts what it stands on.
    async fn start(&self, bench: &Bench) -> Result<Box<dyn Started>>;
}

/// A scenario whose servers run. Dropping it ends them.
#[async_trait(?Send)]
pub(crate) trait Started {
    /// Measures each figure once.
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()>;
}

/// All of them, in the order of the table.
pub(crate) fn all() -> Vec<Box<dyn Scenario>> {
    vec![
        Box::new(create::Create),
        Box::new(sustained::Sustained),
        Box::new(get::Get),
        Box::new(links::Links),
        Box::new(backlog::Backlog),
        Box::new(visible::Visible),
        Box::new(embedded::Embedded),
        Box::new(goodbooks::Goodbooks),
        Box::new(search::Search),
        Box::new(reads_beside_writes::ReadsBesideWrites),
        Box::new(at_rest::AtRest),
    ]
}
