//! The keys that a process is working on: of two requests under one key the second is told so at
//! once, and does not wait.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The keys that are being worked on. It holds no more of them than there are requests.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<String>>>);

/// Holds a key until it is dropped.
#[derive(Debug)]
pub struct Place {
    keys: InFlight,
    key: String,
}

impl InFlight {
    /// Takes `key`; `None` while somebody else has it.
    pub fn enter(&self, key: &str) -> Option<Place> {
        let is_new = self.keys().insert(key.to_owned());
        is_new.then(|| Place {
            keys: self.clone(),
            key: key.to_owned(),
        })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<String>> {
        // A set of keys is whole whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.keys.keys().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_by_one_until_it_lets_go() {
        let keys = InFlight::default();
        let place = keys.enter("a");
        assert!(place.is_some());
        assert!(keys.enter("a").is_none());
        assert!(keys.enter("b").is_some());
        drop(place);
        assert!(keys.enter("a").is_some());
    }
}
