//! Searches of books: what is found, and in which order. The store in memory says what is right.

use books_service::{
    adapters::persistence::MemoryStore,
    domain::{
        AuthorsCache, BY_TITLE, BY_UPDATED_AT, BY_YEAR, Book, BookFilter, BookQueries,
        BookRepository, BookTraits, CacheChanges, Part, WantedBooks,
    },
};
use replication::inbox::Ledger;
use search::{Order, Place, Query, sort_key};

use crate::{
    records::{
        at_version, author, author_id, book, book_id, context, created, identified, key, link,
        linked, now, removed, retitled, revised, tombstone, version, with_isbn,
    },
    store::Store,
};

const BY_ID: Order = Order::Id { descending: false };

fn wanted(query: Option<&str>, order: Order) -> WantedBooks {
    WantedBooks {
        query: query.map(|query| Query::parse(query).unwrap()),
        filter: BookFilter::default(),
        traits: BookTraits::default(),
        order,
    }
}

fn part(after: Option<Place>, skip: u64, limit: u64) -> Part {
    Part { after, skip, limit }
}

pub(crate) async fn found(store: &Store, query: &str) -> Vec<i64> {
    let wanted = wanted(Some(query), Order::Relevance);
    let places = store.queries.find(&wanted, &part(None, 0, 1_000)).await;
    places.unwrap().into_iter().map(|place| place.id).collect()
}

/// The ids on all pages from the place `after` on.
async fn pages(store: &Store, wanted: &WantedBooks, mut after: Option<Place>) -> Vec<i64> {
    let mut seen = Vec::new();
    loop {
        let page = store.queries.find(wanted, &part(after, 0, 171)).await.unwrap();
        let Some(last) = page.last() else { break seen };
        after = Some(last.clone());
        seen.extend(page.into_iter().map(|place| place.id));
    }
}

async fn create(store: &Store, books: &[Book]) {
    let changes: Vec<_> = books.iter().map(created).collect();
    store.save(&changes).await.unwrap();
}

pub(crate) async fn what_was_saved_is_found_at_once_and_only_as_it_is(store: Store) {
    let mut before = book(book_id(1), "The Hobbit");
    before.state.subtitle = Some("or There and Back Again".to_owned());
    before.state.subjects = vec!["Middle-earth".to_owned()];
    create(&store, std::slice::from_ref(&before)).await;
    for query in [
        "hobbit", "the hob", "HOBBIT, the", "back again hobbit", "middle earth", "middleearth",
        "hobit", "The Hobbit or There",
    ] {
        assert_eq!(found(&store, query).await, [1], "{query}");
    }
    let after = retitled(&before, "Something");
    store.save(&[revised(&before, &after)]).await.unwrap();
    assert_eq!(found(&store, "hobbit").await, [0_i64; 0]);
    assert_eq!(found(&store, "something").await, [1]);
    let gone = tombstone(&after);
    store.save(&[revised(&after, &gone)]).await.unwrap();
    assert_eq!(found(&store, "something").await, [0_i64; 0]);
}

pub(crate) async fn a_word_that_was_refused_is_learned_when_it_is_saved(store: Store) {
    let before = book(book_id(1), "Plain");
    create(&store, std::slice::from_ref(&before)).await;
    let after = retitled(&before, "Simple");
    store.save(&[revised(&before, &after)]).await.unwrap();
    let stale = retitled(&before, "Tchaikovsky");
    store.save(&[revised(&before, &stale)]).await.unwrap_err();
    assert_eq!(found(&store, "tchaikowsky").await, [0_i64; 0]);
    // Learned with the first, known with the second, remembered with the third.
    create(&store, &[book(book_id(2), "Pyotr Tchaikovsky")]).await;
    assert_eq!(found(&store, "tchaikowsky").await, [2]);
    create(&store, &[book(book_id(3), "Modest Tchaikovsky")]).await;
    create(&store, &[book(book_id(4), "Tchaikovsky Again")]).await;
    assert_eq!(found(&store, "tchaikowsky").await.len(), 3);
}

