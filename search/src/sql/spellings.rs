//! The dictionary: every word that was ever stored, by its spellings. A word is never forgotten;
//! one that is nowhere any more leads to nothing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::statement::{Sql, json, text_array};
use crate::{
    Query,
    spelling::{can_be_meant, is_near, spellings, unlikeness},
};

/// Words are looked up and learned so many at a time.
const CHUNK: usize = 500;
/// So many words are compared with those of a query.
const MOST_COMPARED: usize = 2_000;
/// A word of a query may mean so many others.
const MOST_MEANT: usize = 40;

/// Learns those of the words that are new, in the order in which everybody learns, so that two
/// transactions don't wait for each other.
pub(super) async fn learn(
    transaction: &impl ConnectionTrait,
    words: BTreeSet<&str>,
) -> Result<(), DbErr> {
    let words: Vec<String> = words
        .into_iter()
        .filter(|word| can_be_meant(word))
        .map(str::to_owned)
        .collect();
    for chunk in words.chunks(CHUNK) {
        let mut new: BTreeSet<String> = chunk.iter().cloned().collect();
        for row in known(transaction, chunk).await? {
            new.remove(&row);
        }
        let pairs: Vec<(String, String)> = new
            .iter()
            .flat_map(|word| spellings(word).into_iter().map(|s| (s, word.clone())))
            .collect();
        for pairs in pairs.chunks(CHUNK) {
            insert(transaction, pairs).await?;
        }
    }
    Ok(())
}

async fn known(connection: &impl ConnectionTrait, words: &[String]) -> Result<Vec<String>, DbErr> {
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

/// For each piece of the query, what may stand for it: its beginning as written, then the words
/// that it may mean, the likest first, each as in a phrase.
pub(super) async fn alternatives(
    connection: &impl ConnectionTrait,
    query: &Query,
) -> Result<Vec<Vec<String>>, DbErr> {
    let typed = query.pieces().iter().filter_map(|p| p.word.as_deref());
    let mut wanted: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for word in typed {
        for spelling in spellings(word) {
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
    let of_piece = |piece: &crate::query::Piece| {
        let others = piece.word.as_deref().and_then(|word| meant.get(word));
        let others = others.into_iter().flatten().take(MOST_MEANT);
        let others = others.map(|(_, word)| format!("  {word}  "));
        [piece.beginning.clone()]
            .into_iter()
            .chain(others)
            .collect()
    };
    Ok(query.pieces().iter().map(of_piece).collect())
}
