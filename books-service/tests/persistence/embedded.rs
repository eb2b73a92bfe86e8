//! The authors shown with a book: present links whose ends both live.

use std::slice::from_ref;

use books_service::domain::{BookFilter, BookView, AuthorEntry};

use crate::{
    actions::EVERYTHING,
    records::{
        at_version, book, book_id, author, author_id, created, deleted_at, key, link, linked,
        removed, told, version,
    },
    store::Store,
};

pub(crate) async fn an_author_is_shown_with_its_credit(store: Store) {
    let id = store.create_titled("Ficciones").await.state.book_id;
    let mut whole = author(1, "Jorge Luis Borges");
    whole.state.nationality = Some("アルゼンチン".to_owned());
    let bare = author(2, "ボルヘス 𝔊");
    store
        .hear(&[whole, bare], &[told(key(id, 2), 8, true, 11)])
        .await;
    store
        .save(&[linked(None, &link(key(id, 1), 3))])
        .await
        .unwrap();
    let expected = [
        AuthorEntry {
            id: author_id(1),
            name: "Jorge Luis Borges".to_owned(),
            nationality: Some("アルゼンチン".to_owned()),
            role: "author".to_owned(),
            position: 3,
            credited_as: None,
        },
        AuthorEntry {
            id: author_id(2),
            name: "ボルヘス 𝔊".to_owned(),
            nationality: None,
            role: "роль 11".to_owned(),
            position: 11,
            credited_as: Some("名 11".to_owned()),
        },
    ];
    let view = store.view(id).await;
    assert_eq!((view.authors.as_slice(), view.authors_total), (&expected[..], 2));
    let everyone = BookFilter::default();
    let listed = store.queries.books(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed, [view]);
}

pub(crate) async fn an_author_is_shown_whatever_characters_and_numbers_it_has(store: Store) {
    let id = store.create_titled("Odd").await.state.book_id;
    let odd = "\"quoted\" \\ 'single' 𝔊 \u{1f469}\u{200d}\u{1f52c} \u{2028} \u{7f} {}[],: \t\n";
    let greatest = i64::MAX;
    store
        .hear(&[author(greatest, odd)], &[told(key(id, greatest), 8, true, 2)])
        .await;
    let view = store.view(id).await;
    let shown: Vec<_> = view.authors.iter().map(|a| (a.id.get(), a.name.as_str())).collect();
    assert_eq!(shown, [(greatest, odd)]);
}

pub(crate) async fn a_link_waits_for_its_author(store: Store) {
    let id = store.create_titled("Early").await.state.book_id;
    store.hear(&[], &[told(key(id, 1), 8, true, 2)]).await;
    let view = store.view(id).await;
    assert_eq!((view.authors.len(), view.authors_total), (0, 0));
    store.hear(&[author(1, "At last")], &[]).await;
    assert_eq!(store.names_of(id).await, ["At last"]);
    assert_eq!(store.view(id).await.authors_total, 1);
}

pub(crate) async fn a_link_waits_for_its_book(store: Store) {
    let id = book_id(41);
    store
        .hear(&[author(1, "Early")], &[told(key(id, 1), 8, true, 2)])
        .await;
    assert_eq!(store.queries.book(id).await, Ok(None));
    store.save(&[created(&book(id, "Late"))]).await.unwrap();
    assert_eq!(store.names_of(id).await, ["Early"]);
}

pub(crate) async fn a_removed_link_is_not_shown(store: Store) {
    let id = store.create_titled("Once").await.state.book_id;
    let made = link(key(id, 1), 1);
    store.hear(&[author(1, "One"), author(2, "Two")], &[]).await;
    let other = link(key(id, 2), 1);
    store
        .save(&[linked(None, &made), linked(None, &other)])
        .await
        .unwrap();
    let change = linked(Some(&made.register), &removed(&made));
    store.save(&[change]).await.unwrap();
    assert_eq!(store.names_of(id).await, ["Two"]);
    assert_eq!(store.view(id).await.authors_total, 1);
}

pub(crate) async fn a_deleted_author_is_not_shown_until_it_is_restored(store: Store) {
    let id = store.create_titled("Ficciones").await.state.book_id;
    let author = author(1, "Before");
    store
        .hear(from_ref(&author), &[told(key(id, 1), 8, true, 2)])
        .await;
    store.hear(&[deleted_at(&author, version(1, 2))], &[]).await;
    let view = store.view(id).await;
    assert_eq!((view.authors.len(), view.authors_total), (0, 0));
    let restored = at_version(&author, version(1, 3), "After");
    store.hear(&[restored], &[]).await;
    assert_eq!(store.names_of(id).await, ["After"]);
}

pub(crate) async fn authors_are_shown_by_position_then_id_and_with_their_own_book(store: Store) {
    let first = store.create_titled("First").await.state.book_id;
    let second = store.create_titled("Second").await.state.book_id;
    let authors: Vec<_> = [3, 20, 100, 101]
        .map(|n| author(n, &n.to_string()))
        .into();
    // Two sides may give the same position at the same time.
    let links = [
        told(key(first, 3), 8, true, 9),
        told(key(first, 20), 8, true, 5),
        told(key(first, 100), 8, true, 1),
        told(key(first, 101), 8, true, 5),
        told(key(second, 20), 8, true, 2),
    ];
    for link in links.iter().rev() {
        store.hear(&[], from_ref(link)).await;
    }
    store.hear(&authors, &[]).await;
    assert_eq!(store.names_of(first).await, ["100", "20", "101", "3"]);
    assert_eq!(store.names_of(second).await, ["20"]);
    let everything = BookFilter::default();
    let listed = store.queries.books(&everything, EVERYTHING).await.unwrap();
    let totals: Vec<_> = listed.iter().map(|view| view.authors_total).collect();
    assert_eq!(totals, [4, 1]);
    assert_eq!(listed, [store.view(first).await, store.view(second).await]);
}

pub(crate) async fn at_most_a_thousand_authors_are_shown_and_all_are_counted(store: Store) {
    const AUTHORS: i64 = 1_004;
    let anthology = store.create_titled("Anthology").await.state.book_id;
    let novel = store.create_titled("Novel").await.state.book_id;
    let authors: Vec<_> = (1..=AUTHORS).map(|n| author(n, &n.to_string())).collect();
    let mut links: Vec<_> = (1..=AUTHORS)
        .map(|n| told(key(anthology, n), 8, true, 2))
        .collect();
    links.push(told(key(novel, AUTHORS), 8, true, 2));
    store.hear(&authors, &links).await;

    let most = usize::try_from(BookView::MOST_AUTHORS).unwrap();
    let view = store.view(anthology).await;
    assert_eq!(view.authors_total, 1_004);
    assert_eq!(view.authors.len(), most);
    assert!(view.authors.iter().map(|author| author.id.get()).eq(1..=1_000));
    let everyone = BookFilter::default();
    let listed = store.queries.books(&everyone, EVERYTHING).await.unwrap();
    assert_eq!(listed, [view, store.view(novel).await]);
    assert_eq!(store.names_of(novel).await, ["1004"]);

    // The one beyond the last shown moves up.
    let gone = deleted_at(&authors[0], version(1, 2));
    store.hear(&[gone], &[]).await;
    let view = store.view(anthology).await;
    assert_eq!((view.authors.len(), view.authors_total), (most, 1_003));
    assert_eq!(view.authors[most - 1].id, author_id(1_001));
}
