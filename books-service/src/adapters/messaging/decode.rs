//! What the other side publishes, read from its bytes.

use replication::inbox::{Incoming, Poison, Position};
use shared_events::{Envelope, Event, EventType, Producer, RecordVersion};

/// Reads a message of the authors' exchange.
///
/// # Errors
/// [`Poison`] with whatever could be read of it.
pub fn decode(body: &[u8]) -> Result<Incoming<Event>, Box<Poison>> {
    let envelope = Envelope::parse(body).map_err(|error| {
        Box::new(Poison {
            position: None,
            event_id: None,
            event_type: None,
            reason: error.to_string(),
        })
    })?;
    let from_other_side = envelope.producer == Producer::Authors.name();
    let position = from_other_side.then(|| Position {
        producer: envelope.producer.clone(),
        epoch: envelope.epoch,
        sequence: envelope.sequence,
    });
    let poison = |reason: String| {
        Box::new(Poison {
            position: position.clone(),
            event_id: Some(envelope.event_id),
            event_type: Some(envelope.event_type.clone()),
            reason,
        })
    };
    let of_other_side = |kind: EventType| kind.producer() == Producer::Authors;
    let event = envelope
        .event()
        .map_err(|error| poison(error.to_string()))?;
    match &position {
        Some(position) if of_other_side(event.kind()) => Ok(Incoming {
            position: position.clone(),
            event_id: envelope.event_id,
            event_type: envelope.event_type.clone(),
            correlation_id: envelope.correlation_id.clone(),
            version: RecordVersion {
                epoch: envelope.epoch,
                version: envelope.version,
            },
            event: Some(event),
        }),
        _ => Err(poison(format!(
            "`{}` of `{}` does not belong here",
            envelope.event_type, envelope.producer
        ))),
    }
}
