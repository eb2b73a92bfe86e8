//! What editing the credit of a link does.

use super::*;

/// The book linked with author 2 by the other side, as its translator.
fn linked() -> (Loaded, LinkRegister) {
    let register = LinkRegister::new(1, 0, Side::Authors).with_credit(
        "translator".to_owned(),
        6,
        None,
        1,
        Side::Authors,
    );
    let mut loaded = with_authors(&[2, 3], 0);
    loaded.links.insert(key(2), register.clone());
    (loaded, register)
}

fn register_after(loaded: &Loaded, command: &Command) -> LinkRegister {
    match decided(loaded, command).unwrap().as_slice() {
        [Change::Link { before, after }] => {
            assert_eq!(before.as_ref(), loaded.links.get(&after.key));
            assert_eq!(after.key, key(2));
            after.register.clone()
        }
        other => panic!("not one change of a link: {other:?}"),
    }
}

#[test]
fn a_credit_is_replaced_as_a_whole_and_by_this_side() {
    let (loaded, before) = linked();
    let after = register_after(&loaded, &credit(2, "editor"));
    assert_eq!(after.presence, before.presence);
    assert_eq!(after.credit.role, "editor");
    assert_eq!(after.credit.position, 2);
    assert_eq!(after.credit.credited_as.as_deref(), Some("G. Marquez"));
    let revision = after.credit.revision;
    assert_eq!(revision.side(), Side::Books);
    assert!(revision.get() >= now().timestamp_millis() << 10);
}

#[test]
fn each_part_of_a_credit_alone_makes_it_another() {
    let (mut loaded, _) = linked();
    let credited = register_after(&loaded, &credit(2, "editor"));
    type Spoil = fn(&mut LinkRegister);
    let spoils: [Spoil; 3] = [
        |held| held.credit.role = "author".to_owned(),
        |held| held.credit.position = 3,
        |held| held.credit.credited_as = None,
    ];
    for spoil in spoils {
        let mut held = credited.clone();
        spoil(&mut held);
        loaded.links.insert(key(2), held);
        let after = register_after(&loaded, &credit(2, "editor"));
        assert_eq!(
            (after.credit.role.as_str(), after.credit.position),
            ("editor", 2)
        );
        assert_eq!(after.credit.credited_as.as_deref(), Some("G. Marquez"));
    }
}

#[test]
fn a_credit_without_a_position_keeps_the_one_that_is_held_however_great() {
    let (mut loaded, before) = linked();
    let far = before.with_credit("author".to_owned(), i32::MAX, None, 2, Side::Authors);
    loaded.links.insert(key(2), far);
    let raw = RawCredit {
        role: Some("editor".to_owned()),
        ..RawCredit::default()
    };
    let command = Command::CreditLink {
        link: key(2),
        credit: raw.parse().unwrap(),
    };
    let after = register_after(&loaded, &command);
    assert_eq!(after.credit.position, i32::MAX);
    assert_eq!(after.credit.credited_as, None);
}

#[test]
fn the_credit_that_is_held_already_changes_nothing() {
    let (mut loaded, _) = linked();
    let after = register_after(&loaded, &credit(2, "editor"));
    loaded.links.insert(key(2), after);
    assert_eq!(decided(&loaded, &credit(2, " editor ")), Ok(vec![]));
}

#[test]
fn only_a_link_that_is_there_has_a_credit_to_edit() {
    let (mut loaded, before) = linked();
    let refusal = decided(&loaded, &credit(3, "editor"));
    assert_eq!(refusal, Err(CommandError::NotLinked(key(3))));
    let removed = before.with_presence(false, 2, Side::Authors);
    loaded.links.insert(key(2), removed);
    let refusal = decided(&loaded, &credit(2, "editor"));
    assert_eq!(refusal, Err(CommandError::NotLinked(key(2))));
}

#[test]
fn a_link_whose_other_end_is_not_known_is_not_there() {
    let (loaded, _) = linked();
    let unknown = Loaded {
        links: loaded.links,
        ..with_authors(&[3], 0)
    };
    let refusal = decided(&unknown, &credit(2, "editor"));
    let expected = CommandError::NoSuchAuthors(vec![author_id(2)]);
    assert_eq!(refusal, Err(expected));
}

#[test]
fn a_new_credit_is_newer_than_all_before_even_if_the_clock_was_set_back() {
    let (mut loaded, before) = linked();
    let in_the_future = now().timestamp_millis() + 3_600_000;
    let held = before.with_presence(true, in_the_future, Side::Authors);
    loaded.links.insert(key(2), held.clone());
    let after = register_after(&loaded, &credit(2, "editor"));
    assert!(after.credit.revision > held.greatest_revision());
}
