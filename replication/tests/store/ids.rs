//! New ids come in blocks that are reserved for good.

use std::collections::BTreeSet;

use replication::sql::reserve_ids;
use tokio::task::JoinSet;

use crate::store::Store;

pub(crate) async fn ids_are_reserved_once_whoever_asks(store: Store) {
    let mut askers = JoinSet::new();
    for asker in 1..=16 {
        let database = store.database().clone();
        askers.spawn(async move {
            let mut given = Vec::new();
            for _ in 0..10 {
                let first = reserve_ids(&database, asker).await.unwrap();
                given.extend(first..first + i64::from(asker));
            }
            given
        });
    }
    let given: Vec<i64> = askers.join_all().await.into_iter().flatten().collect();
    let different: BTreeSet<_> = given.iter().copied().collect();
    assert_eq!(different.len(), given.len());
    // No rollback, so no gap either.
    assert!(different.into_iter().eq(1..=given.len() as i64));
}

pub(crate) async fn reserved_ids_are_not_given_back(store: Store) {
    let database = store.database();
    assert_eq!(reserve_ids(database, 100).await.unwrap(), 1);
    assert_eq!(reserve_ids(database, 1).await.unwrap(), 101);
    assert_eq!(reserve_ids(database, u32::MAX).await.unwrap(), 102);
    assert_eq!(
        reserve_ids(database, 1).await.unwrap(),
        102 + i64::from(u32::MAX)
    );
}
