//! One editor: chooses what to write, writes it, and reads the answer.

use std::sync::{Arc, PoisonError};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    load::Book,
    side::Side,
    writes::{Asked, Reply, Write},
};

/// So many records of its own does an editor keep.
const OWN: usize = 20;

/// Refusals that the other editors' work explains: not known here, not there any more, changed at
/// the same time, not to be edited so.
const EXPECTED_REFUSALS: [u16; 4] = [404, 405, 409, 410];

pub(crate) struct Editor {
    side: Side,
    name: String,
    client: Client,
    random: Rng,
    book: Arc<Book>,
    /// Live records that no other editor changes.
    own: Vec<i64>,
    written: u64,
}

impl Editor {
    pub(crate) fn new(
        side: Side,
        name: String,
        client: Client,
        random: Rng,
        book: Arc<Book>,
    ) -> Self {
        Self {
            side,
            name,
            client,
            random,
            book,
            own: Vec::new(),
            written: 0,
        }
    }

    /// Writes something.
    pub(crate) async fn write(&mut self) -> Write {
        self.written += 1;
        let mark = format!("{}-{}-{:08x}", self.name, self.written, self.random.u32(..));
        let asked = self.choose();
        let reply = self.send(&asked, &mark).await;
        if let (Asked::Create, Reply::Acknowledged { id, .. }) = (&asked, reply) {
            self.own.push(id);
            let newest = &self.book.newest[self.side.index()];
            *newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        }
        Write {
            side: self.side,
            mark,
            asked,
            reply,
        }
    }

    fn choose(&mut self) -> Asked {
        match self.random.u8(..100) {
            0..20 if self.own.len() < OWN => Asked::Create,
            0..30 => match self.random.choice(&self.own) {
                Some(id) => Asked::Update(*id),
                None => Asked::Create,
            },
            30..40 => Asked::Update(self.shared(self.side)),
            40..50 if self.own.len() > 2 => {
                // Whether it succeeds or not, the record is left alone from now on.
                let at = self.random.usize(..self.own.len());
                Asked::Delete(self.own.swap_remove(at))
            }
            40..72 => {
                let (near, far) = self.pair();
                Asked::Link(near, far)
            }
            72..88 => {
                let (near, far) = self.pair();
                Asked::Unlink(near, far)
            }
            _ => {
                let (near, far) = self.pair();
                Asked::Credit(near, far)
            }
        }
    }

    /// Mostly one of few, so that all editors of both sides meet at the same links.
    fn pair(&mut self) -> (i64, i64) {
        let near = match self.random.choice(&self.own) {
            Some(id) if self.random.u8(..5) == 0 => *id,
            _ => self.shared(self.side),
        };
        let newest = &self.book.newest[self.side.other().index()];
        let newest = *newest.lock().unwrap_or_else(PoisonError::into_inner);
        let far = match newest {
            Some(id) if self.random.u8(..5) == 0 => id,
            _ => self.shared(self.side.other()),
        };
        (near, far)
    }

    fn shared(&mut self, side: Side) -> i64 {
        let shared = &self.book.shared[side.index()];
        shared[self.random.usize(..shared.len())]
    }

    async fn send(&mut self, asked: &Asked, mark: &str) -> Reply {
        let side = self.side;
        let link = |near, far| format!("{}/{far}", side.links_of(near));
        let (method, path, body) = match *asked {
            Asked::Create => (Method::POST, side.records().to_owned(), side.record(mark)),
            Asked::Update(id) => (Method::PUT, side.path_of(id), side.record(mark)),
            Asked::Delete(id) => (Method::DELETE, side.path_of(id), Value::Null),
            Asked::Link(near, far) => (Method::POST, side.links_of(near), side.link_to(&[far])),
            Asked::Unlink(near, far) => (Method::DELETE, link(near, far), Value::Null),
            Asked::Credit(near, far) => {
                let position = self.random.i32(1..9);
                let credit = json!({"role": "editor", "position": position, "credited_as": mark});
                (Method::PUT, link(near, far), credit)
            }
        };
        let headers = [("X-Correlation-ID", mark)];
        match self.client.try_send(method, &path, &headers, &body).await {
            Ok(answer) => reply(asked, &answer),
            Err(_unanswered) => Reply::Unknown,
        }
    }
}

fn reply(asked: &Asked, answer: &Answer) -> Reply {
    match answer.status {
        200..300 => {
            let (id, changed) = match asked {
                Asked::Create => (answer.id(), true),
                Asked::Link(id, far) => (*id, lists(&answer.body["linked"], *far)),
                Asked::Delete(id)
                | Asked::Update(id)
                | Asked::Unlink(id, _)
                | Asked::Credit(id, _) => (*id, answer.header("x-changed") != "false"),
            };
            Reply::Acknowledged { id, changed }
        }
        status @ 400..500 => {
            let expected = EXPECTED_REFUSALS.contains(&status);
            assert!(expected, "{asked:?}: {status}: {}", answer.body);
            Reply::Refused(status)
        }
        _ => Reply::Unknown,
    }
}

fn lists(ids: &Value, id: i64) -> bool {
    ids.as_array()
        .is_some_and(|ids| ids.iter().any(|listed| *listed == id))
}
