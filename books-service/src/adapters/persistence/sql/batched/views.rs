//! Reads of single books: all that are asked for at the same time by one statement.

use async_trait::async_trait;
use batcher::{Together, each_its_own};
use futures_util::TryFutureExt;
use replication::{StoreError, deadline::in_time, sql::store_error};
use shared_events::BookId;

use super::{is_in_the_data, stopped};
use crate::{adapters::persistence::SqlStore, domain::BookView};

pub(super) struct Views(pub(super) SqlStore);

#[async_trait]
impl Together for Views {
    type Job = BookId;
    type Answer = Option<BookView>;
    type Error = StoreError;

    async fn run(&self, jobs: &[BookId]) -> Result<Vec<Option<BookView>>, StoreError> {
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