pub(crate) async fn a_number_is_a_query_in_any_form(store: Store) {
    let books = [
        with_isbn(book(book_id(1), "A"), "9780306406157"),
        identified(book(book_id(2), "B"), "oclc", "44954"),
    ];
    create(&store, &books).await;
    for (query, expected) in [
        ("9780306406157", 1),
        ("0-306-40615-2", 1),
        ("ISBN 978-0-306-40615-7", 1),
        ("(978-0-306-40615-7).", 1),
        ("urn:isbn:９７８０３０６４０６１５７", 1),
        ("978.0.306.40615.7", 1),
        ("OCLC 44954", 2),
        ("44954,", 2),
        ("oclc:44954", 2),
        ("44954", 2),
    ] {
        assert_eq!(found(&store, query).await, [expected], "{query}");
    }
}

pub(crate) async fn a_whole_word_comes_before_one_that_only_begins_so(store: Store) {
    let titles = ["Stephenie", "Stephens Green", "Stephen Hero and More", "Stephen"];
    let books: Vec<_> = (1..)
        .zip(titles)
        .map(|(id, title)| book(book_id(id), title))
        .collect();
    create(&store, &books).await;
    assert_eq!(found(&store, "stephen").await, [4, 3, 1, 2]);
}

pub(crate) async fn a_short_word_may_lack_a_letter_and_a_sign_divides_words(store: Store) {
    let titles = ["Eve by Elie Wiesel", "White Women#1", "Tina"];
    let books: Vec<_> = (1..)
        .zip(titles)
        .map(|(id, title)| book(book_id(id), title))
        .collect();
    create(&store, &books).await;
    for (query, expected) in [
        ("eie wiesel", 1),
        ("white women 1", 2),
        ("women#1", 2),
        ("tia", 3),
    ] {
        assert_eq!(found(&store, query).await, [expected], "{query}");
    }
    // Of three letters none is another.
    assert_eq!(found(&store, "eva").await, [0_i64; 0]);
}

pub(crate) async fn a_book_is_found_by_the_names_of_its_authors_as_they_are(store: Store) {
    create(&store, &[book(book_id(1), "The Hobbit"), book(book_id(2), "Emma")]).await;
    let tolkien = author(7, "J. R. R. Tolkien");
    let made = link(key(book_id(1), 7), 1);
    store.save(&[linked(None, &made)]).await.unwrap();
    assert_eq!(found(&store, "tolkien").await, [0_i64; 0]);
    store.hear(std::slice::from_ref(&tolkien), &[]).await;
    for query in ["tolkien", "JRR Tolkien", "tolkien hobbit", "hobbit tolkein", "naso"] {
        assert_eq!(found(&store, query).await, [1], "{query}");
    }
    let renamed = at_version(&tolkien, version(1, 2), "Somebody");
    store.hear(std::slice::from_ref(&renamed), &[]).await;
    assert_eq!(found(&store, "tolkien").await, [0_i64; 0]);
    assert_eq!(found(&store, "somebody").await, [1]);
    store
        .save(&[linked(Some(&made.register), &removed(&made))])
        .await
        .unwrap();
    assert_eq!(found(&store, "somebody").await, [0_i64; 0]);
}

pub(crate) async fn what_runs_from_a_title_into_its_subtitle_is_found_in_every_order(store: Store) {
    let titled = |id, title, subtitle: &str| {
        let mut book = book(book_id(id), title);
        book.state.subtitle = Some(subtitle.to_owned());
        book
    };
    let books = [
        titled(1, "ノルウェイの森", "上巻"),
        titled(2, "Vitamin C", "A Guide"),
    ];
    create(&store, &books).await;
    for (query, expected) in [("ノルウェイの森上", 1), ("Vitamin C: A Guide", 2), ("vitamin ca", 2)] {
        let by_title = Order::Text { column: BY_TITLE, descending: false };
        for order in [Order::Relevance, BY_ID, by_title] {
            let wanted = wanted(Some(query), order);
            assert_eq!(pages(&store, &wanted, None).await, [expected], "{query} {order:?}");
            assert_eq!(store.queries.count(&wanted).await.unwrap(), 1, "{query}");
        }
    }
}

