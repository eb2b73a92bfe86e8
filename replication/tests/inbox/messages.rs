//! Messages of a made-up producer: `epoch/sequence word`.

use bytes::Bytes;
use replication::inbox::{Incoming, Poison, Position};
use shared_events::RecordVersion;
use uuid::Uuid;

pub(crate) const PRODUCER: &str = "things-service";

/// What the cache makes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Applies it.
    Good,
    /// Refuses it: data that breaks a constraint.
    Bad,
    /// Of a type that nobody here wants.
    Unwanted,
    /// Does not get it: only its envelope can be read.
    Strange,
    /// Does not get it: nothing of it can be read.
    Garbage,
}

impl Kind {
    pub(crate) fn is_parked(self) -> bool {
        matches!(self, Self::Bad | Self::Strange | Self::Garbage)
    }

    /// Whether its place in the log is known.
    pub(crate) fn has_position(self) -> bool {
        self != Self::Garbage
    }
}

/// The bytes of message `sequence`.
pub(crate) fn message(sequence: i64, kind: Kind) -> Bytes {
    let text = match kind {
        Kind::Good => format!("1/{sequence} good"),
        Kind::Bad => format!("1/{sequence} bad"),
        Kind::Unwanted => format!("1/{sequence} unwanted"),
        Kind::Strange => format!("1/{sequence} strange"),
        Kind::Garbage => format!("garbage {sequence} \0\u{1}"),
    };
    text.into()
}

pub(crate) fn position(sequence: i64) -> Position {
    Position {
        producer: PRODUCER.to_owned(),
        epoch: 1,
        sequence,
    }
}

pub(crate) fn event_id(sequence: i64) -> Uuid {
    Uuid::from_u128(u128::from(sequence.unsigned_abs()))
}

/// What happened, in words.
pub(crate) type Thing = String;

pub(crate) fn decode(body: &[u8]) -> Result<Incoming<Thing>, Box<Poison>> {
    let Some((epoch, sequence, word)) = read(body) else {
        return Err(Box::new(Poison {
            position: None,
            event_id: None,
            event_type: None,
            reason: "not a message: \0".to_owned(),
        }));
    };
    let position = Position {
        epoch,
        ..position(sequence)
    };
    if word == "strange" {
        return Err(Box::new(Poison {
            position: Some(position),
            event_id: Some(event_id(sequence)),
            event_type: Some("thing.\0strange".to_owned()),
            reason: "unknown type thing.\0strange".to_owned(),
        }));
    }
    Ok(Incoming {
        position,
        event_id: event_id(sequence),
        event_type: format!("thing.{word}"),
        correlation_id: format!("request-{sequence}"),
        version: RecordVersion { epoch, version: 1 },
        event: (word != "unwanted").then(|| word.to_owned()),
    })
}

fn read(body: &[u8]) -> Option<(i64, i64, &str)> {
    let (place, word) = std::str::from_utf8(body).ok()?.split_once(' ')?;
    let (epoch, sequence) = place.split_once('/')?;
    Some((epoch.parse().ok()?, sequence.parse().ok()?, word))
}
