//! Every event type of every schema version has a file that must be readable for ever.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use shared_events::{Envelope, EventType, Producer, control::ControlMessage};

fn golden(version: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(version);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_event_type_has_its_golden_file() {
    let files: BTreeSet<_> = golden("v1").into_iter().map(|(name, _)| name).collect();
    let types: BTreeSet<_> = EventType::ALL.map(|t| t.as_str().to_owned()).into();
    assert_eq!(files, types);
}

#[test]
fn every_golden_file_decodes_to_its_type_and_producer() {
    for (name, body) in golden("v1") {
        let envelope = Envelope::parse(&body).unwrap();
        let event = envelope.event().unwrap();
        assert_eq!(event.kind().as_str(), name);
        assert_eq!(event.kind().producer().name(), envelope.producer);
    }
}

#[test]
fn writing_what_was_read_gives_the_same_json() {
    for (name, body) in golden("v1") {
        let envelope = Envelope::parse(&body).unwrap();
        let before: Value = serde_json::from_slice(&body).unwrap();
        let after: Value = serde_json::from_slice(&envelope.encode().unwrap()).unwrap();
        assert_eq!(before, after, "{name}: envelope");
        let data = serde_json::to_value(envelope.event().unwrap()).unwrap();
        assert_eq!(before["data"], data, "{name}: data");
    }
}

#[test]
fn every_control_message_reads_and_writes_its_golden_file() {
    let files = golden("control-v1");
    assert_eq!(files.len(), 9);
    for (name, body) in files {
        let message = ControlMessage::parse(&body).unwrap();
        assert_eq!(message.kind(), name);
        assert_eq!(message.routing_key(), format!("{name}.authors-service"));
        let before: Value = serde_json::from_slice(&body).unwrap();
        let after: Value = serde_json::from_slice(&message.encode().unwrap()).unwrap();
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn a_control_message_of_a_newer_release_is_an_error_and_never_a_guess() {
    for text in [
        r#"{"type": "heartbeat", "schema_version": 2}"#,
        r#"{"type": "hearsay", "schema_version": 1}"#,
        r#"{"type": "heartbeat", "schema_version": 1}"#,
        "[]",
        "",
    ] {
        assert!(ControlMessage::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn what_the_contract_does_not_know_is_an_error_and_never_a_guess() {
    let (_, body) = golden("v1").remove(0);
    let with = |field: &str, value: Value| {
        let mut envelope: Value = serde_json::from_slice(&body).unwrap();
        envelope[field] = value;
        serde_json::to_vec(&envelope).unwrap()
    };
    for (field, value) in [
        ("schema_version", Value::from(2)),
        ("event_type", Value::from("author.renamed")),
        ("data", Value::from("text")),
    ] {
        let body = with(field, value);
        assert!(Envelope::parse(&body).unwrap().event().is_err(), "{field}");
    }
    for field in ["sequence", "epoch", "version"] {
        assert!(Envelope::parse(&with(field, Value::from(0))).is_err());
    }
    assert!(Envelope::parse(&with("unheard_of", Value::from(1))).is_ok());
}

#[test]
fn a_link_whose_type_contradicts_its_presence_is_refused() {
    let (_, body) = golden("v1")
        .into_iter()
        .find(|(name, _)| name == "author_book.linked")
        .unwrap();
    let mut envelope: Value = serde_json::from_slice(&body).unwrap();
    envelope["data"]["present"] = Value::from(false);
    let body = serde_json::to_vec(&envelope).unwrap();
    assert!(Envelope::parse(&body).unwrap().event().is_err());
}

#[test]
fn each_producer_hears_the_other_on_a_queue_of_its_own() {
    assert_ne!(Producer::Authors.queue(), Producer::Books.queue());
    assert_eq!(Producer::Authors.other(), Producer::Books);
    assert_eq!(Producer::parse("books-service"), Some(Producer::Books));
}
