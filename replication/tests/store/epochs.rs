//! A new epoch of the log, which a restore from a backup begins.

use replication::StoreError;

use crate::{log::entry, store::Store};

pub(crate) async fn a_new_epoch_goes_on_with_the_sequences_and_may_repeat_versions(store: Store) {
    store
        .append(vec![entry("a", 1), entry("a", 2)])
        .await
        .unwrap();
    store.begin_epoch(2).await;
    store
        .append(vec![entry("a", 2), entry("a", 3)])
        .await
        .unwrap();
    let outcome = store.append(vec![entry("a", 3)]).await;
    assert!(matches!(outcome, Err(StoreError::Data(_))), "{outcome:?}");

    let entries = store.entries().await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.epoch, entry.sequence, entry.version))
        .collect();
    assert_eq!(told, [(1, 1, 1), (1, 2, 2), (2, 3, 2), (2, 4, 3)]);
    assert_eq!(store.head().await.epoch, 2);
}
