//! A store that failed, as a problem document.

use replication::StoreError;
use service_kit::{health::unavailable, problem::Problem};
use tracing::warn;

/// 503 while the database can't be used; 500 when it refuses what only a fault of the service can
/// have sent.
pub fn of_store(error: StoreError) -> Problem {
    match error {
        StoreError::Unavailable(reason) => {
            warn!(reason, "the database can't be used");
            unavailable("The database can't be used just now; please try again.")
        }
        StoreError::Data(reason) => Problem::internal(&reason),
    }
}
