//! Declaring exchanges, queues and bindings.

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
use crate::{BusError, Queue, Topology};

/// Every message of an exchange.
const EVERYTHING: &str = "#";

/// Makes `topology` exist on the broker that `link` leads to.
pub(super) async fn declare(link: &Link, topology: &Topology) -> Result<(), BusError> {
    // Connecting comes first: it is what tells wrong credentials.
    let declaring = Declaring {
        link,
        channel: link.channel().await?,
        version: server_version::ask(link.address()).await?,
    };
    for exchange in &topology.exchanges {
        declaring.within(declaring.exchange(exchange)).await?;
    }
    for queue in &topology.queues {
        declaring.within(declaring.queue(queue)).await?;
        for exchange in &queue.exchanges {
            declaring.within(declaring.binding(queue, exchange)).await?;
        }
    }
    Ok(())
}

struct Declaring<'a> {
    link: &'a Link,
    channel: OwnChannel,
    version: MajorVersion,
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
            queue_arguments(self.version),
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

    async fn binding(&self, queue: &Queue, exchange: &str) -> Result<(), BusError> {
        let bound = self.channel.queue_bind(
            name("queue name", &queue.name)?,
            name("exchange name", exchange)?,
            EVERYTHING.into(),
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

/// How a subscriber's queue is declared. It must never drop a message for being returned often:
/// from 4.0 on the default limit is 20 returns, and -1 lifts it; before, there is none by default,
/// and -1 would be exceeded by the first return.
fn queue_arguments(version: MajorVersion) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    if version >= MajorVersion::FOUR {
        arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(-1));
    }
    arguments
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn delivery_limit(version: &str) -> Option<AMQPValue> {
        let arguments = queue_arguments(MajorVersion::parse(version).unwrap());
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
        let arguments = queue_arguments(MajorVersion::parse("3.10.8").unwrap());
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
