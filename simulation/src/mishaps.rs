//! What goes wrong beside the messages.

use std::time::Duration;

use event_bus::InProcessBus;
use fastrand::Rng;
use tokio::time::Instant;

use crate::{side::Service, spoil::spoil};

/// Mishaps that are under way on each side, and when they end.
#[derive(Default)]
pub(crate) struct Mishaps {
    back_at: [Option<Instant>; 2],
    joined_at: [Option<Instant>; 2],
}

impl Mishaps {
    /// Lets something go wrong, now and then, and ends what has lasted long enough.
    pub(crate) async fn strike(
        &mut self,
        services: &mut [Service; 2],
        broker: &InProcessBus,
        dice: &mut Rng,
    ) {
        let now = Instant::now();
        for (side, service) in services.iter_mut().enumerate() {
            if self.back_at[side].is_some_and(|at| at <= now) {
                self.back_at[side] = None;
                service.start();
            }
            if self.joined_at[side].is_some_and(|at| at <= now) {
                self.joined_at[side] = None;
                service.bus.heal(service.producer.name());
            }
        }
        let side = dice.usize(0..2);
        let service = &mut services[side];
        let ends_at = now + Duration::from_millis(dice.u64(0..20_000));
        match dice.u16(0..400) {
            0..=3 if service.is_running() => {
                service.crash().await;
                self.back_at[side] = Some(ends_at);
            }
            4..=5 => {
                service.bus.partition(service.producer.name());
                self.joined_at[side] = Some(ends_at);
            }
            6 => broker.delete_queue(service.producer.queue()),
            7 => broker.delete_queue(service.producer.control_queue()),
            8 => broker.drop_connections(),
            9..=11 => spoil(service, dice).await,
            _ => {}
        }
    }

    /// Ends whatever is under way.
    pub(crate) fn end(&mut self, services: &mut [Service; 2]) {
        *self = Self::default();
        for service in services {
            service.start();
        }
    }
}
