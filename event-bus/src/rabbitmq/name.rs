//! Names as AMQP carries them.

use lapin::types::ShortString;

use crate::BusError;

/// `text` as a short string, which holds 255 bytes (AMQP 0-9-1, section 4.2.5.3).
pub(super) fn name(what: &str, text: &str) -> Result<ShortString, BusError> {
    ShortString::try_new(text).map_err(|_too_long| {
        BusError::Refused(format!(
            "a {what} of {} bytes is too long for the broker, which takes 255",
            text.len()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_longer_than_255_bytes_is_refused() {
        assert!(name("queue name", &"é".repeat(127)).is_ok());
        assert!(matches!(
            name("queue name", &"é".repeat(128)),
            Err(BusError::Refused(_))
        ));
    }
}
