//! Declaring exchanges, queues and bindings.

use std::time::Duration;

use lapin::{
    ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use tokio::time::timeout;

use super::{
    ANSWER_DEADLINE,
    channel::OwnChannel,
    failure::{bus_error, is_not_found, is_precondition_failed, no_answer, words},
    link::Link,
    name::name,
    server_version::{self, MajorVersion},
};
use crate::{Binding, BusError, Queue, QueueKind, Topology};

/// A queue for what is only of use now goes once it was without a consumer for so long (ms).
const PASSING_EXPIRES: i32 = 3_600_000;
/// What is only of use now is of no use after so long (ms).
const PASSING_TTL: i32 = 60_000;

/// Makes `topology` exist on the broker that `link` leads to. A queue for replies goes once it was without a consumer for `reply_expires`.
pub(super) async fn declare(
    link: &Link,
    topology: &Topology,
    reply_expires: Duration,
) -> Result<(), BusError> {
    // Connecting comes first: it is what tells wrong credentials.
    let declaring = Declaring {
        link,
        channel: link.channel().await?,
        version: server_version::ask(link.address()).await?,
        reply_expires,
    };
    for exchange in &topology.exchanges {
        declaring.within(declaring.exchange(exchange)).await?;
    }
    for queue in &topology.queues {
        declaring.within(declaring.queue(queue)).await?;
        for binding in &queue.bindings {
            declaring.within(declaring.binding(queue, binding)).await?;
        }
    }
    Ok(())
}

struct Declaring<'a> {
    link: &'a Link,
    channel: OwnChannel,
    version: MajorVersion,
    reply_expires: Duration,
}

impl Declaring<'_> {
    async fn within(
        &self,
        question: impl Future<Output = Result<(), BusError>>,
    ) -> Result<(), BusError> {
        timeout(ANSWER_DEADLINE, question)
            .await
            .unwrap_or_else(|_elapsed| Err(no_answer(self.link.address(), ANSWER_DEADLINE)))
    }

    async fn exchange(&self, exchange: &str) -> Result<(), BusError> {
        let declared = self.channel.exchange_declare(
            name("exchange name", exchange)?,
            ExchangeKind::Topic,
            ExchangeDeclareOptions {
                durable: true,
                ..ExchangeDeclareOptions::default()
            },
            FieldTable::default(),
        );
        declared.await.map_err(|error| {
            if is_precondition_failed(&error) {
                return BusError::Refused(format!(
                    "exchange {exchange} exists and is not a durable topic exchange ({}): delete it \
                     while nothing publishes, and start again",
                    words(&error)
                ));
            }
            bus_error(&error, self.link.address())
        })
    }

    async fn queue(&self, queue: &Queue) -> Result<(), BusError> {
        let declared = self.channel.queue_declare(
            name("queue name", &queue.name)?,
            QueueDeclareOptions::durable(),
            queue_arguments(queue.kind, self.version, self.reply_expires),
        );
        declared.await.map(drop).map_err(|error| {
            if is_precondition_failed(&error) {
                return BusError::Refused(format!(
                    "queue {0} exists with other arguments ({1}): stop what publishes to it, let \
                     its consumer empty it (rabbitmqctl list_queues name messages) or move its \
                     messages with a shovel, delete it (rabbitmqctl delete_queue {0}), and start \
                     again, which declares it anew",
                    queue.name,
                    words(&error)
                ));
            }
            bus_error(&error, self.link.address())
        })
    }

    async fn binding(&self, queue: &Queue, binding: &Binding) -> Result<(), BusError> {
        let Binding { exchange, pattern } = binding;
        let bound = self.channel.queue_bind(
            name("queue name", &queue.name)?,
            name("exchange name", exchange)?,
            name("routing key pattern", pattern)?,
            QueueBindOptions::default(),
            FieldTable::default(),
        );
        bound.await.map_err(|error| {
            if is_not_found(&error) {
                return BusError::Refused(format!(
                    "queue {} is to hear exchange {exchange}, which does not exist: declare it in \
                     the same topology",
                    queue.name
                ));
            }
            bus_error(&error, self.link.address())
        })
    }
}

/// How a queue is declared. One that lasts must never drop a message for being returned often:
/// from 4.0 on the default limit is 20 returns, and -1 lifts it; before, there is none by default,
/// and -1 would be exceeded by the first return.
fn queue_arguments(kind: QueueKind, version: MajorVersion, reply_expires: Duration) -> FieldTable {
    let mut arguments = FieldTable::default();
    let mut set = |name: &str, value: AMQPValue| {
        arguments.insert(name.into(), value);
    };
    let text = |value: &str| AMQPValue::LongString(value.into());
    set("x-single-active-consumer", AMQPValue::Boolean(true));
    match kind {
        QueueKind::Lasting => {
            set("x-queue-type", text("quorum"));
            if version >= MajorVersion::FOUR {
                set("x-delivery-limit", AMQPValue::LongInt(-1));
            }
        }
        QueueKind::Passing { max_length } => {
            set("x-queue-type", text("classic"));
            set("x-expires", AMQPValue::LongInt(PASSING_EXPIRES));
            set("x-message-ttl", AMQPValue::LongInt(PASSING_TTL));
            set("x-max-length", AMQPValue::LongLongInt(max_length.into()));
            set("x-overflow", text("drop-head"));
        }
        QueueKind::Reply { max_length } => {
            set("x-queue-type", text("classic"));
            let expires = i32::try_from(reply_expires.as_millis()).unwrap_or(i32::MAX);
            set("x-expires", AMQPValue::LongInt(expires));
            set("x-max-length", AMQPValue::LongLongInt(max_length.into()));
            set("x-overflow", text("reject-publish"));
        }
    }
    arguments
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn delivery_limit(version: &str) -> Option<AMQPValue> {
        let version = MajorVersion::parse(version).unwrap();
        let arguments = queue_arguments(QueueKind::Lasting, version, Duration::MAX);
        arguments.inner().get("x-delivery-limit").cloned()
    }

    #[test]
    fn before_4_0_the_delivery_limit_is_left_out() {
        assert_eq!(delivery_limit("3.10.8"), None);
        assert_eq!(delivery_limit("3.13.7"), None);
    }

    #[test]
    fn from_4_0_on_the_delivery_limit_is_lifted() {
        assert_eq!(delivery_limit("4.0.5"), Some(AMQPValue::LongInt(-1)));
        assert_eq!(delivery_limit("5.0.0"), Some(AMQPValue::LongInt(-1)));
    }

    #[test]
    fn a_queue_is_a_quorum_queue_with_a_single_active_consumer() {
        let version = MajorVersion::parse("3.10.8").unwrap();
        let arguments = queue_arguments(QueueKind::Lasting, version, Duration::MAX);
        let inner = arguments.inner();
        assert_eq!(
            inner.get("x-queue-type"),
            Some(&AMQPValue::LongString("quorum".into()))
        );
        assert_eq!(
            inner.get("x-single-active-consumer"),
            Some(&AMQPValue::Boolean(true))
        );
    }
}
