//! What linking and unlinking authors does.

use shared_events::Revision;

use super::*;

/// What links become, each with the register that was loaded as its `before`.
fn links_after(loaded: &Loaded, command: &Command) -> Vec<(i64, LinkRegister)> {
    let changes = decided(loaded, command).unwrap();
    let link = |change| match change {
        Change::Link { before, after } => {
            assert_eq!(before.as_ref(), loaded.links.get(&after.key));
            assert_eq!(after.key.book_id, book_id(1));
            (after.key.author_id.get(), after.register)
        }
        Change::Book { .. } => panic!("a change of a book"),
    };
    changes.into_iter().map(link).collect()
}

#[test]
fn authors_are_linked_after_the_greatest_position_in_the_order_asked_for() {
    for (greatest, expected) in [(0, [(5, 1), (2, 2), (3, 3)]), (4, [(5, 5), (2, 6), (3, 7)])] {
        let loaded = with_authors(&[2, 3, 5], greatest);
        let linked = links_after(&loaded, &link_authors(&[5, 2, 3]));
        let places: Vec<_> = linked
            .iter()
            .map(|(author, register)| (*author, register.credit.position))
            .collect();
        assert_eq!(places, expected);
        for (_, register) in linked {
            assert!(register.presence.present);
            assert_eq!(register.credit.role, "author");
            assert_eq!(register.credit.credited_as, None);
            assert_eq!(register.presence.revision, register.credit.revision);
            assert!(register.presence.revision.get() >= now().timestamp_millis() << 10);
        }
    }
}

#[test]
fn an_author_named_twice_is_linked_once() {
    let linked = links_after(&with_authors(&[2], 0), &link_authors(&[2, 2, 2]));
    assert_eq!(linked.len(), 1);
}

#[test]
fn a_link_that_is_there_is_left_alone() {
    let mut loaded = with_authors(&[2, 3], 1);
    let register = LinkRegister::new(1, 0, Side::Authors);
    loaded.links.insert(key(2), register);
    let linked = links_after(&loaded, &link_authors(&[2, 3]));
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].0, 3);
    assert_eq!(linked[0].1.credit.position, 2);
    assert_eq!(decided(&loaded, &link_authors(&[2])), Ok(vec![]));
    assert_eq!(decided(&loaded, &link_authors(&[])), Ok(vec![]));
}

#[test]
fn a_link_that_comes_back_keeps_its_credit() {
    let before = LinkRegister::new(2, 0, Side::Authors)
        .with_credit(
            "translator".to_owned(),
            6,
            Some("G.".to_owned()),
            1,
            Side::Authors,
        )
        .with_presence(false, 2, Side::Books);
    // The book has no place left, and it needs none.
    let mut loaded = with_authors(&[2], i32::MAX);
    loaded.links.insert(key(2), before.clone());
    let linked = links_after(&loaded, &link_authors(&[2]));
    assert!(linked[0].1.presence.present);
    assert_eq!(linked[0].1.credit, before.credit);
}

#[test]
fn every_author_that_is_not_known_is_named_and_none_is_linked() {
    let refusal = decided(&with_authors(&[2], 0), &link_authors(&[9, 2, 8, 9]));
    let unknown = [9, 8].map(author_id).into();
    assert_eq!(refusal, Err(CommandError::NoSuchAuthors(unknown)));
}

#[test]
fn a_book_without_a_further_position_takes_no_further_author() {
    let full = with_authors(&[2], i32::MAX);
    let refusal = Err(CommandError::BookFull(book_id(1)));
    assert_eq!(decided(&full, &link_authors(&[2])), refusal);
    let almost = with_authors(&[2, 3], i32::MAX - 1);
    let last = links_after(&almost, &link_authors(&[2]));
    assert_eq!(last[0].1.credit.position, i32::MAX);
    // One too many, so none at all.
    assert_eq!(decided(&almost, &link_authors(&[2, 3])), refusal);
}

#[test]
fn an_unlinked_author_keeps_the_credit_of_its_link() {
    let register = LinkRegister::new(4, 0, Side::Authors);
    let mut loaded = with(held());
    loaded.links.insert(key(2), register.clone());
    let unlinked = links_after(&loaded, &unlink_author(2));
    assert_eq!(unlinked.len(), 1);
    assert!(!unlinked[0].1.presence.present);
    assert_eq!(unlinked[0].1.credit, register.credit);
}

#[test]
fn unlinking_what_is_not_linked_changes_nothing() {
    let mut loaded = with(held());
    assert_eq!(decided(&loaded, &unlink_author(2)), Ok(vec![]));
    let register = LinkRegister::new(1, 0, Side::Authors);
    let absent = register.with_presence(false, 1, Side::Authors);
    loaded.links.insert(key(2), absent);
    assert_eq!(decided(&loaded, &unlink_author(2)), Ok(vec![]));
}

#[test]
fn a_change_of_a_link_is_this_side_s_and_newer_than_all_before_even_if_the_clock_was_set_back() {
    let in_the_future = now().timestamp_millis() + 3_600_000;
    let present = LinkRegister::new(1, in_the_future, Side::Authors);
    let absent = present
        .clone()
        .with_presence(false, in_the_future, Side::Authors);
    for (before, command) in [
        (None, link_authors(&[2])),
        (Some(absent), link_authors(&[2])),
        (Some(present), unlink_author(2)),
    ] {
        let mut loaded = with_authors(&[2], 0);
        loaded
            .links
            .extend(before.clone().map(|held| (key(2), held)));
        let (_, after) = links_after(&loaded, &command).remove(0);
        let revision = after.presence.revision;
        assert_eq!(revision.side(), Side::Books);
        let greatest = before.map_or(Revision::default(), |held| held.greatest_revision());
        assert!(revision > greatest, "{command:?}");
    }
}
