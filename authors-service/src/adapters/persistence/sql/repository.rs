//! Authors and links for commands.

use async_trait::async_trait;
use replication::{
    StoreError,
    answers::KeptAnswer,
    sql::{reserve_ids, store_error},
};
use shared_events::AuthorId;

use super::{SqlStore, rows, saving::Save};
use crate::domain::{AuthorRepository, Change, Context, Loaded, SaveError, Wanted};

/// So many ids are reserved at first; what is left of a block when the process ends is a gap.
const FIRST_BLOCK: u32 = 100;
/// Each block is twice the last one, up to so many: who creates many seldom has to reserve.
const LARGEST_BLOCK: u32 = 6_400;

#[async_trait]
impl AuthorRepository for SqlStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<AuthorId>, StoreError> {
        let mut ids = self.ids.lock().await;
        let mut given = Vec::new();
        while given.len() < count as usize {
            if ids.left.is_empty() {
                let block = (ids.last_block * 2).clamp(FIRST_BLOCK, LARGEST_BLOCK);
                let reserved = block.max(count);
                let first = reserve_ids(&self.database, reserved)
                    .await
                    .map_err(store_error)?;
                ids.left = first..first + i64::from(reserved);
                ids.last_block = block;
            }
            let missing = count as usize - given.len();
            for id in ids.left.by_ref().take(missing) {
                given.push(rows::author_id(id).map_err(store_error)?);
            }
        }
        Ok(given)
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        self.load_all(wanted).await.map_err(store_error)
    }

    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError> {
        let save = Save {
            changes: changes.to_vec(),
            context: context.clone(),
            answer: None,
        };
        self.save_together(&[save]).await?.into_iter().collect()
    }

    async fn save_answered(
        &self,
        changes: &[Change],
        context: &Context,
        answer: &KeptAnswer,
    ) -> Result<(), SaveError> {
        let save = Save {
            changes: changes.to_vec(),
            context: context.clone(),
            answer: Some(answer.clone()),
        };
        self.save_together(&[save]).await?.into_iter().collect()
    }
}
