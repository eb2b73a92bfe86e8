//! What the workspace is built from, as `cargo tree` resolves it for this platform: licenses,
//! crates that come in more than one version, crates that must not come in at all.

mod crates;
mod license;

use std::collections::{BTreeMap, BTreeSet};

/// Licenses under which a dependency may be linked into a program under MIT OR Apache-2.0: they
/// ask for a notice at most.
const ALLOWED_LICENSES: [&str; 9] = [
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// Crates that must not come in, each with what it would cost.
const BANNED: [(&str, &str); 5] = [
    ("aws-lc-rs", "TLS is ring's: aws-lc takes minutes to build"),
    ("aws-lc-sys", "TLS is ring's: aws-lc takes minutes to build"),
    ("native-tls", "TLS is rustls'"),
    ("openssl", "TLS is rustls'"),
    (
        "openssl-sys",
        "TLS is rustls': it would need OpenSSL's headers",
    ),
];

/// What a downstream service takes with `shared-events`; thiserror weighs no more than serde's derive,
/// and sha2 is for the digests that copies are compared by.
const SHARED_EVENTS_USES: [&str; 6] =
    ["chrono", "serde", "serde_json", "sha2", "thiserror", "uuid"];

/// One line for each crate that comes in more than one version: `name version version: reason`.
const DUPLICATES: &str = include_str!("duplicates.txt");

#[test]
fn every_dependency_has_an_allowed_license() {
    let refused: Vec<String> = crates::all()
        .into_iter()
        .filter(|own| !license::allows(&own.license, &ALLOWED_LICENSES))
        .map(|own| format!("{} {}: {:?}", own.name, own.version, own.license))
        .collect();
    assert!(
        refused.is_empty(),
        "licenses that are not allowed:\n{}",
        refused.join("\n")
    );
}

#[test]
fn no_banned_crate_comes_in() {
    let names: BTreeSet<String> = crates::all().into_iter().map(|own| own.name).collect();
    for (banned, reason) in BANNED {
        assert!(
            !names.contains(banned),
            "{banned} came in ({reason}): cargo tree --invert {banned} shows by whom"
        );
    }
}

#[test]
fn every_crate_in_several_versions_is_listed_with_its_reason() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for own in crates::all() {
        versions.entry(own.name).or_default().insert(own.version);
    }
    let found: BTreeMap<String, BTreeSet<String>> = versions
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| (name, versions.iter().map(|v| crates::series(v)).collect()))
        .collect();
    assert_eq!(
        found,
        listed_duplicates(),
        "left: what the build holds (cargo tree --duplicates shows why); right: duplicates.txt"
    );
}

#[test]
fn shared_events_brings_nothing_heavy_downstream() {
    let uses = crates::direct_dependencies("shared-events");
    let heavy: Vec<&String> = uses
        .iter()
        .filter(|name| !SHARED_EVENTS_USES.contains(&name.as_str()))
        .collect();
    assert!(heavy.is_empty(), "{heavy:?}");
    assert!(uses.contains("serde"), "no dependencies found: {uses:?}");
}

#[test]
fn the_services_do_not_know_each_other() {
    for (one, other) in [
        ("authors-service", "books-service"),
        ("books-service", "authors-service"),
    ] {
        let uses = crates::direct_dependencies(one);
        assert!(!uses.contains(other), "{one} depends on {other}");
        assert!(uses.contains("replication"), "none found: {uses:?}");
    }
}

fn listed_duplicates() -> BTreeMap<String, BTreeSet<String>> {
    DUPLICATES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (crates, reason) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("duplicates.txt: no reason in {line:?}"));
            assert!(!reason.trim().is_empty(), "no reason in {line:?}");
            let mut words = crates.split_whitespace().map(str::to_owned);
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect()
}
