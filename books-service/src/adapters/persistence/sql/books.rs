//! Books in SQL: conditional saves.

use std::collections::BTreeMap;

use replication::sql::{Insertion, is_one_of};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, Iterable, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{LockBehavior, LockType, OnConflict},
};
use shared_events::BookId;

use super::{
    entity::{book_identifiers, books},
    rows,
    searched::{self, Texts},
};
use crate::domain::Book;

/// A book to be saved, with what it was when that was decided.
type Revision<'a> = (Option<&'a Book>, &'a Book);

/// The versions of those that are there already, which nobody else can change until the
/// transaction ends. One that somebody else has locked is passed over, and so stale: the others of
/// the batch need not wait for it.
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
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let held: Vec<(i64, i64)> = query.into_tuple().all(transaction).await?;
    held.into_iter()
        .map(|(id, version)| Ok((rows::book_id(id)?, version)))
        .collect()
}

/// Saves books that are [locked](lock), and new ones, with what they are found by. Returns `false`
/// if a new one is there already; then the caller must roll back.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[Revision<'_>],
    texts: Texts,
) -> Result<bool, DbErr> {
    use books::{Column, Entity};
    forget_identifiers(transaction, changes).await?;
    let found_by_others = |(before, after): &&Revision<'_>| {
        before.is_some() && texts.contains_key(&after.state.book_id)
    };
    let former: Vec<_> = ids(changes.iter().filter(found_by_others)).collect();
    let afters = || changes.iter().map(|(_, after)| *after);
    searched::forget(transaction, &former, afters()).await?;

    let (revised, new): (Vec<_>, Vec<_>) = changes.iter().partition(|(before, _)| before.is_some());
    let count = new.len() as u64;
    let as_rows = |changes: Vec<Revision<'_>>| {
        let rows = changes.into_iter();
        rows.map(|(_, after)| rows::book_row(after)).collect()
    };
    let mut by_id = OnConflict::column(Column::Id);
    let mut replaced = OnConflict::column(Column::Id);
    replaced.update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)));
    let backend = transaction.get_database_backend();
    let insertion = Insertion::of::<Entity>(backend, as_rows(new), Some(by_id.do_nothing()))?
        .and::<Entity>(as_rows(revised), Some(&replaced))?
        .and::<book_identifiers::Entity>(identifiers(changes), None)?;
    let insertion = searched::insert(insertion, afters(), texts)?;
    Ok(insertion.run(transaction).await? == count)
}

fn has_other_identifiers((before, after): &&Revision<'_>) -> bool {
    before.is_none_or(|before| {
        before.deleted != after.deleted || before.state.identifiers != after.state.identifiers
    })
}

async fn forget_identifiers(
    transaction: &DatabaseTransaction,
    changes: &[Revision<'_>],
) -> Result<(), DbErr> {
    use book_identifiers::{Column, Entity};
    let had_some = |(before, _): &&Revision<'_>| {
        before.is_some_and(|before| !before.state.identifiers.is_empty())
    };
    let changes = changes.iter().filter(has_other_identifiers);
    let former: Vec<_> = ids(changes.filter(had_some)).collect();
    if !former.is_empty() {
        let backend = transaction.get_database_backend();
        Entity::delete_many()
            .filter(is_one_of(backend, Column::BookId, former))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

fn identifiers(changes: &[Revision<'_>]) -> Vec<book_identifiers::Model> {
    let changes = changes.iter().filter(has_other_identifiers);
    changes
        .flat_map(|(_, after)| rows::identifier_rows(after))
        .collect()
}

fn ids<'a>(changes: impl Iterator<Item = &'a Revision<'a>>) -> impl Iterator<Item = i64> {
    changes.map(|(_, after)| after.state.book_id.get())
}
