//! Digests of tables, read page by page.

use shared_events::control::BucketDigests;

use crate::{
    StoreError,
    records::{Range, Records, StoredRow, Table},
};

/// So many rows are read at a time.
pub(super) const PAGE: u32 = 1_000;

/// The digest of each bucket of `table`. Reads all of it, and holds a page of it at a time.
///
/// # Errors
/// If the store can't be used.
pub async fn digests(records: &dyn Records, table: Table) -> Result<BucketDigests, StoreError> {
    let mut digests = BucketDigests::default();
    let mut range = everything();
    loop {
        let page = records.rows(table, &range).await?;
        for row in &page {
            digests.add(&row.key, row.hash());
        }
        match next(&page) {
            Some(after) => range.after = after,
            None => return Ok(digests),
        }
        // A large table must not keep the service's other tasks from their turn.
        tokio::task::yield_now().await;
    }
}

/// All rows of a table.
pub(super) fn everything() -> Range {
    Range {
        after: (0, 0),
        through: None,
        bucket: None,
        limit: PAGE,
    }
}

/// Where the next page begins, if there may be one.
pub(super) fn next(page: &[StoredRow]) -> Option<(i64, i64)> {
    let full = page.len() >= PAGE as usize;
    full.then(|| page.last().map(|row| row.key.place()))
        .flatten()
}
