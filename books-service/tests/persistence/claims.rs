//! What at most one live book may have: an ISBN, an identifier.

use std::sync::Arc;

use books_service::{
    application::commands::Commands,
    domain::{Book, Claim, CommandError, RawBook, SaveError, values::BookScheme},
};
use replication::Wakeup;
use service_kit::{caller::Caller, clock::ManualClock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    records::{
        book, created, identified, key, link, linked, next, now, revised, tombstone, whole_book,
        with_isbn,
    },
    store::Store,
};

const ISBN: &str = "9780000000002";
const OTHER_ISBN: &str = "9780000000019";

fn isbn(isbn: &str) -> Claim {
    Claim::Isbn(isbn.to_owned())
}

fn oclc(value: &str) -> Claim {
    Claim::Identifier(BookScheme::Oclc, value.to_owned())
}

async fn create_with_isbn(store: &Store, isbn: &str) -> Book {
    let book = with_isbn(book(store.new_id().await, "With an ISBN"), isbn);
    store.create(&book).await;
    book
}

async fn create_with_oclc(store: &Store, value: &str) -> Book {
    let book = identified(book(store.new_id().await, "Identified"), "oclc", value);
    store.create(&book).await;
    book
}

pub(crate) async fn an_isbn_belongs_to_one_live_book(store: Store) {
    let first = create_with_isbn(&store, ISBN).await;
    let second = with_isbn(book(store.new_id().await, "Second"), ISBN);
    let also = book(store.new_id().await, "Also");
    let its_link = link(key(also.state.book_id, 1), 1);
    let changes = [created(&also), linked(None, &its_link), created(&second)];
    assert_eq!(store.save(&changes).await, Err(SaveError::Conflict));
    assert_eq!(store.owner(&isbn(ISBN)).await, Some(first.state.book_id));
    for refused in [&second, &also] {
        assert_eq!(store.held(refused.state.book_id).await, None);
    }
    assert_eq!(store.held_link(its_link.key).await, None);
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn an_identifier_belongs_to_one_live_book(store: Store) {
    let first = create_with_oclc(&store, "320").await;
    let second = identified(book(store.new_id().await, "Second"), "lccn", "n78089035");
    let second = identified(second, "oclc", "320");
    let outcome = store.save(&[created(&second)]).await;
    assert_eq!(outcome, Err(SaveError::Conflict));
    assert_eq!(store.owner(&oclc("320")).await, Some(first.state.book_id));
    let other = Claim::Identifier(BookScheme::Lccn, "n78089035".to_owned());
    assert_eq!(store.owner(&other).await, None);
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn the_same_value_under_another_scheme_is_another_claim(store: Store) {
    let first = create_with_oclc(&store, "320").await;
    let second = identified(book(store.new_id().await, "Second"), "goodreads", "320");
    store.create(&second).await;
    let goodreads = Claim::Identifier(BookScheme::Goodreads, "320".to_owned());
    assert_eq!(store.owner(&oclc("320")).await, Some(first.state.book_id));
    assert_eq!(store.owner(&goodreads).await, Some(second.state.book_id));
}

pub(crate) async fn a_claim_is_loaded_with_the_book_that_has_it(store: Store) {
    let whole = whole_book(store.new_id().await);
    store.create(&whole).await;
    let claims = whole.claims();
    assert_eq!(claims.len(), 3);
    for claim in &claims {
        assert_eq!(store.owner(claim).await, Some(whole.state.book_id));
    }
    for nobodys in [isbn(OTHER_ISBN), oclc("320"), isbn("")] {
        assert_eq!(store.owner(&nobodys).await, None);
    }
}

pub(crate) async fn a_revision_to_what_another_book_has_is_a_conflict_and_writes_nothing(
    store: Store,
) {
    create_with_isbn(&store, ISBN).await;
    create_with_oclc(&store, "320").await;
    let third = book(store.new_id().await, "Third");
    store.create(&third).await;
    let log = store.entries().await;
    for after in [
        next(&third, |state| state.isbn = Some(ISBN.to_owned())),
        identified(next(&third, |_| {}), "oclc", "320"),
    ] {
        let change = revised(&third, &after);
        assert_eq!(store.save(&[change]).await, Err(SaveError::Conflict));
        assert_eq!(store.held(third.state.book_id).await.as_ref(), Some(&third));
    }
    assert_eq!(store.entries().await, log);
}

pub(crate) async fn a_book_keeps_what_it_has(store: Store) {
    let whole = whole_book(store.new_id().await);
    store.create(&whole).await;
    let second = next(&whole, |state| state.title = "Second".to_owned());
    store.save(&[revised(&whole, &second)]).await.unwrap();
    let third = identified(next(&second, |_| {}), "oclc", "320");
    store.save(&[revised(&second, &third)]).await.unwrap();
    for claim in third.claims() {
        assert_eq!(store.owner(&claim).await, Some(whole.state.book_id));
    }
}

pub(crate) async fn a_deleted_book_gives_its_claims_free(store: Store) {
    let whole = whole_book(store.new_id().await);
    store.create(&whole).await;
    let change = revised(&whole, &tombstone(&whole));
    store.save(&[change]).await.unwrap();
    for claim in whole.claims() {
        assert_eq!(store.owner(&claim).await, None);
    }
    let successor = whole_book(store.new_id().await);
    store.create(&successor).await;
    for claim in whole.claims() {
        assert_eq!(store.owner(&claim).await, Some(successor.state.book_id));
    }
    // Several tombstones may have had the same.
    let change = revised(&successor, &tombstone(&successor));
    store.save(&[change]).await.unwrap();
    store.create(&whole_book(store.new_id().await)).await;
}

pub(crate) async fn a_revision_gives_free_what_it_leaves_out(store: Store) {
    let first = create_with_isbn(&store, ISBN).await;
    let second = identified(next(&first, |state| state.isbn = None), "oclc", "320");
    store.save(&[revised(&first, &second)]).await.unwrap();
    assert_eq!(store.owner(&isbn(ISBN)).await, None);
    create_with_isbn(&store, ISBN).await;
    let third = next(&second, |state| state.identifiers.clear());
    store.save(&[revised(&second, &third)]).await.unwrap();
    create_with_oclc(&store, "320").await;
}

pub(crate) async fn of_several_new_books_with_one_isbn_one_is_saved(store: Store) {
    let beside = store.opened_again();
    let mut saves = JoinSet::new();
    for writer in 0..16 {
        let store = if writer % 2 == 0 { &store } else { &beside }.clone();
        let book = with_isbn(book(store.new_id().await, "Same"), ISBN);
        saves.spawn(async move { (store.save(&[created(&book)]).await, book) });
    }
    assert_one_saved(&store, saves.join_all().await, &isbn(ISBN)).await;
    assert_eq!(store.entries().await.len(), 1);
}

pub(crate) async fn of_several_books_that_take_one_identifier_one_is_saved(store: Store) {
    let mut saves = JoinSet::new();
    for writer in 0..16 {
        let before = store.create_titled(&format!("Book {writer}")).await;
        let store = store.clone();
        saves.spawn(async move {
            let after = identified(next(&before, |_| {}), "oclc", "320");
            (store.save(&[revised(&before, &after)]).await, after)
        });
    }
    assert_one_saved(&store, saves.join_all().await, &oclc("320")).await;
    assert_eq!(store.entries().await.len(), 17);
}

async fn assert_one_saved(
    store: &Store,
    outcomes: Vec<(Result<(), SaveError>, Book)>,
    claim: &Claim,
) {
    let mut saved = Vec::new();
    for (outcome, book) in outcomes {
        match outcome {
            Ok(()) => saved.push(book.state.book_id),
            Err(error) => assert_eq!(error, SaveError::Conflict),
        }
    }
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert_eq!(store.owner(claim).await, Some(saved[0]));
}

pub(crate) async fn of_several_who_create_the_same_book_all_but_one_are_told_which_has_it(
    store: Store,
) {
    let raw = RawBook {
        title: Some("Same".to_owned()),
        isbn: Some(ISBN.to_owned()),
        identifiers: [("oclc".to_owned(), "320".to_owned())].into(),
        ..RawBook::default()
    };
    let fields = raw.parse(2026).unwrap();
    let commands = [&store, &store.opened_again()].map(|store| {
        Commands::new(
            store.books.clone(),
            Arc::new(ManualClock::new(now())),
            Wakeup::default(),
            CancellationToken::new(),
        )
    });
    let caller = Caller {
        correlation_id: "request-1".to_owned(),
        traceparent: None,
        actor: None,
    };
    let mut creates = JoinSet::new();
    for writer in 0..8 {
        let commands = commands[writer % 2].clone();
        let (fields, caller) = (fields.clone(), caller.clone());
        creates.spawn(async move { commands.create(fields, &caller, None).await });
    }
    let (created, refused): (Vec<_>, Vec<_>) = creates
        .join_all()
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!(created.len(), 1, "{created:?}");
    let winner = created[0].as_ref().unwrap().outcome.state.book_id;
    for refusal in refused {
        let Err(CommandError::Taken(taken)) = refusal else {
            panic!("{refusal:?}");
        };
        // Who looked while the other committed may have seen one of the two only.
        assert!(!taken.is_empty());
        assert!(taken.iter().all(|(_, owner)| *owner == winner), "{taken:?}");
    }
    assert_eq!(store.entries().await.len(), 1);
}

/// Two editors swap what two books have, at the same time: each must wait for the other or give
/// way, and no book ends up with what another has.
pub(crate) async fn books_that_take_each_other_s_claims_never_share_one(store: Store) {
    const ROUNDS: i64 = 10;
    for round in 0..ROUNDS {
        let values = [round * 2 + 1, round * 2 + 2].map(|value| value.to_string());
        let [one, two] = [
            create_with_oclc(&store, &values[0]).await,
            create_with_oclc(&store, &values[1]).await,
        ];
        let other = book(store.new_id().await, "So that the two wait, and may go together");
        let mut saves = JoinSet::new();
        let ahead = store.clone();
        saves.spawn(async move { (ahead.save(&[created(&other)]).await, Ok(())) });
        for (before, wanted) in [(one, values[1].clone()), (two, values[0].clone())] {
            let store = store.clone();
            saves.spawn(async move {
                let after = identified(next(&before, |_| {}), "oclc", &wanted);
                let outcome = store.save(&[revised(&before, &after)]).await;
                // The other book has it as long as its own change is not saved, so neither can be.
                (outcome, Err(SaveError::Conflict))
            });
        }
        for (outcome, expected) in saves.join_all().await {
            assert_eq!(outcome, expected);
        }
    }
    assert_eq!(store.entries().await.len(), 3 * ROUNDS as usize);
}
