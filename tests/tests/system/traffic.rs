//! Many writes at once.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use reqwest::Method;
use system_tests::{Answer, Side, Stack, compare_everything};

/// Writes under way at a time.
const CONCURRENCY: usize = 16;

/// Records of both sides that live on both sides.
pub(crate) struct Known {
    /// Ids of authors.
    pub(crate) authors: Vec<i64>,
    /// Ids of books.
    pub(crate) books: Vec<i64>,
}

impl Known {
    /// Creates so many on each side, and waits until each side knows them all.
    pub(crate) async fn create(stack: &Stack, count: usize) -> Self {
        let mut known = Self {
            authors: Vec::new(),
            books: Vec::new(),
        };
        for number in 0..count {
            let name = format!("Known {number}");
            known.authors.push(stack.create(Side::Authors, &name).await);
            known.books.push(stack.create(Side::Books, &name).await);
        }
        stack.settled().await;
        known
    }

    /// The ids of this side.
    pub(crate) fn of(&self, side: Side) -> &[i64] {
        match side {
            Side::Authors => &self.authors,
            Side::Books => &self.books,
        }
    }
}

/// Sends `count` writes of every kind to both sides, and hands each answer's number and time on.
/// Every one must be answered as usual.
pub(crate) async fn write(stack: &Stack, known: &Known, count: usize, answered: impl Fn(usize)) {
    let slowest = Cell::new(Duration::ZERO);
    let done = Cell::new(0);
    let wrong = RefCell::new(Vec::new());
    let write_one = async |number: usize| {
        let (answer, expected) = one(stack, known, number).await;
        slowest.set(slowest.get().max(answer.took));
        if answer.status != expected {
            wrong
                .borrow_mut()
                .push((number, answer.status, answer.body));
        }
        done.set(done.get() + 1);
        answered(done.get());
    };
    stream::iter(0..count)
        .for_each_concurrent(CONCURRENCY, write_one)
        .await;
    assert!(wrong.borrow().is_empty(), "{:?}", wrong.borrow());
    assert_eq!(done.get(), count);
    assert!(slowest.get() < Duration::from_secs(10), "{slowest:?}");
}

/// Everything arrives on both sides.
pub(crate) async fn arrives(stack: &Stack) {
    stack.settled().await;
    compare_everything(stack).await;
}

/// One write, and the status that it must have.
async fn one(stack: &Stack, known: &Known, number: usize) -> (Answer, u16) {
    let side = Side::BOTH[number % 2];
    let client = stack.client(side);
    let id = pick(known.of(side), number / 10);
    let other = pick(known.of(side.other()), number / 7);
    let record = side.record(&format!("Written {number}"));
    match number / 2 % 5 {
        0 => (client.put(&side.path_of(id), &record).await, 200),
        1 => {
            let link = side.link_to(&[other]);
            (client.post(&side.links_of(id), &link).await, 200)
        }
        2 => {
            let path = format!("{}/{other}", side.links_of(id));
            (client.delete(&path).await, 204)
        }
        _ => (client.post(side.records(), &record).await, 201),
    }
}

fn pick(ids: &[i64], number: usize) -> i64 {
    ids[number % ids.len()]
}

/// Writes that go on until no answer comes any more. Returns the ids of what was acknowledged.
pub(crate) async fn write_until_unanswered(
    stack: &Stack,
    side: Side,
    acknowledged: impl Fn(usize),
) -> Vec<i64> {
    let ids = RefCell::new(Vec::new());
    let writer = async |writer: usize| {
        for number in 0.. {
            let record = side.record(&format!("Writer {writer}, {number}"));
            let sent = stack
                .client(side)
                .try_send(Method::POST, side.records(), &[], &record)
                .await;
            match sent {
                Ok(answer) => {
                    ids.borrow_mut().push(answer.with_status(201).id());
                    acknowledged(ids.borrow().len());
                }
                Err(_unanswered) => break,
            }
        }
    };
    stream::iter(0..CONCURRENCY)
        .for_each_concurrent(None, writer)
        .await;
    ids.into_inner()
}
