//! The RabbitMQ server.

use event_bus::private_broker::PrivateBroker;

use crate::failure::{Failure, Result};

/// A private RabbitMQ server, or a running one.
pub(crate) struct Broker {
    url: String,
    // Dropping it ends it.
    private: Option<PrivateBroker>,
}

impl Broker {
    /// The one at this URL, or a private one.
    pub(super) async fn new(url: Option<&str>) -> Result<Self> {
        if let Some(url) = url {
            return Ok(Self {
                url: url.to_owned(),
                private: None,
            });
        }
        let start = tokio::task::spawn_blocking(PrivateBroker::start).await;
        let private = start.map_err(|error| Failure::Program(error.to_string()))??;
        Ok(Self {
            url: private.url(),
            private: Some(private),
        })
    }

    /// What a private one calls itself.
    pub(super) fn version(&self) -> Option<String> {
        let said = self.private.as_ref()?.control(&["version"]).ok()?;
        Some(said.trim().to_owned())
    }

    /// The URL of a virtual host that is new, where one can be made; else of the one and only.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) fn virtual_host(&self) -> Result<String> {
        let Some(private) = &self.private else {
            return Ok(self.url.clone());
        };
        let name = format!("bench-{:08x}", fastrand::u32(..));
        private.control(&["add_vhost", &name])?;
        private.control(&["set_permissions", "-p", &name, "guest", ".*", ".*", ".*"])?;
        Ok(format!("{}/{name}", self.url))
    }
}
