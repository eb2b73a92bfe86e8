//! When rows were committed, as PostgreSQL keeps it: the same clock for both services, and nobody
//! has to watch while it is measured.

use std::{collections::BTreeMap, time::Duration};

use sea_orm::{ConnectionTrait, Statement};

use super::connect;
use crate::{failure::Result, statistics::Durations};

/// Since 1970.
type Commits = BTreeMap<i64, Duration>;

/// How long after its commit as an author each was committed as a copy.
pub(crate) struct Arrivals {
    /// One for each copy.
    pub(crate) lags: Durations,
    /// From the first author to the last copy.
    pub(crate) whole: Duration,
}

/// What became of the authors with ids above `after`, all of which must be there as copies.
///
/// # Errors
/// If the server does not keep commit times.
pub(crate) async fn arrivals(authors: &str, books: &str, after: i64) -> Result<Arrivals> {
    let created = commits(authors, "authors", after).await?;
    let copied = commits(books, "authors_cache", after).await?;
    let first = created.values().min().copied().unwrap_or_default();
    let last = copied.values().max().copied().unwrap_or_default();
    let lag = |(id, copied): (i64, Duration)| Some(copied.saturating_sub(*created.get(&id)?));
    Ok(Arrivals {
        lags: copied.into_iter().filter_map(lag).collect(),
        whole: last.saturating_sub(first),
    })
}

async fn commits(url: &str, table: &str, after: i64) -> Result<Commits> {
    let connection = connect(url).await?;
    let query = format!(
        "SELECT id, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS at \
         FROM {table} WHERE id > {after}"
    );
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let mut commits = Commits::new();
    for row in connection.query_all_raw(statement).await? {
        let at: i64 = row.try_get("", "at")?;
        commits.insert(
            row.try_get("", "id")?,
            Duration::from_micros(at.unsigned_abs()),
        );
    }
    connection.close().await?;
    Ok(commits)
}
