//! One program on the bus, which can be cut off from it.

use std::sync::Arc;

use super::air::Air;
use crate::BusError;

/// A name, and what lies between whoever bears it and the bus.
#[derive(Clone)]
pub(super) struct Client {
    air: Arc<Air>,
    name: Arc<str>,
}

impl Client {
    pub(super) fn new(air: Arc<Air>, name: &str) -> Self {
        Self {
            air,
            name: name.into(),
        }
    }

    pub(super) fn air(&self) -> &Arc<Air> {
        &self.air
    }

    pub(super) fn is_cut_off(&self) -> bool {
        self.air.is_cut_off(&self.name)
    }

    /// Completes once it is cut off: at once if it is so already.
    pub(super) async fn cut_off(&self) -> BusError {
        loop {
            let changed = self.air.partitions_change();
            if self.is_cut_off() {
                return self.unreachable();
            }
            changed.await;
        }
    }

    pub(super) fn reach(&self) -> Result<(), BusError> {
        if self.is_cut_off() {
            Err(self.unreachable())
        } else {
            Ok(())
        }
    }

    fn unreachable(&self) -> BusError {
        BusError::Unreachable(format!("a fault: `{}` is cut off from the bus", self.name))
    }
}
