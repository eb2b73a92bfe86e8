//! Compares a bucket with what the asker holds of it, and sends what differs.

use std::collections::BTreeMap;

use shared_events::{
    Key,
    control::{BucketRequested, BucketRows, CONTENT_VERSION, ControlMessage, HeldRow, Part},
};
use tracing::debug;

use super::{Answers, Unanswered, row};
use crate::{
    records::{Range, StoredRow, Table},
    repair::digests::{PAGE, next},
};

/// At most so many rows are sent for one request; the asker asks on behind them.
const MOST_ROWS: usize = 500;

/// What an asker is to be told of a range.
struct Difference {
    rows: Vec<StoredRow>,
    unknown: Vec<Key>,
    /// Where the range ended.
    through: Option<(i64, i64)>,
}

impl Answers {
    pub(super) async fn bucket(&self, request: &BucketRequested) -> Result<(), Unanswered> {
        if request.content_version != CONTENT_VERSION {
            debug!("the asker's release compares other fields");
            return Ok(());
        }
        let epoch = self.log.head().await?.epoch;
        let difference = self.compare(request).await?;
        let versions: Vec<_> = difference
            .rows
            .iter()
            .map(|row| (row.key, row.version.version))
            .collect();
        let sequences = self.log.sequences(&versions).await?;
        let rows = difference
            .rows
            .into_iter()
            .map(|stored| {
                let sequence = sequences.get(&(stored.key, stored.version.version));
                row(stored, sequence.copied())
            })
            .collect::<Result<_, _>>()?;
        let message = ControlMessage::BucketRows(BucketRows {
            producer: self.service.to_owned(),
            epoch,
            part: request.part,
            bucket: request.bucket,
            after: request.after,
            through: difference.through,
            rows,
            unknown: difference.unknown,
        });
        Ok(self.channel.answer(&request.reply_to, &message).await?)
    }

    async fn compare(&self, request: &BucketRequested) -> Result<Difference, Unanswered> {
        let table = match request.part {
            Part::Records => Table::Owned,
            Part::Links => Table::Links,
        };
        let mut held: BTreeMap<(i64, i64), &HeldRow> = request
            .held
            .iter()
            .map(|row| (row.key.place(), row))
            .collect();
        let mut range = Range {
            after: request.after,
            through: request.through,
            bucket: Some(request.bucket),
            limit: PAGE,
        };
        let mut rows = Vec::new();
        let mut through = request.through;
        'pages: loop {
            let page = self.records.rows(table, &range).await?;
            let next = next(&page);
            for row in page {
                let place = row.key.place();
                let same = held
                    .remove(&place)
                    .is_some_and(|held| held.hash == row.hash());
                if !same {
                    rows.push(row);
                    if rows.len() == MOST_ROWS {
                        through = Some(place);
                        break 'pages;
                    }
                }
            }
            match next {
                Some(after) => range.after = after,
                None => break,
            }
        }
        let is_covered = |place: &(i64, i64)| through.is_none_or(|end| *place <= end);
        let unknown = held
            .into_iter()
            .filter(|(place, _)| is_covered(place))
            .map(|(_, row)| row.key)
            .collect();
        Ok(Difference {
            rows,
            unknown,
            through,
        })
    }
}
