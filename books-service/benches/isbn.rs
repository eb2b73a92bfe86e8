//! Reading ISBNs: `cargo bench -p books-service`.

use std::hint::black_box;

use books_service::domain::values::Isbn;
use criterion::{Criterion, criterion_group, criterion_main};

fn isbn(criterion: &mut Criterion) {
    for (name, text) in [
        ("13 digits", "9780306406157"),
        ("13 digits in groups", "ISBN 978-0-306-40615-7"),
        ("10 digits in groups", "0-306-40615-2"),
        ("a wrong check digit", "9780306406158"),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| Isbn::parse(black_box(text)));
        });
    }
}

criterion_group!(benches, isbn);
criterion_main!(benches);
