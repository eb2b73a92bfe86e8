//! Lists of books: order, pages, filters.

use std::slice::from_ref;

use books_service::domain::{Book, BookFilter, Page, values::BookScheme};
use shared_events::BookId;

use crate::{
    actions::EVERYTHING,
    records::{book, book_id, created, identified, next, revised, tombstone, with_isbn},
    store::Store,
};

fn of_isbn(isbn: &str) -> BookFilter {
    BookFilter {
        isbn: Some(isbn.to_owned()),
        identifier: None,
    }
}

fn with(scheme: BookScheme, value: &str) -> BookFilter {
    BookFilter {
        isbn: None,
        identifier: Some((scheme, value.to_owned())),
    }
}

fn ids(numbers: &[i64]) -> Vec<BookId> {
    numbers.iter().copied().map(book_id).collect()
}

async fn create(store: &Store, books: &[Book]) {
    let changes: Vec<_> = books.iter().map(created).collect();
    store.save(&changes).await.unwrap();
}

pub(crate) async fn a_list_is_ordered_by_id(store: Store) {
    let everyone = BookFilter::default();
    assert!(store.listed(&everyone, EVERYTHING).await.is_empty());
    let books = [70, 9, 800, 10].map(|id| book(book_id(id), "Anybody"));
    create(&store, &books).await;
    let listed = store.listed(&everyone, EVERYTHING).await;
    assert_eq!(listed, ids(&[9, 10, 70, 800]));
}

pub(crate) async fn a_page_begins_behind_its_cursor_and_what_is_passed_over(store: Store) {
    let books: Vec<_> = (1..=9)
        .map(|n| book(book_id(n * 10), "Anybody"))
        .collect();
    create(&store, &books).await;
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
        let listed = store.listed(&BookFilter::default(), page).await;
        assert_eq!(listed, ids(expected), "{page:?}");
    }
}

pub(crate) async fn an_isbn_is_found_exactly(store: Store) {
    let books = [
        with_isbn(book(book_id(1), "A"), "9780000000002"),
        with_isbn(book(book_id(2), "B"), "9780000000019"),
        book(book_id(3), "C"),
    ];
    create(&store, &books).await;
    for (isbn, expected) in [
        ("9780000000002", &[1][..]),
        ("9780000000019", &[2]),
        ("978000000000", &[]),
        ("0000000000", &[]),
        ("", &[]),
    ] {
        let listed = store.listed(&of_isbn(isbn), EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{isbn}");
    }
    let changed = next(&books[0], |state| state.isbn = None);
    store.save(&[revised(&books[0], &changed)]).await.unwrap();
    let former = of_isbn("9780000000002");
    assert!(store.listed(&former, EVERYTHING).await.is_empty());
}

pub(crate) async fn an_identifier_is_found_by_scheme_and_value(store: Store) {
    let books = [
        identified(book(book_id(1), "A"), "oclc", "320"),
        identified(book(book_id(2), "B"), "goodreads", "320"),
        identified(book(book_id(3), "C"), "oclc", "3200"),
        book(book_id(4), "D"),
    ];
    create(&store, &books).await;
    for (filter, expected) in [
        (with(BookScheme::Oclc, "320"), &[1][..]),
        (with(BookScheme::Goodreads, "320"), &[2]),
        (with(BookScheme::Oclc, "3200"), &[3]),
        (with(BookScheme::Oclc, "32"), &[]),
        (with(BookScheme::Lccn, "320"), &[]),
    ] {
        let listed = store.listed(&filter, EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{filter:?}");
    }
}

pub(crate) async fn a_former_identifier_is_not_found(store: Store) {
    let plain = book(book_id(1), "A");
    let first = identified(plain.clone(), "oclc", "1");
    let first = identified(first, "lccn", "n78089035");
    create(&store, from_ref(&first)).await;
    let second = next(&first, |state| {
        state.identifiers = identified(plain, "oclc", "2").state.identifiers;
    });
    store.save(&[revised(&first, &second)]).await.unwrap();
    for (filter, expected) in [
        (with(BookScheme::Oclc, "1"), &[][..]),
        (with(BookScheme::Lccn, "n78089035"), &[]),
        (with(BookScheme::Oclc, "2"), &[1]),
    ] {
        let listed = store.listed(&filter, EVERYTHING).await;
        assert_eq!(listed, ids(expected), "{filter:?}");
    }
    let third = next(&second, |state| state.identifiers.clear());
    store.save(&[revised(&second, &third)]).await.unwrap();
    let gone = with(BookScheme::Oclc, "2");
    assert!(store.listed(&gone, EVERYTHING).await.is_empty());
}

pub(crate) async fn deleted_books_are_not_listed(store: Store) {
    let made = |number, title| {
        let book = with_isbn(book(book_id(number), title), "9780000000002");
        identified(book, "oclc", "1")
    };
    let deleted = made(1, "Deleted");
    create(&store, from_ref(&deleted)).await;
    let change = revised(&deleted, &tombstone(&deleted));
    store.save(&[change]).await.unwrap();
    let filters = [
        BookFilter::default(),
        of_isbn("9780000000002"),
        with(BookScheme::Oclc, "1"),
    ];
    for filter in &filters {
        assert!(store.listed(filter, EVERYTHING).await.is_empty());
    }
    create(&store, &[made(2, "Living")]).await;
    for filter in &filters {
        let listed = store.listed(filter, EVERYTHING).await;
        assert_eq!(listed, ids(&[2]), "{filter:?}");
    }
}

pub(crate) async fn a_book_is_listed_only_if_it_passes_every_filter(store: Store) {
    let both = identified(book(book_id(1), "A"), "oclc", "1");
    let books = [
        with_isbn(both, "9780000000002"),
        identified(book(book_id(2), "B"), "oclc", "2"),
        with_isbn(book(book_id(3), "C"), "9780000000019"),
    ];
    create(&store, &books).await;
    let page = |after, skip| Page {
        after,
        skip,
        limit: 10,
    };
    for (isbn, oclc, page, expected) in [
        ("9780000000002", "1", EVERYTHING, &[1][..]),
        ("9780000000002", "2", EVERYTHING, &[]),
        ("9780000000019", "1", EVERYTHING, &[]),
        ("9780000000002", "1", page(1, 0), &[]),
        ("9780000000002", "1", page(0, 1), &[]),
    ] {
        let filter = BookFilter {
            isbn: Some(isbn.to_owned()),
            identifier: Some((BookScheme::Oclc, oclc.to_owned())),
        };
        let listed = store.listed(&filter, page).await;
        assert_eq!(listed, ids(expected), "{filter:?} {page:?}");
    }
}
