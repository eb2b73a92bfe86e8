//! Chooses an adapter by the broker's URL.

use std::{sync::Arc, time::Duration};

use crate::{BusError, EventBus, InProcessBus, InProcessOptions, RabbitMqBus, RabbitMqOptions};

/// How long a publish waits, unless told otherwise.
pub(crate) const DEFAULT_PUBLISH_DEADLINE: Duration = Duration::from_secs(30);

/// What a service may set about its bus, whichever adapter serves it.
#[derive(Debug, Clone)]
pub struct BusOptions {
    /// How the broker's own tools name this client, such as `authors-service`.
    pub client_name: String,
    /// How long a publish waits for the bus to take responsibility for a batch.
    pub publish_deadline: Duration,
}

impl Default for BusOptions {
    fn default() -> Self {
        Self {
            client_name: "colophon".to_owned(),
            publish_deadline: DEFAULT_PUBLISH_DEADLINE,
        }
    }
}

/// The bus that `url` names: `memory:` is a new in-process bus, `amqp://…` and `amqps://…` are
/// RabbitMQ. Connects to nothing yet.
///
/// # Errors
/// [`BusError::Refused`] if `url` is neither; the text never repeats credentials.
pub fn connect(url: &str, options: &BusOptions) -> Result<Arc<dyn EventBus>, BusError> {
    match url.split_once(':') {
        Some(("memory", "" | "//")) => Ok(Arc::new(InProcessBus::with_options(InProcessOptions {
            publish_deadline: options.publish_deadline,
            ..InProcessOptions::default()
        }))),
        Some(("amqp" | "amqps", _)) => {
            let bus = RabbitMqBus::new(
                url,
                RabbitMqOptions {
                    client_name: options.client_name.clone(),
                    publish_deadline: options.publish_deadline,
                    ..RabbitMqOptions::default()
                },
            )?;
            Ok(Arc::new(bus))
        }
        _ => Err(BusError::Refused(
            "the broker URL must be memory: or amqp://user:password@host:5672/vhost \
             (amqps:// for TLS)"
                .to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_another_kind_is_refused_with_what_is_right_and_without_its_password() {
        for url in [
            "kafka://user:secret@host",
            "memory:x",
            "",
            "localhost",
            "http://h:secret@x",
        ] {
            let refused = connect(url, &BusOptions::default()).err();
            let Some(BusError::Refused(text)) = refused else {
                panic!("{url} gave {refused:?}");
            };
            assert!(
                text.contains("memory:") && text.contains("amqp://"),
                "{text}"
            );
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn memory_and_amqp_urls_choose_an_adapter_without_connecting() {
        for url in [
            "memory:",
            "memory://",
            "amqp://localhost",
            "amqps://u:p@example.org/v",
        ] {
            assert!(connect(url, &BusOptions::default()).is_ok(), "{url}");
        }
    }
}
