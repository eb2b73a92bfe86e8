//! The command against the handlers that the services mount.

use std::sync::Arc;

use actix_web::{App, HttpServer, web::Data};
use authors_service::{
    adapters::persistence::MemoryStore,
    domain::{BooksCache, CacheChanges},
};
use chrono::{DateTime, Utc};
use clap::Parser;
use replication::{
    inbox::Ledger,
    parked::{ParkedMessage, ParkedMessages, message_id},
};
use serde_json::Value;
use service_host::dead_letters::{KeepsDeadLetters, configure};
use service_kit::health::Startup;

use super::*;

/// What one of the services keeps.
#[derive(Clone, Default)]
struct Keeper(Arc<MemoryStore>);

impl KeepsDeadLetters for Keeper {
    fn parked(&self) -> &dyn ParkedMessages {
        self.0.as_ref()
    }

    fn now(&self) -> DateTime<Utc> {
        noon()
    }
}

fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn dead(body: &str) -> ParkedMessage {
    ParkedMessage {
        id: message_id(body.as_bytes()),
        position: None,
        event_id: None,
        event_type: Some("thing.updated".to_owned()),
        body: body.to_owned().into(),
        reason: format!("{body} breaks\n a \u{1b}[31mrule"),
        attempts: 4,
        first_failed_at: noon(),
        last_failed_at: noon(),
        next_attempt_at: None,
    }
}

impl Keeper {
    async fn with(messages: impl IntoIterator<Item = ParkedMessage>) -> Self {
        let keeper = Self::default();
        let ledger = Ledger {
            park: messages.into_iter().collect(),
            ..Ledger::default()
        };
        let nothing = CacheChanges::default();
        keeper.0.apply(&nothing, &ledger).await.unwrap();
        keeper
    }

    /// Listens on a free port, until the test's runtime ends.
    fn serve(&self) -> String {
        let startup = Arc::new(Startup::default());
        startup.is_ready(self.clone());
        let server = HttpServer::new(move || {
            let startup = Data::from(Arc::clone(&startup));
            App::new().app_data(startup).configure(configure::<Self>)
        });
        let server = server.workers(1).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        url
    }

    async fn counts(&self) -> (u64, u64) {
        let counts = self.parked().counts().await.unwrap();
        (counts.parked, counts.dead)
    }
}

struct Pair {
    authors: Keeper,
    books: Keeper,
    urls: [String; 2],
}

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: DeadLettersArgs,
}

impl Pair {
    async fn with(authors: Vec<ParkedMessage>, books: Vec<ParkedMessage>) -> Self {
        let (authors, books) = (Keeper::with(authors).await, Keeper::with(books).await);
        Self {
            urls: [authors.serve(), books.serve()],
            authors,
            books,
        }
    }

    /// Runs `colophon dead-letters` with these words.
    async fn run(&self, line: &str) -> (String, Result<(), DeadLettersError>) {
        let [authors, books] = &self.urls;
        let urls = ["--authors-url", authors, "--books-url", books];
        let words = ["dead-letters"].into_iter().chain(line.split_whitespace());
        let cli = Cli::try_parse_from(words.chain(urls)).unwrap();
        let mut out = Vec::new();
        let done = act(&cli.arguments.action, &mut out).await;
        (String::from_utf8(out).unwrap(), done)
    }

    async fn done(&self, line: &str) -> String {
        let (out, done) = self.run(line).await;
        done.unwrap();
        out
    }

    async fn json(&self, line: &str) -> Vec<Value> {
        let out = self.done(&format!("{line} --json")).await;
        let lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }
}

#[tokio::test]
async fn the_letters_of_both_services_are_listed_or_of_one() {
    let (a, b) = (dead("a"), dead("b"));
    let pair = Pair::with(vec![a.clone()], vec![b.clone()]).await;
    let listed = pair.json("list").await;
    let ids = |listed: &[Value]| {
        let id = |line: &Value| (line["service"].clone(), line["id"].clone());
        listed.iter().map(id).collect::<Vec<_>>()
    };
    let of = |service: &str, id: Uuid| (json!(service), json!(id));
    let (of_a, of_b) = (of("authors-service", a.id), of("books-service", b.id));
    assert_eq!(ids(&listed), [of_a, of_b.clone()]);
    let listed = pair.json("list --service books").await;
    assert_eq!(ids(&listed), [of_b]);
    let table = pair.done("list").await;
    assert!(table.contains("authors-service:\nID "), "{table}");
    assert!(table.contains(&a.id.to_string()), "{table}");
    let nothing = Pair::with(vec![], vec![]).await.done("list").await;
    let expected = "authors-service: no dead letters\nbooks-service: no dead letters\n";
    assert_eq!(nothing, expected);
}

