//! Saves of several commands: one transaction, and to each its own verdict after the commit.

use async_trait::async_trait;
use batcher::Together;
use replication::deadline::in_time;

use super::{is_in_the_data, stopped};
use crate::{
    adapters::persistence::{
        SqlStore,
        sql::saving::{Save, Verdict},
    },
    domain::SaveError,
};

pub(super) struct Saves(pub(super) SqlStore);

#[async_trait]
impl Together for Saves {
    type Job = Save;
    type Answer = Verdict;
    type Error = SaveError;

    async fn run(&self, jobs: &[Save]) -> Result<Vec<Verdict>, SaveError> {
        in_time(self.0.save_together(jobs)).await
    }

    fn may_be_one_jobs_fault(error: &SaveError) -> bool {
        match error {
            SaveError::Conflict | SaveError::Answered => true,
            SaveError::Store(error) => is_in_the_data(error),
        }
    }

    fn weight(save: &Save) -> usize {
        save.changes.len() + usize::from(save.answer.is_some())
    }

    fn stopped() -> SaveError {
        stopped().into()
    }
}
