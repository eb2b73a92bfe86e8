//! What goes out reads back as what was changed.

use super::*;

fn changed(before: Option<&Author>, after: &Author) -> Change {
    Change::Author {
        before: before.cloned().map(Box::new),
        after: Box::new(after.clone()),
    }
}

fn linked(before: Option<&LinkRegister>, after: &LinkRegister) -> Change {
    Change::Link {
        before: before.cloned(),
        after: Link {
            key: key(),
            register: after.clone(),
        },
    }
}

#[test]
fn every_change_is_published_as_the_event_that_tells_of_it() {
    let (first, second) = (author(1, "Gabo"), author(2, "Gabriel"));
    let tombstone = second.delete(now());
    let made = LinkRegister::new(4, 1_000, Side::Authors);
    let edited = made.clone().with_credit(
        "editor".to_owned(),
        5,
        Some("G.".to_owned()),
        2_000,
        Side::Authors,
    );
    let gone = edited.clone().with_presence(false, 3_000, Side::Authors);
    let link = |register| LinkState::new(key().author_id, key().book_id, register);
    let cases = [
        (
            changed(None, &first),
            Event::AuthorCreated(first.state.clone()),
            None,
        ),
        (
            changed(Some(&first), &second),
            Event::AuthorUpdated(second.state.clone()),
            Some(json!({ "name": "Gabo" })),
        ),
        (
            changed(Some(&second), &tombstone),
            Event::AuthorDeleted(tombstone.state.clone()),
            None,
        ),
        (
            linked(None, &made),
            Event::AuthorBookLinked(link(&made)),
            None,
        ),
        (
            linked(Some(&made), &edited),
            Event::AuthorBookLinked(link(&edited)),
            Some(json!({ "role": "author", "position": 4, "credited_as": null })),
        ),
        (
            linked(Some(&edited), &gone),
            Event::AuthorBookUnlinked(link(&gone)),
            Some(json!({ "present": true })),
        ),
    ];
    let versions = [
        1,
        2,
        3,
        made.presence.revision.get(),
        edited.credit.revision.get(),
        gone.presence.revision.get(),
    ];
    let context = Context {
        correlation_id: "request-1".to_owned(),
        traceparent: Some("00-4bf9-00f0-01".to_owned()),
        actor: Some("editor@example.org".to_owned()),
        now: now(),
    };
    for (sequence, ((change, event, previous), version)) in
        (1..).zip(cases.into_iter().zip(versions))
    {
        let entry = logged(log_entry(&change, &context).unwrap(), sequence);
        assert_eq!(entry.key, event.key().to_string());
        assert_eq!(entry.traceparent, context.traceparent);
        let body = entry.envelope(Producer::Authors.name()).unwrap();
        let envelope = Envelope::parse(&body).unwrap();
        assert_eq!(envelope.event_type, event.kind().as_str());
        assert_eq!(envelope.event().unwrap(), event);
        assert_eq!(envelope.event_id, entry.event_id);
        assert_eq!(envelope.timestamp, now());
        assert_eq!(envelope.correlation_id, "request-1");
        assert_eq!(envelope.actor, context.actor);
        assert_eq!(envelope.producer, "authors-service");
        assert_eq!((envelope.epoch, envelope.sequence), (3, sequence));
        assert_eq!(envelope.version, version);
        let told: Option<Value> = envelope
            .previous
            .map(|raw| serde_json::from_str(raw.get()).unwrap());
        assert_eq!(told, previous, "{}", envelope.event_type);
    }
}
