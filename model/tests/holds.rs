//! Within each scope every reachable state is visited, and every promise holds in all of them.

use convergence_model::{Catalog, Promise, Rules, Scope};
use stateright::{Checker, Model};

/// The page that tells the figures.
const PAGE: &str = include_str!("../../docs/MODEL.md");

/// Visits every state, and checks that the page tells how many there are.
fn explore(scope: Scope) {
    let name = scope.name;
    let catalog = Catalog {
        scope,
        rules: Rules::production(),
    };
    let checker = catalog.checker().spawn_bfs().join();
    assert!(checker.is_done(), "{name}: not every state was visited");
    for promise in Promise::ALL {
        let found = checker.discovery(promise.name());
        match promise {
            Promise::ComesToRest => assert!(found.is_some(), "{name}: never comes to rest"),
            Promise::ChangeIsLogged
            | Promise::SequencesGapless
            | Promise::VersionsUnique
            | Promise::LogIsOwn
            | Promise::NothingLost
            | Promise::NothingResurrected
            | Promise::NothingTakenTwice
            | Promise::SettledIsApplied
            | Promise::PublishedIsQueued
            | Promise::QuietIsEqual
            | Promise::EachStepLeadsToRest => {
                let history = found.map(|path| path.into_actions());
                assert_eq!(history, None, "{name}: not so: {}", promise.name());
            }
        }
    }
    let row = format!(
        "| `{name}` | {} | {} | {} |",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth()
    );
    assert!(PAGE.contains(&row), "docs/MODEL.md lacks the row {row}");
}

#[test]
fn whatever_both_sides_do_to_a_link() {
    explore(Scope::LINKS);
}

#[test]
fn whatever_becomes_of_records_and_their_link() {
    explore(Scope::CATALOG);
}

#[test]
fn wherever_a_process_that_tells_of_records_is_killed() {
    explore(Scope::RECORDS);
}

#[test]
fn wherever_a_process_that_tells_of_a_link_is_killed() {
    explore(Scope::PROCESSES);
}

#[test]
fn whatever_the_broker_loses() {
    explore(Scope::LOSSES);
}

#[test]
fn whatever_transactions_run_at_once() {
    explore(Scope::TRANSACTIONS);
}

#[test]
fn whatever_copy_is_changed_by_hand() {
    explore(Scope::CORRUPTION);
}
