//! Reads of single authors: all that are asked for at the same time by one statement.

use async_trait::async_trait;
use batcher::{Together, each_its_own};
use futures_util::TryFutureExt;
use replication::{StoreError, deadline::in_time, sql::store_error};
use shared_events::AuthorId;

use super::{is_in_the_data, stopped};
use crate::{adapters::persistence::SqlStore, domain::AuthorView};

pub(super) struct Views(pub(super) SqlStore);

#[async_trait]
impl Together for Views {
    type Job = AuthorId;
    type Answer = Option<AuthorView>;
    type Error = StoreError;

    async fn run(&self, jobs: &[AuthorId]) -> Result<Vec<Option<AuthorView>>, StoreError> {
        let views = in_time(self.0.load_views(jobs).map_err(store_error)).await?;
        Ok(each_its_own(jobs, views))
    }

    fn may_be_one_jobs_fault(error: &StoreError) -> bool {
        is_in_the_data(error)
    }

    fn stopped() -> StoreError {
        stopped()
    }
}
