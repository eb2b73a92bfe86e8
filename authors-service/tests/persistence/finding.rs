//! Searches of authors: what is found, and in which order. The store in memory says what is right.

use authors_service::{
    adapters::persistence::MemoryStore,
    domain::{
        Author, AuthorFilter, AuthorQueries, AuthorRepository, BY_NAME, BY_UPDATED_AT, Part,
        WantedAuthors,
    },
};
use search::{Order, Place, Query, sort_key};

use crate::{
    records::{author, author_id, context, created, identified, next, now, renamed, revised, tombstone},
    store::Store,
};

const BY_ID: Order = Order::Id { descending: false };

fn wanted(query: Option<&str>, order: Order) -> WantedAuthors {
    WantedAuthors {
        query: query.map(|query| Query::parse(query).unwrap()),
        filter: AuthorFilter::default(),
        nationality: None,
        updated_since: None,
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
async fn pages(store: &Store, wanted: &WantedAuthors, mut after: Option<Place>) -> Vec<i64> {
    let mut seen = Vec::new();
    loop {
        let page = store.queries.find(wanted, &part(after, 0, 171)).await.unwrap();
        let Some(last) = page.last() else { break seen };
        after = Some(last.clone());
        seen.extend(page.into_iter().map(|place| place.id));
    }
}

async fn create(store: &Store, authors: &[Author]) {
    let changes: Vec<_> = authors.iter().map(created).collect();
    store.save(&changes).await.unwrap();
}

fn called(id: i64, name: &str, aliases: &[&str]) -> Author {
    let mut author = author(author_id(id), name);
    author.state.aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
    author
}

pub(crate) async fn what_was_saved_is_found_at_once_and_only_as_it_is(store: Store) {
    let before = called(1, "Gabriel García Márquez", &["Gabo"]);
    create(&store, std::slice::from_ref(&before)).await;
    for query in ["marquez gabriel", "gab", "GABO", "g", "garsia marquez", "Márquez, G."] {
        assert_eq!(found(&store, query).await, [1], "{query}");
    }
    // Each alias for itself.
    assert_eq!(found(&store, "gabo marquez").await, [0_i64; 0]);
    let after = renamed(&before, "Someone Else");
    store.save(&[revised(&before, &after)]).await.unwrap();
    assert_eq!(found(&store, "marquez").await, [0_i64; 0]);
    assert_eq!(found(&store, "else").await, [1]);
    let gone = tombstone(&after);
    store.save(&[revised(&after, &gone)]).await.unwrap();
    assert_eq!(found(&store, "else").await, [0_i64; 0]);
    let all = wanted(None, BY_ID);
    assert_eq!(store.queries.count(&all).await.unwrap(), 0);
}

pub(crate) async fn a_word_that_was_refused_is_learned_when_it_is_saved(store: Store) {
    let before = called(1, "Plain", &[]);
    create(&store, std::slice::from_ref(&before)).await;
    let after = renamed(&before, "Simple");
    store.save(&[revised(&before, &after)]).await.unwrap();
    let stale = renamed(&before, "Tchaikovsky");
    store.save(&[revised(&before, &stale)]).await.unwrap_err();
    assert_eq!(found(&store, "tchaikowsky").await, [0_i64; 0]);
    // Learned with the first, known with the second, remembered with the third.
    create(&store, &[called(2, "Pyotr Tchaikovsky", &[])]).await;
    assert_eq!(found(&store, "tchaikowsky").await, [2]);
    create(&store, &[called(3, "Modest Tchaikovsky", &[])]).await;
    create(&store, &[called(4, "Tchaikovsky Again", &[])]).await;
    assert_eq!(found(&store, "tchaikowsky").await.len(), 3);
}

pub(crate) async fn an_identifier_is_a_query_too(store: Store) {
    let authors = [
        identified(called(1, "A", &[]), "viaf", "95218067"),
        called(2, "95218067", &[]),
        called(3, "B", &[]),
    ];
    create(&store, &authors).await;
    assert_eq!(found(&store, "viaf:95218067").await, [1]);
    assert_eq!(found(&store, " 95218067 ").await, [1, 2]);
}

/// Names whose words are alike, in several scripts.
fn any_name(random: &mut fastrand::Rng) -> String {
    const WORDS: [&str; 24] = [
        "John", "Jon", "Johnny", "Smith", "Smyth", "Smithson", "Ann", "Anna", "García", "O'Neill",
        "Jean-Paul", "J. R.", "村上", "春樹", "龍", "Dostoevsky", "Dostoyevsky", "Łem", "de", "C++",
        "J. R.", "R. J.", "JR", "Middleearth",
    ];
    let words: Vec<_> = (0..random.usize(1..4))
        .map(|_| WORDS[random.usize(..WORDS.len())])
        .collect();
    words.join(" ")
}

pub(crate) async fn every_store_finds_what_the_store_in_memory_finds(store: Store) {
    let mut random = fastrand::Rng::with_seed(7);
    let memory = MemoryStore::default();
    let authors: Vec<_> = (1..=80)
        .map(|id| {
            let mut author = author(author_id(id), &any_name(&mut random));
            author.state.aliases = (0..random.usize(..3))
                .map(|_| any_name(&mut random))
                .collect();
            let nationality = ["Japanese", "JAPANESE", "Français"][random.usize(..3)];
            author.state.nationality = random.bool().then(|| nationality.to_owned());
            author.state.updated_at += chrono::TimeDelta::seconds(random.i64(0..5));
            author
        })
        .collect();
    let changes: Vec<_> = authors.iter().map(created).collect();
    store.save(&changes).await.unwrap();
    memory.save(&changes, &context()).await.unwrap();
    let orders = [
        Order::Relevance,
        BY_ID,
        Order::Id { descending: true },
        Order::Text { column: BY_NAME, descending: false },
        Order::Text { column: BY_NAME, descending: true },
        Order::Number { column: BY_UPDATED_AT, descending: true },
    ];
    for round in 0..80 {
        let mut query = any_name(&mut random);
        if random.bool() {
            let kept = random.usize(1..=query.chars().count());
            query = query.chars().take(kept).collect();
        }
        let query = (round % 5 > 0).then_some(query);
        let query = query.filter(|query| Query::parse(query).is_ok());
        let at = usize::from(query.is_none());
        let mut wanted = wanted(query.as_deref(), orders[random.usize(at..orders.len())]);
        if random.u8(..4) == 0 {
            wanted.nationality = Some(sort_key("japanese"));
        }
        if random.u8(..4) == 0 {
            wanted.updated_since = Some(now() + chrono::TimeDelta::seconds(2));
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
        let skipped = store.queries.find(&wanted, &part(None, 3, 2)).await.unwrap();
        let expected: Vec<_> = right.iter().skip(3).take(2).cloned().collect();
        assert_eq!(skipped, expected, "{wanted:?}");
    }
}

pub(crate) async fn of_very_many_matches_each_is_on_one_page(store: Store) {
    let authors: Vec<_> = (1..=1_200)
        .map(|id| {
            let name = match id % 3 {
                0 => "John Smith".to_owned(),
                1 => format!("Smith {id} John"),
                _ => format!("John Paul Smith {id}"),
            };
            author(author_id(id), &name)
        })
        .collect();
    for some in authors.chunks(400) {
        create(&store, some).await;
    }
    let wanted = wanted(Some("john smith"), Order::Relevance);
    assert_eq!(store.queries.count(&wanted).await.unwrap(), 1_200);
    let mut seen = pages(&store, &wanted, None).await;
    assert!(seen[..400].iter().all(|id| id % 3 == 0), "the exact come first");
    seen.sort_unstable();
    assert_eq!(seen, (1..=1_200).collect::<Vec<_>>());
    let beyond = part(None, 1_198, 10);
    assert_eq!(store.queries.find(&wanted, &beyond).await.unwrap().len(), 2);
}

pub(crate) async fn a_change_of_what_is_not_searched_changes_the_order_only(store: Store) {
    let [one, two] = [1, 2].map(|id| author(author_id(id), "Same"));
    create(&store, &[one.clone(), two]).await;
    let changed = next(&one, |state| state.biography = Some("New".to_owned()));
    store.save(&[revised(&one, &changed)]).await.unwrap();
    assert_eq!(found(&store, "same").await, [1, 2]);
    let newest = Order::Number { column: BY_UPDATED_AT, descending: true };
    let places = store.queries.find(&wanted(None, newest), &part(None, 0, 9)).await;
    let ids: Vec<_> = places.unwrap().into_iter().map(|place| place.id).collect();
    assert_eq!(ids, [1, 2]);
}

pub(crate) async fn of_very_many_near_misses_none_is_left_out(store: Store) {
    let authors: Vec<_> = (1..=1_100)
        .map(|id| author(author_id(id), &format!("Smith {id}")))
        .collect();
    for some in authors.chunks(400) {
        create(&store, some).await;
    }
    let wanted = wanted(Some("smiht"), Order::Relevance);
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
    let authors: Vec<_> = (1..=600)
        .map(|id| {
            let name = match id {
                ..=500 => "Ann John Smith",
                _ => "Ann Smith",
            };
            author(author_id(id), name)
        })
        .collect();
    create(&store, &authors).await;
    let wanted = wanted(Some("smith"), Order::Relevance);
    let first = store.queries.find(&wanted, &part(None, 0, 171)).await.unwrap();
    let changed = renamed(&authors[2], "Ann James Smith");
    store.save(&[revised(&authors[2], &changed)]).await.unwrap();
    let mut seen: Vec<_> = first.iter().map(|place| place.id).collect();
    seen.extend(pages(&store, &wanted, first.last().cloned()).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=600).collect::<Vec<_>>());
}
