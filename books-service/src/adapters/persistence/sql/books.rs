//! Books in SQL: conditional saves.

use std::collections::BTreeMap;

use replication::sql::{insert_rows, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, Iterable, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};
use shared_events::BookId;

use super::{
    entity::{book_identifiers, books},
    rows, searched,
};
use crate::domain::Book;

/// A book to be saved, with what it was when that was decided.
type Revision<'a> = (Option<&'a Book>, &'a Book);

/// The versions of those that are there already, which nobody else can change until the
/// transaction ends.
pub(super) async fn lock(
    transaction: &DatabaseTransaction,
    changes: &[Revision<'_>],
) -> Result<BTreeMap<BookId, i64>, DbErr> {
    use books::{Column, Entity};
    let revised: Vec<_> = ids(changes.iter().filter(|(before, _)| before.is_some())).collect();
    if revised.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = transaction.get_database_backend();
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Version])
        .filter(is_one_of(backend, Column::Id, revised))
        .order_by_asc(Column::Id);
    if backend == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let held: Vec<(i64, i64)> = query.into_tuple().all(transaction).await?;
    held.into_iter()
        .map(|(id, version)| Ok((rows::book_id(id)?, version)))
        .collect()
}

/// Saves books that are [locked](lock), and new ones. Returns `false` if a new one is there
/// already; then the caller must roll back.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[Revision<'_>],
) -> Result<bool, DbErr> {
    use books::{Column, Entity};
    let (revised, new): (Vec<_>, Vec<_>) = changes.iter().partition(|(before, _)| before.is_some());
    let count = new.len() as u64;
    let as_rows = |changes: Vec<Revision<'_>>| {
        let rows = changes.into_iter();
        rows.map(|(_, after)| rows::book_row(after)).collect()
    };
    let mut by_id = OnConflict::column(Column::Id);
    let inserted =
        insert_rows::<Entity>(transaction, as_rows(new), Some(by_id.do_nothing())).await?;
    if inserted != count {
        return Ok(false);
    }
    let all_but_id = Column::iter().filter(|column| !matches!(column, Column::Id));
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(all_but_id);
    insert_rows::<Entity>(transaction, as_rows(revised), Some(&replaced)).await?;
    save_identifiers(transaction, changes).await?;
    searched::save(transaction, changes).await?;
    Ok(true)
}

async fn save_identifiers(
    transaction: &DatabaseTransaction,
    changes: &[Revision<'_>],
) -> Result<(), DbErr> {
    use book_identifiers::{Column, Entity};
    let differ = |(before, after): &&Revision<'_>| {
        before.is_none_or(|before| {
            before.deleted != after.deleted || before.state.identifiers != after.state.identifiers
        })
    };
    let changes: Vec<_> = changes.iter().filter(differ).collect();
    let had_some = |(before, _): &&&Revision<'_>| {
        before.is_some_and(|before| !before.state.identifiers.is_empty())
    };
    let former: Vec<_> = ids(changes.iter().filter(had_some).copied()).collect();
    if !former.is_empty() {
        let backend = transaction.get_database_backend();
        Entity::delete_many()
            .filter(is_one_of(backend, Column::BookId, former))
            .exec(transaction)
            .await?;
    }
    let rows = changes
        .iter()
        .flat_map(|(_, after)| rows::identifier_rows(after));
    insert_rows::<Entity>(transaction, rows.collect(), None).await?;
    Ok(())
}

fn ids<'a>(changes: impl Iterator<Item = &'a Revision<'a>>) -> impl Iterator<Item = i64> {
    changes.map(|(_, after)| after.state.book_id.get())
}
