//! What an operator, or somebody's mistake, does to a broker.

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeleteOptions},
    types::FieldTable,
};
use system_tests::Side;

/// A connection of its own to a broker.
pub(crate) struct Amqp {
    connection: Connection,
    channel: Channel,
}

impl Amqp {
    pub(crate) async fn connect(broker_url: &str) -> Self {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(broker_url, properties).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let confirms = ConfirmSelectOptions::default();
        channel.confirm_select(confirms).await.unwrap();
        Self {
            connection,
            channel,
        }
    }

    /// Deletes the queue from which this side takes the other's events, with what is in it.
    pub(crate) async fn delete_queue(&self, consumer: Side) {
        let queue = consumer.producer().queue();
        let options = QueueDeleteOptions::default();
        self.channel
            .queue_delete(queue.into(), options)
            .await
            .unwrap();
    }

    /// Lets the queue from which this side takes the other's events hear nothing any more.
    pub(crate) async fn unbind(&self, consumer: Side) {
        let queue = consumer.producer().queue();
        let exchange = consumer.producer().other().exchange();
        let arguments = FieldTable::default();
        self.channel
            .queue_unbind(queue.into(), exchange.into(), "#".into(), arguments)
            .await
            .unwrap();
    }

    /// Publishes a message to everybody who hears this side's events, past the service.
    pub(crate) async fn publish(&self, producer: Side, body: &[u8]) {
        let confirmation = self
            .channel
            .basic_publish(
                producer.producer().exchange().into(),
                "poison".into(),
                BasicPublishOptions::default(),
                body,
                BasicProperties::default().with_delivery_mode(2),
            )
            .await
            .unwrap();
        assert!(confirmation.await.unwrap().is_ack());
    }

    pub(crate) async fn close(self) {
        self.connection.close(200, "OK".into()).await.unwrap();
    }
}
