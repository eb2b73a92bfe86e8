//! Each rule, broken once: the model finds what the rule is there for.

mod functions;
mod steps;

use std::collections::BTreeSet;

use convergence_model::{Catalog, Promise, Rules, Scope};
use stateright::{Checker, HasDiscoveries, Model};

/// Checks that under `rules` each of `promises` is broken somewhere within `scope`.
fn assert_found<const N: usize>(rules: Rules, scope: Scope, promises: [Promise; N]) {
    let names: BTreeSet<&'static str> = promises.into_iter().map(Promise::name).collect();
    let catalog = Catalog { scope, rules };
    let checker = catalog
        .checker()
        .finish_when(HasDiscoveries::AllOf(names.clone()))
        .spawn_bfs()
        .join();
    for name in names {
        assert!(
            checker.discovery(name).is_some(),
            "not found in {} states: {name}",
            checker.unique_state_count()
        );
    }
}
