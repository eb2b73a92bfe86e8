//! Parts of tables, read in the order of their keys' places.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::records::Range;

/// [`shared_events::control::BUCKETS`] for the database.
const BUCKETS: i64 = shared_events::control::BUCKETS as i64;

/// The rows in `range` of a table of records, whose place is their id.
pub fn rows_by_id<E: EntityTrait>(range: &Range, id: E::Column) -> Select<E> {
    let mut query = E::find().filter(id.gt(range.after.0));
    if let Some((through, _)) = range.through {
        query = query.filter(id.lte(through));
    }
    if let Some(bucket) = range.bucket {
        query = query.filter(bucket_of(id).eq(i64::from(bucket)));
    }
    query.order_by_asc(id).limit(u64::from(range.limit))
}

/// The rows in `range` of a table of links, whose place is a pair of ids.
pub fn rows_by_pair<E: EntityTrait>(range: &Range, [first, second]: [E::Column; 2]) -> Select<E> {
    // Compared as a pair, by which an index on the pair finds the beginning at once.
    let place = || Expr::tuple([first.into_expr(), second.into_expr()]);
    let pair = |(first, second): (i64, i64)| Expr::tuple([first.into(), second.into()]);
    let mut query = E::find().filter(place().gt(pair(range.after)));
    if let Some(through) = range.through {
        query = query.filter(place().lte(pair(through)));
    }
    if let Some(bucket) = range.bucket {
        // Each by itself first: the sum of two ids may be too large for the database.
        let sum = bucket_of(first).add(bucket_of(second));
        query = query.filter(sum.modulo(BUCKETS).eq(i64::from(bucket)));
    }
    query
        .order_by_asc(first)
        .order_by_asc(second)
        .limit(u64::from(range.limit))
}

fn bucket_of(id: impl ColumnTrait) -> Expr {
    id.into_expr().modulo(BUCKETS)
}
