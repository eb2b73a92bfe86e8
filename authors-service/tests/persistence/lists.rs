//! Lists of authors: order, pages, filters.

use std::slice::from_ref;

use authors_service::domain::{Author, AuthorFilter, Page, values::AuthorScheme};
use shared_events::AuthorId;

use crate::{
    actions::EVERYTHING,
    records::{author, author_id, created, identified, next, revised, tombstone},
    store::Store,
};

fn named(name: &str) -> AuthorFilter {
    AuthorFilter {
        name: Some(name.to_owned()),
        identifier: None,
    }
}

fn with(scheme: AuthorScheme, value: &str) -> AuthorFilter {
    AuthorFilter {
        name: None,
        identifier: Some((scheme, value.to_owned())),
    }
}

fn ids(numbers: &[i64]) -> Vec<AuthorId> {
    numbers.iter().copied().map(author_id).collect()
}

async fn create(store: &Store, authors: &[Author]) {
    let changes: Vec<_> = authors.iter().map(created).collect();
    store.save(&changes).await.unwrap();
}

pub(crate) async fn a_list_is_ordered_by_id(store: Store) {
    let everyone = AuthorFilter::default();
    assert!(store.listed(&everyone, EVERYTHING).await.is_empty());
    let authors = [70, 9, 800, 10].map(|id| author(author_id(id), "Anybody"));
    create(&store, &authors).await;
    let listed = store.listed(&everyone, EVERYTHING).await;
    assert_eq!(listed, ids(&[9, 10, 70, 800]));
}

pub(crate) async fn a_page_begins_behind_its_cursor_and_what_is_passed_over(store: Store) {
    let authors: Vec<_> = (1..=9)
        .map(|n| author(author_id(n * 10), "Anybody"))
        .collect();
    create(&store, &authors).await;
    let most = i64::MAX.unsigned_abs();
    for (after, skip, limit, expected) in [
        (0, 0, 3, &[10, 20, 30][..]),
        (0, 3, 3, &[40, 50, 60]),
        (0, 8, 3, &[90]),
        (0, 9, 3, &[]),
        (30, 0, 2, &[40, 50]),
        (35, 0, 2, &[40, 50]),
        (30, 2, 2, &[60, 70]),
        (90, 0, 3, &[]),
        (0, 0, 0, &[]),
        (0, most, 1_000, &[]),
        (i64::MAX, 0, 1_000, &[]),
        (80, 0, 1_001, &[90]),
    ] {
        let page = Page { after, skip, limit };
        let listed = store.listed(&AuthorFilter::default(), page).await;
        assert_eq!(listed, ids(expected), "{page:?}");
    }
}

pub(crate) async fn a_name_is_found_exactly(store: Store) {
    let names = [
        "Ana",
        "ana",
        "Aná",
        "Ana%",
        "Ana O'Neill",
        "安娜",
        "Ana",
        "Ana B",
        "Ana\u{301}",
    ];
    let authors: Vec<_> = (1..)
        .zip(names)
        .map(|(id, name)| author(author_id(id), name))
        .collect();
    create(&store, &authors).await;
    for (name, expected) in [
        ("Ana", &[1, 7][..]),
        ("ana", &[2]),
        ("Aná", &[3]),
        ("Ana%", &[4]),
        ("Ana O'Neill", &[5]),
        ("安娜", &[6]),
        ("An", &[]),
        ("Ana ", &[]),
        ("", &[]),
    ] {
        let listed = store.listed(&named(name), EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{name}");
    }
}

pub(crate) async fn an_identifier_is_found_by_scheme_and_value(store: Store) {
    let authors = [
        identified(author(author_id(1), "A"), "viaf", "320"),
        identified(author(author_id(2), "B"), "goodreads", "320"),
        identified(author(author_id(3), "C"), "viaf", "3200"),
        // Nobody forbids two authors to have the same one: they may be one and the same.
        identified(author(author_id(4), "D"), "viaf", "320"),
        author(author_id(5), "E"),
    ];
    create(&store, &authors).await;
    for (filter, expected) in [
        (with(AuthorScheme::Viaf, "320"), &[1, 4][..]),
        (with(AuthorScheme::Goodreads, "320"), &[2]),
        (with(AuthorScheme::Viaf, "3200"), &[3]),
        (with(AuthorScheme::Viaf, "32"), &[]),
        (with(AuthorScheme::Wikidata, "320"), &[]),
    ] {
        let listed = store.listed(&filter, EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{filter:?}");
    }
}

pub(crate) async fn a_former_identifier_is_not_found(store: Store) {
    let plain = author(author_id(1), "A");
    let first = identified(plain.clone(), "viaf", "1");
    let first = identified(first, "wikidata", "Q1");
    create(&store, from_ref(&first)).await;
    let second = next(&first, |state| {
        state.identifiers = identified(plain, "viaf", "2").state.identifiers;
    });
    store.save(&[revised(&first, &second)]).await.unwrap();
    for (filter, expected) in [
        (with(AuthorScheme::Viaf, "1"), &[][..]),
        (with(AuthorScheme::Wikidata, "Q1"), &[]),
        (with(AuthorScheme::Viaf, "2"), &[1]),
    ] {
        let listed = store.listed(&filter, EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{filter:?}");
    }
    let third = next(&second, |state| state.identifiers.clear());
    store.save(&[revised(&second, &third)]).await.unwrap();
    let gone = with(AuthorScheme::Viaf, "2");
    assert!(store.listed(&gone, EVERYTHING).await.is_empty());
}

pub(crate) async fn deleted_authors_are_not_listed(store: Store) {
    let deleted = identified(author(author_id(1), "Same"), "viaf", "1");
    let living = identified(author(author_id(2), "Same"), "viaf", "1");
    create(&store, &[deleted.clone(), living]).await;
    let change = revised(&deleted, &tombstone(&deleted));
    store.save(&[change]).await.unwrap();
    for filter in [
        AuthorFilter::default(),
        named("Same"),
        with(AuthorScheme::Viaf, "1"),
    ] {
        let listed = store.listed(&filter, EVERYTHING).await;
        assert_eq!(listed, ids(&[2]), "{filter:?}");
    }
}

pub(crate) async fn filters_and_pages_go_together(store: Store) {
    let authors: Vec<_> = (1..=30)
        .map(|n| {
            let name = if n % 2 == 0 { "Even" } else { "Odd" };
            let author = author(author_id(n), name);
            if n % 3 == 0 {
                identified(author, "viaf", "3")
            } else {
                author
            }
        })
        .collect();
    create(&store, &authors).await;
    let both = AuthorFilter {
        name: Some("Even".to_owned()),
        identifier: Some((AuthorScheme::Viaf, "3".to_owned())),
    };
    let page = |after, skip, limit| Page { after, skip, limit };
    for (page, expected) in [
        (EVERYTHING, &[6, 12, 18, 24, 30][..]),
        (page(6, 1, 2), &[18, 24]),
        (page(12, 0, 2), &[18, 24]),
        (page(24, 0, 2), &[30]),
        (page(0, 4, 2), &[30]),
    ] {
        assert_eq!(store.listed(&both, page).await, ids(expected), "{page:?}");
    }
}
