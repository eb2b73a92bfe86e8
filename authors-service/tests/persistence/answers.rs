//! Answers that are kept under a key, with the changes that they tell of.

use chrono::{DateTime, TimeDelta, Utc};
use replication::answers::{Attempt, KEPT_FOR, KeptAnswer};
use tokio::task::JoinSet;

use authors_service::domain::{Change, SaveError};

use crate::{
    records::{author, context, created, now, renamed, revised},
    store::Store,
};

fn answer(key: &str, kept_at: DateTime<Utc>) -> KeptAnswer {
    KeptAnswer {
        attempt: Attempt {
            key: key.to_owned(),
            scope: "POST /authors".to_owned(),
            fingerprint: format!("{key} at {kept_at}"),
        },
        answer: "{\"body\":\"Émile \\\"Ajar\\\"\"}".to_owned(),
        kept_at,
    }
}

impl Store {
    async fn save_answered(&self, changes: &[Change], answer: &KeptAnswer) -> Result<(), SaveError> {
        self.authors.save_answered(changes, &context(), answer).await
    }

    async fn kept(&self, key: &str, at: DateTime<Utc>) -> Option<KeptAnswer> {
        self.answers.find(key, at).await.unwrap()
    }
}

pub(crate) async fn an_answer_is_kept_with_the_changes_it_tells_of(store: Store) {
    let new = author(store.new_id().await, "New");
    let first = answer("a key", now());
    assert_eq!(store.kept("a key", now()).await, None);
    store.save_answered(&[created(&new)], &first).await.unwrap();
    assert_eq!(store.held(new.state.author_id).await, Some(new));
    let store = store.opened_again();
    assert_eq!(store.kept("a key", now()).await, Some(first));
    assert_eq!(store.kept("another", now()).await, None);
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn an_answer_that_nothing_was_changed_is_kept_too(store: Store) {
    let nothing = answer("nothing", now());
    store.save_answered(&[], &nothing).await.unwrap();
    assert_eq!(store.kept("nothing", now()).await, Some(nothing));
    assert!(store.entries().await.is_empty());
}

pub(crate) async fn what_was_answered_is_not_done_again(store: Store) {
    let first = author(store.new_id().await, "First");
    let kept = answer("a key", now());
    store.save_answered(&[created(&first)], &kept).await.unwrap();
    let again = author(store.new_id().await, "Again");
    for changes in [&[created(&again)][..], &[]] {
        let late = answer("a key", now() + TimeDelta::seconds(1));
        let refused = store.save_answered(changes, &late).await;
        assert_eq!(refused, Err(SaveError::Answered));
    }
    assert_eq!(store.held(again.state.author_id).await, None);
    assert_eq!(store.kept("a key", now()).await, Some(kept));
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn nothing_is_kept_of_what_was_refused(store: Store) {
    let held = store.create_named("Held").await;
    let moved_on = renamed(&held, "Moved on");
    store.save(&[revised(&held, &moved_on)]).await.unwrap();
    let stale = revised(&held, &renamed(&held, "Late"));
    let refused = store.save_answered(&[stale], &answer("a key", now())).await;
    assert_eq!(refused, Err(SaveError::Conflict));
    assert_eq!(store.kept("a key", now()).await, None);
    let good = revised(&moved_on, &renamed(&moved_on, "Decided again"));
    let kept = answer("a key", now());
    store.save_answered(&[good], &kept).await.unwrap();
    assert_eq!(store.kept("a key", now()).await, Some(kept));
}

pub(crate) async fn a_key_is_free_after_a_day(store: Store) {
    let first = answer("a key", now());
    store.save_answered(&[], &first).await.unwrap();
    let last_moment = now() + KEPT_FOR - TimeDelta::microseconds(1);
    assert_eq!(store.kept("a key", last_moment).await, Some(first));
    let too_early = answer("a key", last_moment);
    let refused = store.save_answered(&[], &too_early).await;
    assert_eq!(refused, Err(SaveError::Answered));

    let day_after = now() + KEPT_FOR;
    assert_eq!(store.kept("a key", day_after).await, None);
    let new = author(store.new_id().await, "A day later");
    let second = answer("a key", day_after);
    store.save_answered(&[created(&new)], &second).await.unwrap();
    assert_eq!(store.kept("a key", day_after).await, Some(second));
    assert_eq!(store.held(new.state.author_id).await, Some(new));
}

pub(crate) async fn old_answers_are_forgotten_in_batches(store: Store) {
    for number in 0..5 {
        let old = answer(&format!("old {number}"), now());
        store.save_answered(&[], &old).await.unwrap();
    }
    let young = answer("young", now() + TimeDelta::seconds(1));
    store.save_answered(&[], &young).await.unwrap();
    assert_eq!(store.answers.forget(now(), 10).await, Ok(0));
    let day_after = now() + KEPT_FOR;
    assert_eq!(store.answers.forget(day_after, 3).await, Ok(3));
    assert_eq!(store.answers.forget(day_after, 3).await, Ok(2));
    assert_eq!(store.answers.forget(day_after, 3).await, Ok(0));
    assert_eq!(store.kept("young", day_after).await, Some(young));
}

/// Of many at the same time under one key, in two processes, one is done.
pub(crate) async fn of_several_under_one_key_one_is_done(store: Store) {
    const CALLERS: usize = 24;
    const KEYS: usize = 4;
    let beside = store.opened_again();
    let mut saves = JoinSet::new();
    for caller in 0..CALLERS {
        let store = if caller % 2 == 0 { &store } else { &beside }.clone();
        let new = author(store.new_id().await, &format!("By caller {caller}"));
        let kept = answer(&format!("key {}", caller % KEYS), now());
        saves.spawn(async move {
            // As a command does: what is in the way is looked at again.
            loop {
                match store.save_answered(&[created(&new)], &kept).await {
                    Err(SaveError::Conflict) => {}
                    done => break (done, new),
                }
            }
        });
    }
    let mut done = 0;
    for (outcome, new) in saves.join_all().await {
        let held = store.held(new.state.author_id).await;
        match outcome {
            Ok(()) => {
                done += 1;
                assert_eq!(held, Some(new));
            }
            Err(error) => {
                assert_eq!(error, SaveError::Answered);
                assert_eq!(held, None);
            }
        }
    }
    assert_eq!(done, KEYS);
    assert_eq!(store.entries().await.len(), KEYS);
}
