//! Loads for several commands: all that any of them wants, then to each its part.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use batcher::Together;
use futures_util::TryFutureExt;
use replication::{StoreError, deadline::in_time, sql::store_error};

use super::{is_in_the_data, stopped};
use crate::{
    adapters::persistence::SqlStore,
    domain::{Loaded, Wanted},
};

pub(super) struct Loads(pub(super) SqlStore);

#[async_trait]
impl Together for Loads {
    type Job = Wanted;
    type Answer = Loaded;
    type Error = StoreError;

    async fn run(&self, jobs: &[Wanted]) -> Result<Vec<Loaded>, StoreError> {
        let wanted = any_of(jobs);
        let loaded = in_time(self.0.load_all(&wanted).map_err(store_error)).await?;
        Ok(jobs.iter().map(|wanted| part(&loaded, wanted)).collect())
    }

    fn may_be_one_jobs_fault(error: &StoreError) -> bool {
        is_in_the_data(error)
    }

    fn weight(wanted: &Wanted) -> usize {
        let records = wanted.books.len() + wanted.authors.len() + wanted.links.len();
        records + wanted.positions.len() + wanted.claims.len()
    }

    fn stopped() -> StoreError {
        stopped()
    }
}

fn any_of(jobs: &[Wanted]) -> Wanted {
    let mut all = Wanted::default();
    for wanted in jobs {
        all.books.extend(&wanted.books);
        all.authors.extend(&wanted.authors);
        all.links.extend(&wanted.links);
        all.positions.extend(&wanted.positions);
        all.claims.extend(wanted.claims.iter().cloned());
    }
    all
}

fn part(loaded: &Loaded, wanted: &Wanted) -> Loaded {
    Loaded {
        books: these(&loaded.books, &wanted.books),
        authors: &loaded.authors & &wanted.authors,
        links: these(&loaded.links, &wanted.links),
        positions: these(&loaded.positions, &wanted.positions),
        claims: these(&loaded.claims, &wanted.claims),
    }
}

fn these<K: Ord + Clone, V: Clone>(held: &BTreeMap<K, V>, keys: &BTreeSet<K>) -> BTreeMap<K, V> {
    keys.iter()
        .filter_map(|key| Some((key.clone(), held.get(key)?.clone())))
        .collect()
}