#[tokio::test]
async fn a_list_of_many_pages_is_listed_whole() {
    let many: Vec<_> = (0..250).map(|number| dead(&number.to_string())).collect();
    let pair = Pair::with(many, vec![]).await;
    assert_eq!(pair.json("list").await.len(), 250);
    let full_page: Vec<_> = (0..100).map(|number| dead(&number.to_string())).collect();
    let pair = Pair::with(full_page, vec![]).await;
    assert_eq!(pair.json("list").await.len(), 100);
}

#[tokio::test]
async fn what_a_message_says_does_not_reach_the_terminal_as_a_command() {
    let letter = dead("a");
    let show = format!("show {}", letter.id);
    let pair = Pair::with(vec![letter], vec![]).await;
    let table = pair.done("list").await;
    assert_eq!(table.lines().count(), 4, "{table}");
    for out in [table, pair.done(&show).await] {
        assert!(out.contains("a breaks\u{fffd} a \u{fffd}[31mrule"), "{out}");
        assert!(!out.contains('\u{1b}'));
    }
}

#[tokio::test]
async fn a_letter_is_shown_with_its_payload_wherever_it_is() {
    let body = r#"{"b":1.50,"a":12345678901234567890123}"#;
    let letter = dead(body);
    let pair = Pair::with(vec![], vec![letter.clone()]).await;
    let shown = pair.done(&format!("show {}", letter.id)).await;
    assert!(shown.ends_with(&format!("{body}\n")), "{shown}");
    assert!(shown.contains("at            books-service\n"), "{shown}");
    let out = pair.done(&format!("show {} --json", letter.id)).await;
    assert!(out.contains(&format!("\"payload\":{body}")), "{out}");
}

#[tokio::test]
async fn a_payload_of_several_lines_is_shown_in_lines() {
    let letter = dead("{broken\r\n\u{1b}[2Jin two");
    let pair = Pair::with(vec![letter.clone()], vec![]).await;
    let shown = pair.done(&format!("show {}", letter.id)).await;
    assert!(shown.ends_with("\n{broken\n\u{fffd}[2Jin two\n"), "{shown}");
}

#[tokio::test]
async fn redriving_one_or_all_and_once_more() {
    let (a, b) = (dead("a"), dead("b"));
    let pair = Pair::with(vec![a.clone(), b.clone()], vec![]).await;
    let one = format!("redrive {}", a.id);
    let out = pair.done(&one).await;
    assert_eq!(out, "authors-service: 1 message is tried once more\n");
    assert_eq!(pair.authors.counts().await, (1, 1));
    let again = pair.json(&one).await;
    assert_eq!(
        again,
        [json!({ "service": "authors-service", "redriven": 0 })]
    );
    let all = pair.json("redrive --all").await;
    assert_eq!(all[0]["redriven"], 1);
    assert_eq!(all[1], json!({ "service": "books-service", "redriven": 0 }));
    assert_eq!(pair.authors.counts().await, (2, 0));
}

#[tokio::test]
async fn purging_one_or_all() {
    let [a, b, c] = ["a", "b", "c"].map(dead);
    let pair = Pair::with(vec![a.clone(), b], vec![c]).await;
    let out = pair.done(&format!("purge {}", a.id)).await;
    assert_eq!(out, "authors-service: purged\n");
    assert_eq!(pair.authors.counts().await, (0, 1));
    pair.done("purge --all --yes --service authors").await;
    assert_eq!(pair.authors.counts().await, (0, 0));
    assert_eq!(pair.books.counts().await, (0, 1));
}

#[tokio::test]
async fn a_letter_that_no_service_has_is_an_error() {
    let pair = Pair::with(vec![], vec![]).await;
    let id = dead("a").id;
    for action in ["show", "redrive", "purge"] {
        let (out, done) = pair.run(&format!("{action} {id}")).await;
        let error = done.unwrap_err();
        assert!(
            matches!(error, DeadLettersError::NoSuchLetter(_)),
            "{error}"
        );
        assert_eq!(out, "");
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_an_error_and_the_other_is_asked_all_the_same() {
    let mut pair = Pair::with(vec![], vec![dead("b")]).await;
    // Nothing listens on the port that was free just now.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    pair.urls[0] = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let (out, done) = pair.run("list --json").await;
    assert_eq!(out.lines().count(), 1);
    let error = done.unwrap_err().to_string();
    assert!(
        error.starts_with("authors-service does not do it"),
        "{error}"
    );
}
