//! The crates of the build, asked from cargo.

use std::{collections::BTreeSet, env, process::Command};

/// One crate of the build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) version: String,
    /// SPDX expression as its manifest gives it; empty if it gives none.
    pub(crate) license: String,
}

/// Every crate that is built for this platform: of the product, its build scripts and its tests.
pub(crate) fn all() -> BTreeSet<Crate> {
    let crates: BTreeSet<Crate> = tree(&["--workspace", "--all-features"])
        .lines()
        .filter_map(parse)
        .collect();
    assert!(
        crates.iter().any(|own| own.name == "serde"),
        "cargo tree named no serde: {crates:?}"
    );
    crates
}

/// What the product's code of `package` uses itself.
pub(crate) fn direct_dependencies(package: &str) -> BTreeSet<String> {
    let arguments = ["--package", package, "--depth", "1", "--edges", "normal"];
    tree(&arguments)
        .lines()
        .filter_map(parse)
        .map(|own| own.name)
        .filter(|name| name != package)
        .collect()
}

/// The part of a version that tells what is compatible: `1.2.3` is `1`, `0.1.2` is `0.1`.
pub(crate) fn series(version: &str) -> String {
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (Some(major), _) => major.to_owned(),
        (None, _) => String::new(),
    }
}

fn tree(arguments: &[&str]) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--locked", "--color", "never"])
        .args(["--prefix", "none", "--format", "{p}|{l}"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("cargo did not start: {error}"));
    assert!(
        output.status.success(),
        "cargo tree failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// `name v1.2.3 (proc-macro)|MIT OR Apache-2.0 (*)`
fn parse(line: &str) -> Option<Crate> {
    let (package, license) = line.split_once('|')?;
    let mut words = package.split(' ');
    Some(Crate {
        name: words.next()?.to_owned(),
        version: words.next()?.strip_prefix('v')?.to_owned(),
        license: license.trim_end_matches(" (*)").to_owned(),
    })
}

#[test]
fn a_line_of_the_tree_is_a_crate() {
    assert_eq!(
        parse("serde_derive v1.0.2 (proc-macro)|MIT OR Apache-2.0 (*)"),
        Some(Crate {
            name: "serde_derive".to_owned(),
            version: "1.0.2".to_owned(),
            license: "MIT OR Apache-2.0".to_owned(),
        })
    );
    assert_eq!(parse(""), None);
}

#[test]
fn a_series_is_what_cargo_takes_for_compatible() {
    assert_eq!(series("1.2.3"), "1");
    assert_eq!(series("0.10.7"), "0.10");
}
