//! Links as the other side tells of them: merged part by part, in whatever order they come.

use std::{collections::BTreeMap, slice::from_ref};

use authors_service::domain::{Link, LinkKey, Wanted};
use fastrand::Rng;
use shared_events::{LinkRegister, Side};
use tokio::task::JoinSet;

use crate::{
    records::{author_id, key, link, linked, now, removed, told},
    store::Store,
};

pub(crate) async fn a_merge_keeps_of_each_part_the_greater_revision(store: Store) {
    let key = key(author_id(1), 2);
    for (presence, present, credit) in [(5, true, 5), (7, false, 3), (4, true, 9), (7, false, 9)] {
        store.hear(&[], &[told(key, presence, present, credit)]).await;
    }
    let held = store.held_link(key).await.unwrap();
    assert_eq!(held, told(key, 7, false, 9).register);
}

/// Every register is published once by its writer, and may come any number of times.
fn random_registers(random: &mut Rng, key: LinkKey) -> Vec<Link> {
    (0..random.usize(1..=8))
        .map(|_| {
            let presence = random.i64(1..=6);
            // Equal revisions mean equal parts.
            let present = (presence + key.book_id.get()) % 3 != 0;
            told(key, presence, present, random.i64(1..=6))
        })
        .collect()
}

/// Deals out `links` to batches, each pair at most once in a batch.
fn batches(random: &mut Rng, mut links: Vec<Link>) -> Vec<BTreeMap<LinkKey, Link>> {
    random.shuffle(&mut links);
    let mut batches: Vec<BTreeMap<LinkKey, Link>> = Vec::new();
    for link in links {
        let start = random.usize(0..=batches.len());
        let free = batches
            .iter_mut()
            .skip(start)
            .find(|batch| !batch.contains_key(&link.key));
        match free {
            Some(batch) => {
                batch.insert(link.key, link);
            }
            None => batches.push([(link.key, link)].into()),
        }
    }
    batches
}

pub(crate) async fn any_registers_in_any_order_merge_as_the_register_does(store: Store) {
    for seed in 0..6 {
        let mut random = Rng::with_seed(seed);
        let author = author_id(i64::try_from(seed).unwrap() + 1);
        let mut told_of: Vec<Link> = Vec::new();
        let mut merged: BTreeMap<LinkKey, LinkRegister> = BTreeMap::new();
        for book in 1..=30 {
            let registers = random_registers(&mut random, key(author, book));
            let all = registers.iter().map(|link| link.register.clone());
            let result = all.reduce(LinkRegister::merge).unwrap();
            merged.insert(key(author, book), result);
            told_of.extend(registers);
        }
        let wanted = Wanted {
            links: merged.keys().copied().collect(),
            ..Wanted::default()
        };
        // The second time everything is a redelivery.
        for time in ["at first", "again"] {
            for batch in batches(&mut random, told_of.clone()) {
                let links: Vec<_> = batch.into_values().collect();
                store.hear(&[], &links).await;
            }
            let held = store.authors.load(&wanted).await.unwrap().links;
            assert_eq!(held, merged, "seed {seed}, {time}");
        }
    }
}

pub(crate) async fn a_merge_makes_no_event(store: Store) {
    let key = key(author_id(1), 2);
    store.hear(&[], &[told(key, 5, true, 5)]).await;
    store.hear(&[], &[told(key, 7, false, 9)]).await;
    assert!(store.entries().await.is_empty());
}

pub(crate) async fn a_merge_after_a_local_change_keeps_what_is_newer(store: Store) {
    let made = link(key(author_id(1), 2), 1);
    store.save(&[linked(None, &made)]).await.unwrap();
    let gone = removed(&made);
    let change = linked(Some(&made.register), &gone);
    store.save(&[change]).await.unwrap();

    // The other side edits the credit of the link as it knew it, still present.
    let later = now().timestamp_millis() + 1;
    let known = made.register.clone();
    let edited = Link {
        key: made.key,
        register: known.with_credit("editor".to_owned(), 2, None, later, Side::Books),
    };
    store.hear(&[], from_ref(&edited)).await;
    let held = store.held_link(made.key).await.unwrap();
    assert_eq!(held, gone.register.merge(edited.register));
    assert!(!held.presence.present);
    assert_eq!(held.credit.role, "editor");
}

pub(crate) async fn merges_at_the_same_time_lose_nothing(store: Store) {
    let mut random = Rng::with_seed(7);
    let mut told_of = Vec::new();
    let mut merged = BTreeMap::new();
    for book in 1..=10 {
        let key = key(author_id(1), book);
        let registers = random_registers(&mut random, key);
        let all = registers.iter().map(|link| link.register.clone());
        merged.insert(key, all.reduce(LinkRegister::merge).unwrap());
        told_of.extend(registers);
    }
    let mut hearing = JoinSet::new();
    for _ in 0..4 {
        for batch in batches(&mut random, told_of.clone()) {
            let store = store.clone();
            let links: Vec<_> = batch.into_values().collect();
            hearing.spawn(async move { store.hear(&[], &links).await });
        }
    }
    hearing.join_all().await;
    let wanted = Wanted {
        links: merged.keys().copied().collect(),
        ..Wanted::default()
    };
    assert_eq!(store.authors.load(&wanted).await.unwrap().links, merged);
}
