//! What a layer must not name. Each rule answers with one line for every place that breaks it.

use crate::{
    sources::SourceFile,
    tokens::{Token, TokenKind},
};

/// Crates that only an adapter may use.
const FRAMEWORKS: [&str; 9] = [
    "clap",
    "lapin",
    "reqwest",
    "sea_orm",
    "sea_orm_migration",
    "sea_query",
    "sqlx",
    "utoipa",
    "utoipa_swagger_ui",
];

/// The parts of tokio that reach outside the process.
const TOKIO_IO: [&str; 4] = ["fs", "io", "net", "process"];

/// No framework by name, nothing of actix, and of tokio nothing that does I/O.
pub(crate) fn framework_or_io(file: &SourceFile) -> Vec<String> {
    let mut broken: Vec<String> = file
        .words()
        .filter(|(_, word)| FRAMEWORKS.contains(word) || word.starts_with("actix"))
        .map(|(token, word)| file.names(token, word))
        .collect();
    for name in TOKIO_IO {
        broken.extend(paths(file, "tokio", name));
    }
    broken
}

/// No serde, and no time but the one that is passed in.
pub(crate) fn serializer_or_clock(file: &SourceFile) -> Vec<String> {
    let mut broken = words(file, &["serde", "serde_json", "SystemTime"]);
    broken.extend(paths(file, "Utc", "now"));
    broken.extend(paths(file, "Local", "now"));
    broken.extend(paths(file, "Instant", "now"));
    broken
}

/// None of `forbidden`, as whole words.
pub(crate) fn words(file: &SourceFile, forbidden: &[&str]) -> Vec<String> {
    file.words()
        .filter(|(_, word)| forbidden.contains(word))
        .map(|(token, word)| file.names(token, word))
        .collect()
}

/// Neither authors nor books, in names and in texts, whatever the case: `author_id`, `BookTitle`,
/// `"/authors"`; but `authority` is another word.
pub(crate) fn catalog_words(file: &SourceFile) -> Vec<String> {
    file.tokens
        .iter()
        .filter_map(|token| match &token.kind {
            TokenKind::Word(text) | TokenKind::Text(text) => Some((token, text)),
            TokenKind::Mark(_) => None,
        })
        .filter(|(_, text)| parts_of(text).any(|part| part == "author" || part == "book"))
        .map(|(token, text)| file.names(token, text))
        .collect()
}

/// `first::second`, also as `first::{…, second::…}`.
fn paths(file: &SourceFile, first: &str, second: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for (at, token) in file.tokens.iter().enumerate() {
        let rest = &file.tokens[at + 1..];
        let [colon, other_colon, next, ..] = rest else {
            break;
        };
        if !token.is_word(first) || !colon.is_mark(':') || !other_colon.is_mark(':') {
            continue;
        }
        let named = if next.is_mark('{') {
            in_group(&rest[2..], second)
        } else {
            next.is_word(second)
        };
        if named {
            broken.push(file.names(token, &format!("{first}::{second}")));
        }
    }
    broken
}

/// Whether the group that begins here holds `name` as the first part of one of its paths.
fn in_group(tokens: &[Token], name: &str) -> bool {
    let mut depth = 0_usize;
    let mut begins = false;
    for token in tokens {
        if token.is_mark('{') {
            depth += 1;
            begins = true;
        } else if token.is_mark('}') {
            depth -= 1;
            if depth == 0 {
                return false;
            }
        } else if token.is_mark(',') {
            begins = true;
        } else {
            if depth == 1 && begins && token.is_word(name) {
                return true;
            }
            begins = false;
        }
    }
    false
}

/// The words in a name or a text, in lower case and singular.
fn parts_of(text: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(text.len());
    let mut last_was_lower = false;
    for c in text.chars() {
        if c.is_uppercase() && last_was_lower {
            spaced.push(' ');
        }
        last_was_lower = c.is_lowercase();
        spaced.push(if c.is_alphabetic() { c } else { ' ' });
    }
    spaced
        .split_whitespace()
        .map(|part| part.to_lowercase().trim_end_matches('s').to_owned())
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::parse("a.rs", text)
    }

    #[test]
    fn a_framework_is_found_wherever_it_is_named() {
        for text in [
            "use actix_web::web;",
            "fn f(db: &sea_orm::DatabaseConnection) {}",
            "use tokio::net::TcpStream;",
            "use tokio::{sync::Mutex, fs};",
            "use tokio::{io::{self, AsyncRead}};",
        ] {
            assert_eq!(framework_or_io(&file(text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_does_no_io_may_be_named() {
        for text in [
            "use tokio::{sync::{fs, Mutex}, time};",
            "// as in actix_web\nuse std::io;",
            "let tokio = net;",
        ] {
            assert!(framework_or_io(&file(text)).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_clock_is_found_and_a_time_passed_in_is_not() {
        assert_eq!(
            serializer_or_clock(&file("let now = chrono::Utc::now();")).len(),
            1
        );
        assert_eq!(
            serializer_or_clock(&file("use std::time::SystemTime;")).len(),
            1
        );
        assert!(serializer_or_clock(&file("fn f(now: DateTime<Utc>) {}")).is_empty());
    }

    #[test]
    fn authors_and_books_are_found_in_any_spelling() {
        for text in [
            "let author_id = 1;",
            "struct CachedBook;",
            "const BOOKS: u8 = 1;",
            "let path = \"/authors/{id}\";",
        ] {
            assert_eq!(catalog_words(&file(text)).len(), 1, "{text}");
        }
        for text in ["let authority = 1;", "// an author", "fn bookkeeping() {}"] {
            assert!(catalog_words(&file(text)).is_empty(), "{text}");
        }
    }
}