fn any_text(random: &mut fastrand::Rng, most: usize) -> String {
    const WORDS: [&str; 22] = [
        "The", "Hobbit", "Hobit", "Hobbits", "Prince", "Princes", "Little", "Litle", "of", "Ärger",
        "O'Neill", "村上", "春樹", "の", "1984", "Middle-earth", "Earth", "Princess",
        "J. R.", "R. J.", "JR", "Middleearth",
    ];
    let words: Vec<_> = (0..random.usize(1..=most))
        .map(|_| WORDS[random.usize(..WORDS.len())])
        .collect();
    words.join(" ")
}

fn any_book(random: &mut fastrand::Rng, id: i64) -> Book {
    let mut book = book(book_id(id), &any_text(random, 3));
    let state = &mut book.state;
    state.subtitle = random.bool().then(|| any_text(random, 2));
    state.subjects = (0..random.usize(..3)).map(|_| any_text(random, 1)).collect();
    state.publication_year = random.bool().then(|| random.i32(1_900..1_905));
    state.language = random.bool().then(|| ["en", "de"][random.usize(..2)].to_owned());
    state.publisher = random.bool().then(|| ["Faber", "FABER", "Ço"][random.usize(..3)].to_owned());
    state.updated_at += chrono::TimeDelta::seconds(random.i64(0..5));
    if random.u8(..3) == 0 {
        return with_isbn(book, &format!("978030640{id:04}"));
    }
    book
}

fn any_traits(random: &mut fastrand::Rng) -> BookTraits {
    let mut one_of = |of: u8| random.u8(..of) == 0;
    BookTraits {
        language: one_of(6).then(|| "en".to_owned()),
        publisher: one_of(6).then(|| sort_key("fäber")),
        subject: one_of(6).then(|| sort_key("prince")),
        year_from: one_of(6).then_some(1_901),
        year_to: one_of(6).then_some(1_903),
        author_id: one_of(6).then(|| author_id(3)),
        without_isbn: one_of(6),
        without_authors: one_of(6),
        updated_since: one_of(6).then(|| now() + chrono::TimeDelta::seconds(2)),
    }
}

pub(crate) async fn every_store_finds_what_the_store_in_memory_finds(store: Store) {
    let mut random = fastrand::Rng::with_seed(11);
    let memory = MemoryStore::default();
    let books: Vec<_> = (1..=70).map(|id| any_book(&mut random, id)).collect();
    let mut changes: Vec<_> = books.iter().map(created).collect();
    for id in 1..=70 {
        for author in 1..=5 {
            if random.u8(..4) == 0 {
                changes.push(linked(None, &link(key(book_id(id), author), 1)));
            }
        }
    }
    store.save(&changes).await.unwrap();
    memory.save(&changes, &context()).await.unwrap();
    let names = ["Anna Prince", "John Hobbit", "春樹", "Johnny O'Neill"];
    let authors: Vec<_> = (1..).zip(names).map(|(id, name)| author(id, name)).collect();
    store.hear(&authors, &[]).await;
    let heard = CacheChanges { authors, links: Vec::new() };
    memory.apply(&heard, &Ledger::default()).await.unwrap();
    let orders = [
        Order::Relevance,
        BY_ID,
        Order::Text { column: BY_TITLE, descending: false },
        Order::Number { column: BY_YEAR, descending: true },
        Order::Number { column: BY_UPDATED_AT, descending: false },
    ];
    for round in 0..60 {
        let mut query = match random.u8(..5) {
            0 => names[random.usize(..names.len())].to_owned(),
            1 => format!("{} {}", ["john", "anna"][random.usize(..2)], any_text(&mut random, 2)),
            2 => format!("{} {}", any_text(&mut random, 2), names[random.usize(..names.len())]),
            _ => any_text(&mut random, 3),
        };
        if random.bool() {
            let kept = random.usize(1..=query.chars().count());
            query = query.chars().take(kept).collect();
        }
        let query = (round % 5 > 0).then_some(query);
        let at = usize::from(query.is_none());
        let mut wanted = wanted(query.as_deref(), orders[random.usize(at..orders.len())]);
        if random.bool() {
            wanted.traits = any_traits(&mut random);
        }
        let all = part(None, 0, 1_000);
        let right = memory.find(&wanted, &all).await.unwrap();
        let places = store.queries.find(&wanted, &all).await.unwrap();
        assert_eq!(places, right, "{wanted:?}");
        let count = store.queries.count(&wanted).await.unwrap();
        assert_eq!(count, right.len() as u64, "{wanted:?}");
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = store.queries.find(&wanted, &part(after, 0, 7)).await.unwrap();
            after = page.last().cloned();
            let is_last = page.len() < 7;
            paged.extend(page);
            if is_last {
                break;
            }
        }
        assert_eq!(paged, right, "{wanted:?}");
    }
}

