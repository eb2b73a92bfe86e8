//! The books shown with an author: present links whose ends both live.

use std::slice::from_ref;

use authors_service::domain::{AuthorFilter, AuthorView, BookEntry};

use crate::{
    actions::EVERYTHING,
    records::{
        at_version, author, author_id, book, book_id, created, deleted_at, key, link, linked,
        removed, told, version,
    },
    store::Store,
};

pub(crate) async fn a_book_is_shown_with_its_credit(store: Store) {
    let id = store.create_named("Gabo").await.state.author_id;
    let mut whole = book(1, "Cien años de soledad");
    whole.state.isbn = Some("9780000000002".to_owned());
    whole.state.publication_year = Some(-700);
    let bare = book(2, "百年の孤独");
    store
        .hear(&[whole, bare], &[told(key(id, 2), 8, true, 11)])
        .await;
    store
        .save(&[linked(None, &link(key(id, 1), 3))])
        .await
        .unwrap();
    let expected = [
        BookEntry {
            id: book_id(1),
            title: "Cien años de soledad".to_owned(),
            isbn: Some("9780000000002".to_owned()),
            publication_year: Some(-700),
            role: "author".to_owned(),
            position: 3,
            credited_as: None,
        },
        BookEntry {
            id: book_id(2),
            title: "百年の孤独".to_owned(),
            isbn: None,
            publication_year: None,
            role: "роль 11".to_owned(),
            position: 11,
            credited_as: Some("名 11".to_owned()),
        },
    ];
    let view = store.view(id).await;
    assert_eq!((view.books.as_slice(), view.books_total), (&expected[..], 2));
    let everyone = AuthorFilter::default();
    let listed = store.queries.authors(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed, [view]);
}

pub(crate) async fn a_book_is_shown_whatever_characters_and_numbers_it_has(store: Store) {
    let id = store.create_named("Odd").await.state.author_id;
    let odd = "\"quoted\" \\ 'single' 𝔊 \u{1f469}\u{200d}\u{1f52c} \u{2028} \u{7f} {}[],: \t\n";
    let greatest = i64::MAX;
    store
        .hear(&[book(greatest, odd)], &[told(key(id, greatest), 8, true, 2)])
        .await;
    let view = store.view(id).await;
    let shown: Vec<_> = view.books.iter().map(|b| (b.id.get(), b.title.as_str())).collect();
    assert_eq!(shown, [(greatest, odd)]);
}

pub(crate) async fn a_link_waits_for_its_book(store: Store) {
    let id = store.create_named("Early").await.state.author_id;
    store.hear(&[], &[told(key(id, 1), 8, true, 2)]).await;
    let view = store.view(id).await;
    assert_eq!((view.books.len(), view.books_total), (0, 0));
    store.hear(&[book(1, "At last")], &[]).await;
    assert_eq!(store.titles_of(id).await, ["At last"]);
    assert_eq!(store.view(id).await.books_total, 1);
}

pub(crate) async fn a_link_waits_for_its_author(store: Store) {
    let id = author_id(41);
    store
        .hear(&[book(1, "Early")], &[told(key(id, 1), 8, true, 2)])
        .await;
    assert_eq!(store.queries.author(id).await, Ok(None));
    store.save(&[created(&author(id, "Late"))]).await.unwrap();
    assert_eq!(store.titles_of(id).await, ["Early"]);
}

pub(crate) async fn a_removed_link_is_not_shown(store: Store) {
    let id = store.create_named("Once").await.state.author_id;
    let made = link(key(id, 1), 1);
    store.hear(&[book(1, "One"), book(2, "Two")], &[]).await;
    let other = link(key(id, 2), 1);
    store
        .save(&[linked(None, &made), linked(None, &other)])
        .await
        .unwrap();
    let change = linked(Some(&made.register), &removed(&made));
    store.save(&[change]).await.unwrap();
    assert_eq!(store.titles_of(id).await, ["Two"]);
    assert_eq!(store.view(id).await.books_total, 1);
}

pub(crate) async fn a_deleted_book_is_not_shown_until_it_is_restored(store: Store) {
    let id = store.create_named("Reader").await.state.author_id;
    let book = book(1, "First edition");
    store
        .hear(from_ref(&book), &[told(key(id, 1), 8, true, 2)])
        .await;
    store.hear(&[deleted_at(&book, version(1, 2))], &[]).await;
    let view = store.view(id).await;
    assert_eq!((view.books.len(), view.books_total), (0, 0));
    let restored = at_version(&book, version(1, 3), "Second edition");
    store.hear(&[restored], &[]).await;
    assert_eq!(store.titles_of(id).await, ["Second edition"]);
}

pub(crate) async fn books_are_shown_by_id_and_with_their_own_author(store: Store) {
    let first = store.create_named("First").await.state.author_id;
    let second = store.create_named("Second").await.state.author_id;
    let books: Vec<_> = [3, 20, 100].map(|n| book(n, &n.to_string())).into();
    // In another order by position, and as they come.
    let links = [
        told(key(first, 3), 8, true, 9),
        told(key(first, 20), 8, true, 5),
        told(key(first, 100), 8, true, 1),
        told(key(second, 20), 8, true, 2),
    ];
    for link in links.iter().rev() {
        store.hear(&[], from_ref(link)).await;
    }
    store.hear(&books, &[]).await;
    assert_eq!(store.titles_of(first).await, ["3", "20", "100"]);
    assert_eq!(store.titles_of(second).await, ["20"]);
    let everyone = AuthorFilter::default();
    let listed = store.queries.authors(&everyone, EVERYTHING).await.unwrap();
    let totals: Vec<_> = listed.iter().map(|view| view.books_total).collect();
    assert_eq!(totals, [3, 1]);
    assert_eq!(listed, [store.view(first).await, store.view(second).await]);
}

pub(crate) async fn at_most_a_thousand_books_are_shown_and_all_are_counted(store: Store) {
    const BOOKS: i64 = 1_004;
    let prolific = store.create_named("Prolific").await.state.author_id;
    let modest = store.create_named("Modest").await.state.author_id;
    let books: Vec<_> = (1..=BOOKS).map(|n| book(n, &n.to_string())).collect();
    let mut links: Vec<_> = (1..=BOOKS)
        .map(|n| told(key(prolific, n), 8, true, 2))
        .collect();
    links.push(told(key(modest, BOOKS), 8, true, 2));
    store.hear(&books, &links).await;

    let most = usize::try_from(AuthorView::MOST_BOOKS).unwrap();
    let view = store.view(prolific).await;
    assert_eq!(view.books_total, 1_004);
    assert_eq!(view.books.len(), most);
    assert!(view.books.iter().map(|book| book.id.get()).eq(1..=1_000));
    let everyone = AuthorFilter::default();
    let listed = store.queries.authors(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed, [view, store.view(modest).await]);
    assert_eq!(store.titles_of(modest).await, ["1004"]);

    // The one beyond the last shown moves up.
    let gone = deleted_at(&books[0], version(1, 2));
    store.hear(&[gone], &[]).await;
    let view = store.view(prolific).await;
    assert_eq!((view.books.len(), view.books_total), (most, 1_003));
    assert_eq!(view.books[most - 1].id, book_id(1_001));
}
