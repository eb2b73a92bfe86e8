//! The rules that keep the hexagons whole, read off the source text: the compiler lets a domain
//! name a web framework, these tests do not.

mod product;
mod rules;
mod sources;
mod tokens;

use sources::SourceFile;

/// Crates whose business authors and books are. Every other one only knows mechanics.
const KNOW_THE_CATALOG: [&str; 11] = [
    "authors-service",
    "bench",
    "books-service",
    "colophon",
    "console",
    "migrations",
    "model",
    "search-quality",
    "shared-events",
    "simulation",
    "tests",
];

const SERVICES: [&str; 2] = ["authors-service", "books-service"];

#[test]
fn domain_and_application_name_no_framework_and_no_io() {
    assert_none_broken(&["domain", "application"], rules::framework_or_io);
}

#[test]
fn the_domain_names_no_serializer_and_no_clock() {
    assert_none_broken(&["domain"], rules::serializer_or_clock);
}

#[test]
fn the_domain_knows_nothing_around_it() {
    assert_none_broken(&["domain"], |file| {
        rules::words(file, &["application", "adapters"])
    });
}

#[test]
fn the_application_knows_no_adapter() {
    assert_none_broken(&["application"], |file| rules::words(file, &["adapters"]));
}

#[test]
fn no_shared_crate_knows_what_an_author_or_a_book_is() {
    let crates: Vec<String> = sources::workspace_crates()
        .into_iter()
        .filter(|name| !KNOW_THE_CATALOG.contains(&name.as_str()))
        .collect();
    assert!(crates.len() >= 4, "shared crates are missing: {crates:?}");
    let broken: Vec<String> = crates
        .iter()
        .flat_map(|name| sources::product_code(&format!("{name}/src")))
        .flat_map(|file| rules::catalog_words(&file))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Checks each file of these layers in both services.
fn assert_none_broken(layers: &[&str], rule: impl Fn(&SourceFile) -> Vec<String>) {
    let mut broken = Vec::new();
    for service in SERVICES {
        for layer in layers {
            let folder = format!("{service}/src/{layer}");
            let files = sources::product_code(&folder);
            assert!(!files.is_empty(), "{folder} holds no source file");
            broken.extend(files.iter().flat_map(&rule));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
