//! What clients ask for.

use std::fmt::Write;

use crate::load::{write_get, write_post};

/// As long as the peer's.
const BIOGRAPHY: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// Creates authors, each under a name of its own.
#[derive(Debug, Default)]
pub(crate) struct Creating {
    number: u64,
    body: String,
}

impl Creating {
    /// Writes the next request.
    pub(crate) fn next(&mut self, request: &mut String) {
        self.number += 1;
        self.body.clear();
        // Writing to a string can't fail.
        let _written = write!(
            self.body,
            r#"{{"name":"Author number {}","birth_date":"1927-03-06","nationality":"Colombian","biography":"{BIOGRAPHY}"}}"#,
            self.number
        );
        write_post(request, "/authors", &self.body);
    }
}

/// Creates books, each under a title of its own.
#[derive(Debug, Default)]
pub(crate) struct CreatingBooks {
    number: u64,
    body: String,
}

impl CreatingBooks {
    /// Writes the next request.
    pub(crate) fn next(&mut self, request: &mut String) {
        self.number += 1;
        self.body.clear();
        // Writing to a string can't fail.
        let _written = write!(
            self.body,
            r#"{{"title":"A book of the usual length, volume {}","publication_year":1967,"language":"es","page_count":417,"subjects":["rain","towns by the sea"]}}"#,
            self.number
        );
        write_post(request, "/books", &self.body);
    }
}

/// Creates the peer's authors.
pub(crate) fn create_at_peer(request: &mut String) {
    let body = format!(r#"{{"name":"Author name","bio":"{BIOGRAPHY}"}}"#);
    write_post(request, "/pub/authors", &body);
}

/// Reads what is at `path` under the numbers `1..=records`, at random.
pub(crate) fn read(path: &str, records: u64) -> impl FnMut(&mut String) {
    let mut random = fastrand::Rng::with_seed(records);
    move |request: &mut String| {
        let id = random.u64(1..=records);
        write_get(request, format_args!("{path}/{id}"));
    }
}

/// Reads `known` records, spread over all of `1..=records`: each of them once, and then at random.
pub(crate) fn read_known(path: &str, records: u64, known: u64) -> impl FnMut(&mut String) {
    let mut random = fastrand::Rng::with_seed(records);
    let mut once = 0..known;
    move |request: &mut String| {
        let which = once.next().unwrap_or_else(|| random.u64(0..known));
        let id = which * records / known + 1;
        write_get(request, format_args!("{path}/{id}"));
    }
}

/// Searches for authors `1..=records`, at random, by what no other name has.
pub(crate) fn find(records: u64) -> impl FnMut(&mut String) {
    let mut random = fastrand::Rng::with_seed(records);
    move |request: &mut String| {
        let number = random.u64(1..=records);
        write_get(request, format_args!("/authors?query={number}&limit=10"));
    }
}

/// Links authors to books: no pair twice, and to no book much more often than to the others.
#[derive(Debug)]
pub(crate) struct Linking {
    /// Authors `1..=records` and books `1..=records`.
    pub(crate) records: u64,
    /// Links of a request.
    pub(crate) each: u64,
    /// Where links begin that were not there before.
    pub(crate) number: u64,
}

impl Linking {
    /// Writes the next request.
    pub(crate) fn next(&mut self, request: &mut String) {
        let Self {
            records,
            each,
            number,
        } = *self;
        self.number += 1;
        let (pass, author) = (number / records, number % records + 1);
        let mut body = String::from(r#"{"book_ids":["#);
        for step in 0..each {
            // The same author meets the following books in the next pass.
            let book = (author + pass * each + step) % records + 1;
            let comma = if step > 0 { "," } else { "" };
            let _written = write!(body, "{comma}{book}");
        }
        body.push_str("]}");
        write_post(request, format_args!("/authors/{author}/books"), &body);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_known_is_read_once_before_it_is_read_again() {
        let mut next = read_known("/books", 1_000, 50);
        let mut asked = |times| -> BTreeSet<String> {
            let requests = (0..times).map(|_| {
                let mut request = String::new();
                next(&mut request);
                request
            });
            requests.collect()
        };
        let known = asked(50);
        assert_eq!(known.len(), 50);
        assert!(known.iter().any(|request| request.contains("/books/981 ")));
        assert!(asked(1_000).is_subset(&known));
    }

    #[test]
    fn no_pair_is_linked_twice() {
        let mut linking = Linking {
            records: 40,
            each: 5,
            number: 0,
        };
        let mut pairs = BTreeSet::new();
        for _ in 0..40 * 8 {
            let mut request = String::new();
            linking.next(&mut request);
            let author = request.split('/').nth(2).unwrap().to_owned();
            let from = request.find('[').unwrap() + 1;
            let books = &request[from..request.find(']').unwrap()];
            for book in books.split(',') {
                assert!(pairs.insert((author.clone(), book.to_owned())));
            }
        }
        assert_eq!(pairs.len(), 40 * 40);
    }
}
