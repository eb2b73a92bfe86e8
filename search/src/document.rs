//! Search over documents in memory: what the databases must answer too.

use std::collections::BTreeMap;

use crate::{FEW, Query, Rank, Role};

/// The texts by which one record is found: of each source its texts.
pub type Document = Vec<(Role, Vec<String>)>;

/// The ids of the records found and the rank of each.
pub type Found = BTreeMap<i64, Rank>;

/// The records that match: those by number, those that match as written, and near misses if those
/// are few.
pub fn find(query: &Query, by_number: &[i64], documents: &BTreeMap<i64, Document>) -> Found {
    let mut found = Found::new();
    for (id, document) in documents {
        let number = by_number.contains(id).then_some(Rank::BY_NUMBER);
        if let Some(rank) = number.or_else(|| written(query, document)) {
            found.insert(*id, rank);
        }
    }
    if found.len() < FEW {
        for (id, document) in documents {
            if !found.contains_key(id)
                && let Some(rank) = near(query, document)
            {
                found.insert(*id, rank);
            }
        }
    }
    found
}

fn written(query: &Query, document: &Document) -> Option<Rank> {
    let sources = document.iter().enumerate();
    let ranks = sources.flat_map(|(index, (role, texts))| {
        texts
            .iter()
            .filter_map(move |text| Rank::of(query, index, *role, text))
    });
    ranks
        .min()
        .or_else(|| divided(query, document, Rank::divided))
}

fn near(query: &Query, document: &Document) -> Option<Rank> {
    let texts = document.iter().flat_map(|(_, texts)| texts);
    let whole = texts.filter_map(|text| Rank::near(query, text)).min();
    let divided = divided(query, document, Rank::near_divided);
    whole.into_iter().chain(divided).min()
}

/// The best rank of the names of others beside the record's own text.
fn divided(
    query: &Query,
    document: &Document,
    rank: impl Fn(&Query, &str, &str) -> Option<Rank>,
) -> Option<Rank> {
    let of = |wanted: Role, from: usize| {
        let sources = document.iter().skip(from);
        let sources = sources.filter(move |(role, _)| *role == wanted);
        sources.flat_map(|(_, texts)| texts)
    };
    let pairs = of(Role::Name, 1).flat_map(|name| of(Role::Text, 0).map(move |text| (name, text)));
    pairs
        .filter_map(|(name, text)| rank(query, name, text))
        .min()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::phrases;

    fn order(query: &str, names: &[&str]) -> Vec<i64> {
        let document = |name: &&str| vec![(Role::Name, phrases(name))];
        let documents = (1..).zip(names.iter().map(document)).collect();
        let found = find(&Query::parse(query).unwrap(), &[], &documents);
        let mut found: Vec<_> = found.into_iter().map(|(id, rank)| (rank, id)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn the_exact_comes_first_then_what_begins_so_then_words_in_any_order_then_near_misses() {
        let names = [
            "Smyth John",
            "Smithers Johnny",
            "Ann John Smith",
            "Smith, John",
            "John Smithson",
            "John Smith",
            "Peter",
        ];
        assert_eq!(order("john smith", &names), [6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn case_accents_punctuation_and_order_do_not_matter() {
        let names = [
            "Gabriel García Márquez",
            "Jean-Paul Sartre",
            "J. R. R. Tolkien",
        ];
        for (query, expected) in [
            ("garcia marquez", 1),
            ("MÁRQUEZ, gabriel", 1),
            ("gab", 1),
            ("gabriel garsia", 1),
            ("jeanpaul", 2),
            ("jean paul", 2),
            ("sartre jean-p", 2),
            ("jrr tolkien", 3),
            ("J.R.R. Tolkien", 3),
            ("tolkein", 3),
            ("tolkien j r", 3),
            ("R. Tolkien", 3),
            ("Jean Paul", 2),
            ("jean-paul-s", 2),
        ] {
            assert_eq!(order(query, &names), [expected], "{query}");
        }
        assert!(order("marquess garsia", &names).is_empty());
    }

    #[test]
    fn hyphens_in_the_query_do_not_matter_either() {
        let names = [
            "Cooperation today",
            "Jeanluc Saintjust",
            "Jean-Luc Saint-Just",
        ];
        assert_eq!(order("Co-operation", &names), [1]);
        for query in [
            "Jean-Luc Saintjust",
            "Jeanluc Saint-Just",
            "saint-just, jean-luc",
        ] {
            assert_eq!(order(query, &names), [2, 3], "{query}");
        }
    }

    #[test]
    fn letters_that_begin_words_are_not_taken_for_initials_alone() {
        let names = ["I, Claudius", "A Tale of Nobody", "D. O. Fagunwa"];
        assert_eq!(order("i c", &names), [1]);
        assert_eq!(order("A T", &names), [2]);
        for query in ["Fagunwa O D", "Fagunwa, O.", "O. Fagunwa", "D.O.F"] {
            assert_eq!(order(query, &names), [3], "{query}");
        }
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        let names = ["村上 春樹", "村上龍", "上村 松園", "박경리"];
        assert_eq!(order("村上", &names), [2, 1]);
        assert_eq!(order("春樹", &names), [1]);
        assert_eq!(order("村上春樹", &names), [1]);
        assert_eq!(order("春樹 村上", &names), [1]);
        assert_eq!(order("경리", &names), [4]);
    }

    fn book(title: &str, author: &str) -> Document {
        vec![
            (Role::Name, phrases(title)),
            (Role::Name, phrases(author)),
            (Role::Text, vec![crate::text([title])]),
        ]
    }

    #[test]
    fn a_title_of_many_words_is_found_with_its_author_before_or_behind_it() {
        let title = "Harry Potter and the Goblet of Fire";
        let documents = BTreeMap::from([(1, book(title, "J. K. Rowling"))]);
        for query in [
            format!("{title} Rowling"),
            format!("J.K. Rowling {title}"),
            format!("{title}, JK Rowlin"),
            format!("{title}, Rowlign"),
        ] {
            let found = find(&Query::parse(&query).unwrap(), &[], &documents);
            assert!(found.contains_key(&1), "{query}");
        }
    }

    #[test]
    fn a_title_with_its_author_is_found_however_many_others_hold_the_words() {
        let others = (1..=20).map(|id| (id, book("Emma, by Jane Austen", "Somebody")));
        let mut documents: BTreeMap<_, _> = others.collect();
        documents.insert(21, book("Emma", "Jane Austen"));
        documents.insert(22, book("Ema", "Jane Austen"));
        let found = find(&Query::parse("emma austen").unwrap(), &[], &documents);
        assert_eq!(found.len(), 21);
        assert!(found[&20] < found[&21]);
    }
}
