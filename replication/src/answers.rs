//! Answers that are kept under a key of the client's choice, so that a request that is sent again
//! is answered again and not done again (draft-ietf-httpapi-idempotency-key-header).

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use crate::StoreError;

/// An answer is given again for so long; then its key is free.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// A request that may be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Chosen by the client.
    pub key: String,
    /// What is asked: a method and a path.
    pub scope: String,
    /// Tells the request from every other one that may come under the same key.
    pub fingerprint: String,
}

/// An answer, and the request that got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The request.
    pub attempt: Attempt,
    /// The answer, in whatever form it was handed in.
    pub answer: String,
    /// When it was decided.
    pub kept_at: DateTime<Utc>,
}

impl KeptAnswer {
    /// Whether it is still to be given at `now`.
    pub fn is_kept(&self, now: DateTime<Utc>) -> bool {
        now - self.kept_at < KEPT_FOR
    }
}

/// Answers of requests that came under a key.
#[async_trait]
pub trait KeptAnswers: Send + Sync {
    /// The answer under `key`, unless at `now` it is older than [`KEPT_FOR`].
    async fn find(&self, key: &str, now: DateTime<Utc>) -> Result<Option<KeptAnswer>, StoreError>;

    /// Forgets up to `most` answers that at `now` are older than [`KEPT_FOR`], and returns how many
    /// there were.
    async fn forget(&self, now: DateTime<Utc>, most: u64) -> Result<u64, StoreError>;
}

/// Has the answer to an attempt kept with the changes that it tells of. `T` is what was done.
pub struct Keep<'a, T> {
    attempt: &'a Attempt,
    write: &'a (dyn Fn(&T) -> Result<String, StoreError> + Send + Sync),
}

impl<'a, T> Keep<'a, T> {
    /// Keeps what `write` makes of what was done.
    pub fn new(
        attempt: &'a Attempt,
        write: &'a (dyn Fn(&T) -> Result<String, StoreError> + Send + Sync),
    ) -> Self {
        Self { attempt, write }
    }

    /// The answer to be kept, as of `now`.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn answer(&self, done: &T, now: DateTime<Utc>) -> Result<KeptAnswer, StoreError> {
        Ok(KeptAnswer {
            attempt: self.attempt.clone(),
            answer: (self.write)(done)?,
            kept_at: now,
        })
    }
}

impl<T> Clone for Keep<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Keep<'_, T> {}

impl<T> fmt::Debug for Keep<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keep").field(self.attempt).finish()
    }
}

/// The answers of a store in memory, which keeps them beside its records under one lock.
#[derive(Debug, Clone, Default)]
pub struct Answers(BTreeMap<String, Arc<KeptAnswer>>);

impl Answers {
    /// Keeps an answer; `false` if there is one under its key already.
    pub fn keep(&mut self, new: &KeptAnswer) -> bool {
        let is_free = self.find(&new.attempt.key, new.kept_at).is_none();
        if is_free {
            let key = new.attempt.key.clone();
            self.0.insert(key, Arc::new(new.clone()));
        }
        is_free
    }

    /// The answer under `key`, if it is still to be given at `now`.
    pub fn find(&self, key: &str, now: DateTime<Utc>) -> Option<KeptAnswer> {
        let found = self.0.get(key).filter(|answer| answer.is_kept(now));
        found.map(|answer| KeptAnswer::clone(answer))
    }

    /// Forgets up to `most` answers that are old at `now`, and returns how many.
    pub fn forget(&mut self, now: DateTime<Utc>, most: u64) -> u64 {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let old = self.0.iter().filter(|(_, answer)| !answer.is_kept(now));
        let keys: Vec<_> = old.map(|(key, _)| key.clone()).take(most).collect();
        for key in &keys {
            self.0.remove(key);
        }
        keys.len() as u64
    }
}
