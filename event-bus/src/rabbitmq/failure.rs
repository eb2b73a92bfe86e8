//! What the client library's errors mean to the catalog.

use std::time::Duration;

use lapin::{Error, ErrorKind};

use super::address::Address;
use crate::BusError;

/// AMQP reply codes (AMQP 0-9-1, "Reply codes") that the adapter tells apart.
mod reply {
    pub(super) const INVALID_PATH: u16 = 402;
    pub(super) const ACCESS_REFUSED: u16 = 403;
    pub(super) const NOT_FOUND: u16 = 404;
    pub(super) const RESOURCE_LOCKED: u16 = 405;
    pub(super) const PRECONDITION_FAILED: u16 = 406;
    pub(super) const NOT_ALLOWED: u16 = 530;
}

/// Whether the broker said that a queue or an exchange does not exist.
pub(super) fn is_not_found(error: &Error) -> bool {
    reply_code(error) == Some(reply::NOT_FOUND)
}

/// Whether the broker said that something exists with other arguments.
pub(super) fn is_precondition_failed(error: &Error) -> bool {
    reply_code(error) == Some(reply::PRECONDITION_FAILED)
}

fn reply_code(error: &Error) -> Option<u16> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(error.get_id()),
        _ => None,
    }
}

/// The broker's own words, on one line.
pub(super) fn words(error: &Error) -> String {
    let text = match error.kind() {
        ErrorKind::ProtocolError(error) => error.get_message().to_string(),
        _ => error.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What `error` means, whatever was being done. An answer of no is [`BusError::Refused`];
/// everything else may pass.
pub(super) fn bus_error(error: &Error, address: &Address) -> BusError {
    let (place, vhost, user) = (address.place(), address.vhost(), address.user());
    let words = words(error);
    match (error.kind(), reply_code(error)) {
        (_, Some(reply::ACCESS_REFUSED)) => BusError::Refused(format!(
            "the broker at {place} refused user {user}: {words}; check user and password in the \
             broker URL, and the user's permissions on virtual host {vhost} \
             (rabbitmqctl set_permissions)"
        )),
        (_, Some(reply::NOT_ALLOWED | reply::INVALID_PATH)) => BusError::Refused(format!(
            "the broker at {place} does not let user {user} into virtual host {vhost}: {words}; \
             create it (rabbitmqctl add_vhost), grant it (rabbitmqctl set_permissions), or name \
             another at the end of the broker URL"
        )),
        (_, Some(reply::PRECONDITION_FAILED | reply::RESOURCE_LOCKED)) => BusError::Refused(
            format!("the broker at {place} refused: {words}; delete what stands in the way"),
        ),
        (ErrorKind::InvalidProtocolVersion(_), _) => BusError::Refused(format!(
            "{place} does not speak AMQP 0-9-1: {words}; name a RabbitMQ broker in the broker URL"
        )),
        (ErrorKind::AuthProviderError(_), _) => BusError::Refused(format!(
            "logging in at {place} failed: {words}; check auth_mechanism in the broker URL"
        )),
        _ => BusError::Unreachable(format!("{place}: {words}")),
    }
}

/// Nothing came back in time.
pub(super) fn no_answer(address: &Address, waited: Duration) -> BusError {
    BusError::Unreachable(format!("{}: no answer within {waited:?}", address.place()))
}
