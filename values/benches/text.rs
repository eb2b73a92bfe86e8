//! Normalizing names and prose: `cargo bench -p values`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use values::{Line, Prose};

const PLAIN: &str = "Gabriel Garcia Marquez";
const ACCENTED: &str = "Gabriel Garc\u{ed}a M\u{e1}rquez";
/// The same, its accents as characters of their own, and spaces to fold.
const DECOMPOSED: &str = "  Gabriel   Garci\u{301}a Ma\u{301}rquez ";

fn lines(criterion: &mut Criterion) {
    for (name, text) in [
        ("line, plain", PLAIN),
        ("line, accented", ACCENTED),
        ("line, decomposed and spaced", DECOMPOSED),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| Line::<255>::parse(black_box(text)));
        });
    }
}

fn prose(criterion: &mut Criterion) {
    let text = "Born by the sea, and wrote of a town that the sea forgot.\n".repeat(20);
    criterion.bench_function("prose, a page", |bencher| {
        bencher.iter(|| Prose::<10_000>::parse(black_box(&text)));
    });
}

criterion_group!(benches, lines, prose);
criterion_main!(benches);
