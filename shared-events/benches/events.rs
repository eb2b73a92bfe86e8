//! Envelopes and the merge of links: `cargo bench -p shared-events`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shared_events::{Envelope, LinkRegister, Side};

const AUTHOR: &[u8] = include_bytes!("../golden/v1/author.created.json");
const LINK: &[u8] = include_bytes!("../golden/v1/author_book.linked.json");

const NOW: i64 = 1_795_000_000_000;

fn envelopes(criterion: &mut Criterion) {
    for (kind, body) in [("author.created", AUTHOR), ("author_book.linked", LINK)] {
        criterion.bench_function(&format!("parse {kind}"), |bencher| {
            bencher.iter(|| Envelope::parse(black_box(body)).map(|envelope| envelope.sequence));
        });
        criterion.bench_function(&format!("parse and decode {kind}"), |bencher| {
            bencher.iter(|| {
                let envelope = Envelope::parse(black_box(body)).ok()?;
                envelope.event().ok()
            });
        });
        criterion.bench_function(&format!("encode {kind}"), |bencher| {
            let envelope = Envelope::parse(body).ok();
            bencher.iter(|| black_box(envelope.as_ref()).map(Envelope::encode));
        });
    }
}

fn merge(criterion: &mut Criterion) {
    let held = LinkRegister::new(1, NOW, Side::Authors);
    let removed = held.clone().with_presence(false, NOW + 1, Side::Books);
    let name = Some("G. Marquez".to_owned());
    let credited = held
        .clone()
        .with_credit("editor".to_owned(), 2, name, NOW + 2, Side::Authors);
    criterion.bench_function("merge a removal with a credit", |bencher| {
        bencher.iter(|| black_box(removed.clone()).merge(black_box(credited.clone())));
    });
}

criterion_group!(benches, envelopes, merge);
criterion_main!(benches);
