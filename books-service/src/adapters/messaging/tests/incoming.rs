//! What comes in is read as far as it can be.

use super::*;

fn author() -> AuthorState {
    AuthorState {
        author_id: AuthorId::try_from(2).unwrap(),
        name: "Jorge Luis Borges".to_owned(),
        birth_date: Some("1899-08-24".to_owned()),
        death_date: None,
        nationality: Some("Argentine".to_owned()),
        biography: None,
        aliases: vec!["Georgie".to_owned()],
        identifiers: BTreeMap::new(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: now(),
    }
}

/// As the other side publishes it.
fn message(event: &Event, producer: &str) -> Vec<u8> {
    let new = NewEntry {
        event_id: event_id(now()),
        event_type: event.kind().as_str(),
        key: event.key().to_string(),
        version: 5,
        correlation_id: "request-1".to_owned(),
        actor: None,
        timestamp: now(),
        payload: payload(event, None, &[]).unwrap(),
        traceparent: None,
    };
    logged(new, 7).envelope(producer).unwrap()
}

fn position() -> Position {
    Position {
        producer: "authors-service".to_owned(),
        epoch: 3,
        sequence: 7,
    }
}

#[test]
fn every_event_of_the_other_side_is_read() {
    let made = LinkRegister::new(1, 1_000, Side::Authors);
    let gone = made.clone().with_presence(false, 2_000, Side::Authors);
    let link = |register| LinkState::new(key().author_id, key().book_id, register);
    for event in [
        Event::AuthorCreated(author()),
        Event::AuthorUpdated(author()),
        Event::AuthorDeleted(author()),
        Event::AuthorBookLinked(link(&made)),
        Event::AuthorBookUnlinked(link(&gone)),
    ] {
        let body = message(&event, "authors-service");
        let envelope = Envelope::parse(&body).unwrap();
        let incoming = decode(&body).unwrap();
        assert_eq!(incoming.position, position());
        assert_eq!(incoming.event_id, envelope.event_id);
        assert_eq!(incoming.event_type, event.kind().as_str());
        assert_eq!(incoming.correlation_id, "request-1");
        let version = RecordVersion {
            epoch: 3,
            version: 5,
        };
        assert_eq!(incoming.version, version);
        assert_eq!(incoming.event, Some(event));
    }
}

fn poison(body: &[u8]) -> Poison {
    *decode(body).unwrap_err()
}

/// The message of an author, changed.
fn spoiled(spoil: impl FnOnce(&mut Value)) -> Vec<u8> {
    let body = message(&Event::AuthorUpdated(author()), "authors-service");
    let mut json = serde_json::from_slice(&body).unwrap();
    spoil(&mut json);
    serde_json::to_vec(&json).unwrap()
}

#[test]
fn of_a_message_without_an_envelope_nothing_is_known_but_why() {
    for body in [
        &b""[..],
        b"\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"{\"event_type\":\"author.updated\"}",
        &spoiled(|json| json["epoch"] = json!(0)),
        &spoiled(|json| json["sequence"] = json!(-1)),
        &spoiled(|json| json["version"] = json!(1e300)),
        &spoiled(|json| json["event_id"] = json!("7")),
        &spoiled(|json| json["timestamp"] = json!("yesterday")),
        &spoiled(|json| *json = json["data"].take()),
    ] {
        let poison = poison(body);
        assert_eq!(poison.position, None);
        assert_eq!((poison.event_id, poison.event_type), (None, None));
        assert!(!poison.reason.is_empty());
    }
}

#[test]
fn a_message_whose_event_can_not_be_read_keeps_its_place() {
    type Spoil = fn(&mut Value);
    let cases: [(Spoil, &str); 6] = [
        (
            |json| json["event_type"] = json!("author.translated"),
            "author.translated",
        ),
        (|json| json["schema_version"] = json!(2), "schema version 2"),
        (|json| json["data"] = json!(null), "author.updated"),
        (|json| json["data"]["author_id"] = json!(0), "at least 1"),
        (|json| json["data"]["name"] = json!(7), "author.updated"),
        (
            |json| json["event_type"] = json!("author_book.linked"),
            "author_book.linked",
        ),
    ];
    for (spoil, reason) in cases {
        let body = spoiled(spoil);
        let envelope = Envelope::parse(&body).unwrap();
        let poison = poison(&body);
        assert_eq!(poison.position, Some(position()));
        assert_eq!(poison.event_id, Some(envelope.event_id));
        assert_eq!(poison.event_type, Some(envelope.event_type));
        assert!(poison.reason.contains(reason), "{}", poison.reason);
    }
}

#[test]
fn a_link_that_contradicts_its_type_is_refused() {
    let gone =
        LinkRegister::new(1, 1_000, Side::Authors).with_presence(false, 2_000, Side::Authors);
    let state = LinkState::new(key().author_id, key().book_id, &gone);
    let body = message(&Event::AuthorBookLinked(state), "authors-service");
    let poison = poison(&body);
    assert_eq!(poison.position, Some(position()));
    assert!(poison.reason.contains("present"), "{}", poison.reason);
}

#[test]
fn an_event_that_is_not_the_other_side_s_to_tell_is_refused() {
    let own = message(
        &Event::BookCreated(book(1, "Ficciones").state),
        "authors-service",
    );
    let refused = poison(&own);
    assert_eq!(refused.position, Some(position()));
    assert_eq!(refused.event_type.as_deref(), Some("book.created"));
}

/// A place in a log that is not consumed here must not be settled.
#[test]
fn a_message_of_another_producer_has_no_place() {
    for producer in ["books-service", "another-service", ""] {
        let body = message(&Event::AuthorUpdated(author()), producer);
        let poison = poison(&body);
        assert_eq!(poison.position, None);
        assert!(poison.event_id.is_some());
        assert_eq!(poison.event_type.as_deref(), Some("author.updated"));
        assert!(poison.reason.contains(producer), "{}", poison.reason);
    }
}

#[test]
fn fields_that_a_later_release_adds_are_passed_over() {
    let body = spoiled(|json| {
        json["added"] = json!({ "deep": [1] });
        json["data"]["added"] = json!(1);
        json["previous"] = json!({ "name": "Before" });
        json["actor"] = json!("editor@example.org");
    });
    let incoming = decode(&body).unwrap();
    assert_eq!(incoming.event, Some(Event::AuthorUpdated(author())));
}
