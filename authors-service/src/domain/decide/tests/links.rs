//! What linking and unlinking books does.

use shared_events::Revision;

use super::*;

/// What links become, each with the register that was loaded as its `before`.
fn links_after(loaded: &Loaded, command: &Command) -> Vec<(i64, LinkRegister)> {
    let changes = decided(loaded, command).unwrap();
    let link = |change| match change {
        Change::Link { before, after } => {
            assert_eq!(before.as_ref(), loaded.links.get(&after.key));
            assert_eq!(after.key.author_id, author_id(1));
            (after.key.book_id.get(), after.register)
        }
        Change::Author { .. } => panic!("a change of an author"),
    };
    changes.into_iter().map(link).collect()
}

#[test]
fn each_book_is_linked_after_its_greatest_position_in_the_order_asked_for() {
    let loaded = with_books(&[(2, 0), (3, 4), (5, 1)]);
    let linked = links_after(&loaded, &link_books(&[5, 2, 3]));
    let places: Vec<_> = linked
        .iter()
        .map(|(book, register)| (*book, register.credit.position))
        .collect();
    assert_eq!(places, [(5, 2), (2, 1), (3, 5)]);
    for (_, register) in linked {
        assert!(register.presence.present);
        assert_eq!(register.credit.role, "author");
        assert_eq!(register.credit.credited_as, None);
        assert_eq!(register.presence.revision, register.credit.revision);
        assert!(register.presence.revision.get() >= now().timestamp_millis() << 10);
    }
}

#[test]
fn a_book_named_twice_is_linked_once() {
    let linked = links_after(&with_books(&[(2, 0)]), &link_books(&[2, 2, 2]));
    assert_eq!(linked.len(), 1);
}

#[test]
fn a_link_that_is_there_is_left_alone() {
    let mut loaded = with_books(&[(2, 1), (3, 0)]);
    let register = LinkRegister::new(1, 0, Side::Books);
    loaded.links.insert(key(2), register);
    let linked = links_after(&loaded, &link_books(&[2, 3]));
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].0, 3);
    assert_eq!(decided(&loaded, &link_books(&[2])), Ok(vec![]));
    assert_eq!(decided(&loaded, &link_books(&[])), Ok(vec![]));
}

#[test]
fn a_link_that_comes_back_keeps_its_credit() {
    let before = LinkRegister::new(2, 0, Side::Books)
        .with_credit(
            "translator".to_owned(),
            6,
            Some("G.".to_owned()),
            1,
            Side::Books,
        )
        .with_presence(false, 2, Side::Authors);
    // Its book has no place left, and it needs none.
    let mut loaded = with_books(&[(2, i32::MAX)]);
    loaded.links.insert(key(2), before.clone());
    let linked = links_after(&loaded, &link_books(&[2]));
    assert!(linked[0].1.presence.present);
    assert_eq!(linked[0].1.credit, before.credit);
}

#[test]
fn every_book_that_is_not_known_is_named_and_none_is_linked() {
    let refusal = decided(&with_books(&[(2, 0)]), &link_books(&[9, 2, 8, 9]));
    let unknown = [9, 8].map(book_id).into();
    assert_eq!(refusal, Err(CommandError::NoSuchBooks(unknown)));
}

#[test]
fn a_book_without_a_further_position_takes_no_further_author() {
    let loaded = with_books(&[(2, i32::MAX), (3, i32::MAX - 1)]);
    let refusal = decided(&loaded, &link_books(&[2]));
    assert_eq!(refusal, Err(CommandError::BookFull(book_id(2))));
    let last = links_after(&loaded, &link_books(&[3]));
    assert_eq!(last[0].1.credit.position, i32::MAX);
}

#[test]
fn an_unlinked_book_keeps_the_credit_of_its_link() {
    let register = LinkRegister::new(4, 0, Side::Books);
    let mut loaded = with(held());
    loaded.links.insert(key(2), register.clone());
    let unlinked = links_after(&loaded, &unlink_book(2));
    assert_eq!(unlinked.len(), 1);
    assert!(!unlinked[0].1.presence.present);
    assert_eq!(unlinked[0].1.credit, register.credit);
}

#[test]
fn unlinking_what_is_not_linked_changes_nothing() {
    let mut loaded = with(held());
    assert_eq!(decided(&loaded, &unlink_book(2)), Ok(vec![]));
    let register = LinkRegister::new(1, 0, Side::Books);
    let absent = register.with_presence(false, 1, Side::Books);
    loaded.links.insert(key(2), absent);
    assert_eq!(decided(&loaded, &unlink_book(2)), Ok(vec![]));
}

#[test]
fn a_change_of_a_link_is_this_side_s_and_newer_than_all_before_even_if_the_clock_was_set_back() {
    let in_the_future = now().timestamp_millis() + 3_600_000;
    let present = LinkRegister::new(1, in_the_future, Side::Books);
    let absent = present
        .clone()
        .with_presence(false, in_the_future, Side::Books);
    for (before, command) in [
        (None, link_books(&[2])),
        (Some(absent), link_books(&[2])),
        (Some(present), unlink_book(2)),
    ] {
        let mut loaded = with_books(&[(2, 0)]);
        loaded
            .links
            .extend(before.clone().map(|held| (key(2), held)));
        let (_, after) = links_after(&loaded, &command).remove(0);
        let revision = after.presence.revision;
        assert_eq!(revision.side(), Side::Authors);
        let greatest = before.map_or(Revision::default(), |held| held.greatest_revision());
        assert!(revision > greatest, "{command:?}");
    }
}
