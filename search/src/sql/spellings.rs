//! The dictionary: every word that was ever stored, by its spellings. A word is never forgotten;
//! one that is nowhere any more leads to nothing.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::{
    index::beginnings,
    statement::{Sql, json, text_array},
};
use crate::{
    Query,
    phrase::words,
    query::Piece,
    spelling::{can_be_meant, is_near, spellings, spellings_near, unlikeness},
};

/// Words are looked up and learned so many at a time.
const CHUNK: usize = 500;
/// So many words are remembered to be there.
const MOST_REMEMBERED: usize = 20_000;
/// So many words are compared with those of a query.
const MOST_COMPARED: usize = 2_000;
/// A word of a query may mean so many others.
const MOST_MEANT: usize = 40;

/// Learns the words of what is stored. It remembers which ones were there, as a word never goes:
/// most that is written consists of words that were written before.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    remembered: Arc<Mutex<HashSet<String>>>,
}

impl Dictionary {
    /// Learns those words of `phrases` that are new, in the order in which everybody learns, so that
    /// two transactions don't wait for each other. At most once in a transaction: what it finds there
    /// must have been committed.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn learn<'a>(
        &self,
        transaction: &impl ConnectionTrait,
        phrases: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), DbErr> {
        let words: BTreeSet<&str> = phrases.into_iter().flat_map(words).collect();
        let words = self.not_remembered(words);
        let mut pairs: Vec<(String, String)> = Vec::new();
        for chunk in words.chunks(CHUNK) {
            let known: BTreeSet<String> = known(transaction, chunk).await?;
            let new = chunk.iter().filter(|word| !known.contains(*word));
            pairs.extend(new.flat_map(|word| {
                let spellings = spellings(word).into_iter();
                spellings.map(move |spelling| (spelling, word.clone()))
            }));
            self.remember(known);
        }
        for pairs in pairs.chunks(CHUNK) {
            insert(transaction, pairs).await?;
        }
        Ok(())
    }

    fn not_remembered(&self, words: BTreeSet<&str>) -> Vec<String> {
        let remembered = self.remembered();
        let words = words.into_iter();
        words
            .filter(|word| can_be_meant(word) && !remembered.contains(*word))
            .map(str::to_owned)
            .collect()
    }

    fn remember(&self, known: BTreeSet<String>) {
        let mut remembered = self.remembered();
        if remembered.len() + known.len() > MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.extend(known);
    }

    fn remembered(&self) -> MutexGuard<'_, HashSet<String>> {
        let remembered = self.remembered.lock();
        remembered.unwrap_or_else(PoisonError::into_inner)
    }
}

async fn known(
    connection: &impl ConnectionTrait,
    words: &[String],
) -> Result<BTreeSet<String>, DbErr> {
    // A word's beginning is the first of its spellings.
    let select = Sql::new("SELECT s.word AS word FROM search_spellings s JOIN ");
    let select = match connection.get_database_backend() {
        DbBackend::Postgres => {
            let beginnings: Vec<_> = words.iter().map(|word| beginning(word)).collect();
            select
                .then("unnest(")
                .bind(text_array(&beginnings))
                .then(", ")
                .bind(text_array(words))
                .then(") AS n (spelling, word) ON s.spelling = n.spelling AND s.word = n.word")
        }
        _ => {
            let pairs: Vec<_> = words.iter().map(|word| (beginning(word), word)).collect();
            select
                .then("json_each(")
                .bind(json(&pairs))
                .then(") n ON s.spelling = json_extract(n.value, '$[0]') AND s.word = json_extract(n.value, '$[1]')")
        }
    };
    let rows = select.all(connection).await?;
    rows.iter().map(|row| row.try_get("", "word")).collect()
}

fn beginning(word: &str) -> String {
    word.chars().take(7).collect()
}

async fn insert(
    transaction: &impl ConnectionTrait,
    pairs: &[(String, String)],
) -> Result<(), DbErr> {
    let insert = Sql::new("INSERT INTO search_spellings (spelling, word) SELECT ");
    let insert = match transaction.get_database_backend() {
        DbBackend::Postgres => {
            let (spellings, words): (Vec<_>, Vec<_>) = pairs.iter().cloned().unzip();
            insert
                .then("* FROM unnest(")
                .bind(text_array(&spellings))
                .then(", ")
                .bind(text_array(&words))
                .then(")")
        }
        _ => insert
            .then("json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(")
            .bind(json(pairs))
            .then(") WHERE true"),
    };
    insert
        .then(" ON CONFLICT DO NOTHING")
        .run(transaction)
        .await
}

/// For each piece of the query, what may stand for it: as it is written, then the words
/// that it may mean, the likest first, each as in a phrase.
pub(super) async fn alternatives(
    connection: &impl ConnectionTrait,
    query: &Query,
) -> Result<Vec<Vec<String>>, DbErr> {
    let typed = query.pieces().iter().filter_map(|p| p.word.as_deref());
    let mut wanted: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for word in typed {
        for spelling in spellings_near(word) {
            wanted.entry(spelling).or_default().push(word);
        }
    }
    let mut meant: BTreeMap<&str, BTreeSet<_>> = BTreeMap::new();
    if !wanted.is_empty() {
        let keys: Vec<String> = wanted.keys().cloned().collect();
        let select = Sql::new("SELECT spelling, word FROM search_spellings WHERE spelling ");
        let select = match connection.get_database_backend() {
            DbBackend::Postgres => select.then("= ANY(").bind(text_array(&keys)).then(")"),
            _ => select
                .then("IN (SELECT value FROM json_each(")
                .bind(json(&keys))
                .then("))"),
        };
        let select = select.then(format!(" ORDER BY spelling, word LIMIT {MOST_COMPARED}"));
        for row in select.all(connection).await? {
            let spelling: String = row.try_get("", "spelling")?;
            let word: String = row.try_get("", "word")?;
            for typed in wanted.get(&spelling).into_iter().flatten().copied() {
                if is_near(typed, &word) {
                    let likest = (unlikeness(typed, &word), word.clone());
                    meant.entry(typed).or_default().insert(likest);
                }
            }
        }
    }
    let of_piece = |(piece, mut any): (&Piece, Vec<String>)| {
        let others = piece.word.as_deref().and_then(|word| meant.get(word));
        let others = others.into_iter().flatten();
        let others = others.map(|(_, word)| format!("  {word}  "));
        // Those were found as they are written.
        let others = others.filter(|other| !other.starts_with(&piece.beginning));
        any.extend(others.take(MOST_MEANT));
        any
    };
    let pieces = query.pieces().iter().zip(beginnings(query));
    Ok(pieces.map(of_piece).collect())
}
