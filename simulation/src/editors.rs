//! Editors on both sides, who do at random what editors do.

use fastrand::Rng;
use shared_events::Key;

use crate::side::{Acknowledged, Service};

/// What the editors were told, and which records they know of.
#[derive(Default)]
pub(crate) struct Editors {
    /// Everything that was acknowledged, in its order.
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Ids of the records of each side.
    ids: [Vec<i64>; 2],
}

impl Editors {
    /// One edit on the side of this number.
    pub(crate) async fn edit(&mut self, services: &[Service; 2], side: usize, dice: &mut Rng) {
        let service = &services[side];
        if !service.is_running() {
            return;
        }
        let commands = service.commands.as_ref();
        let name = format!("Name {}", dice.u32(..));
        let own = dice.choice(&self.ids[side]).copied();
        let other = dice.choice(&self.ids[1 - side]).copied();
        let acknowledged = match (dice.u8(0..20), own, other) {
            (0..=2, _, _) | (_, None, _) => commands.create(&name).await,
            (3..=5, Some(id), _) => commands.revise(id, &name).await,
            (6, Some(id), _) => commands.delete(id).await,
            (7..=11, Some(id), Some(other)) => commands.link(id, other).await,
            (12..=15, Some(id), Some(other)) => commands.unlink(id, other).await,
            (16, Some(id), _) => commands.restore(id).await,
            (17, Some(id), _) => commands.revert(id).await,
            (_, Some(id), Some(other)) => commands.credit(id, other, &name[..9]).await,
            (_, Some(id), None) => commands.revise(id, &name).await,
        };
        let Some(acknowledged) = acknowledged else {
            return;
        };
        if let Acknowledged::Record {
            key: Key::Author(_) | Key::Book(_),
            version: 1,
            ..
        } = &acknowledged
        {
            let Acknowledged::Record { key, .. } = &acknowledged else {
                return;
            };
            self.ids[side].push(key.place().0);
        }
        self.acknowledged.push(acknowledged);
    }
}