pub(crate) async fn of_very_many_near_misses_none_is_left_out(store: Store) {
    let books: Vec<_> = (1..=1_100)
        .map(|id| book(book_id(id), &format!("Hobbit {id}")))
        .collect();
    for some in books.chunks(400) {
        create(&store, some).await;
    }
    let wanted = wanted(Some("hobit"), Order::Relevance);
    assert_eq!(store.queries.count(&wanted).await.unwrap(), 1_100);
    let mut seen = pages(&store, &wanted, None).await;
    seen.sort_unstable();
    assert_eq!(seen, (1..=1_100).collect::<Vec<_>>());
    let beyond = part(None, 1_098, 10);
    assert_eq!(store.queries.find(&wanted, &beyond).await.unwrap().len(), 2);
    let far_beyond = part(None, i64::MAX.unsigned_abs(), 10);
    assert_eq!(store.queries.find(&wanted, &far_beyond).await.unwrap(), []);
}

pub(crate) async fn pages_hold_while_what_is_on_them_changes_and_matches_as_before(store: Store) {
    let books: Vec<_> = (1..=600)
        .map(|id| {
            let title = match id {
                ..=500 => "The Hobbit Again",
                _ => "The Hobbit",
            };
            book(book_id(id), title)
        })
        .collect();
    create(&store, &books).await;
    let wanted = wanted(Some("hobbit"), Order::Relevance);
    let first = store.queries.find(&wanted, &part(None, 0, 171)).await.unwrap();
    let changed = retitled(&books[2], "The Hobbit Anew");
    store.save(&[revised(&books[2], &changed)]).await.unwrap();
    let mut seen: Vec<_> = first.iter().map(|place| place.id).collect();
    seen.extend(pages(&store, &wanted, first.last().cloned()).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=600).collect::<Vec<_>>());
}

pub(crate) async fn a_title_is_found_with_its_author_however_many_are_by_them_or_called_so(store: Store) {
    let mut books: Vec<_> = (1..=1_100).map(|id| book(book_id(id), "Misery")).collect();
    books.push(book(book_id(1_101), "It"));
    books.extend((1_102..=1_120).map(|id| book(book_id(id), "It, by Stephen King")));
    let by_king = |book: &Book| linked(None, &link(key(book.state.book_id, 7), 1));
    for some in books.chunks(400) {
        create(&store, some).await;
    }
    for some in books[..1_101].chunks(400) {
        let links: Vec<_> = some.iter().map(by_king).collect();
        store.save(&links).await.unwrap();
    }
    store.hear(&[author(7, "Stephen King")], &[]).await;
    for query in ["it stephen king", "king it"] {
        let found = found(&store, query).await;
        assert_eq!(found.len(), 20, "{query}");
        assert_eq!(found[19], 1_101, "{query}");
        let wanted = wanted(Some(query), BY_ID);
        assert_eq!(store.queries.count(&wanted).await.unwrap(), 20, "{query}");
    }
}
