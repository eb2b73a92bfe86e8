//! Link registers in SQL: conditional saves of this side's changes, merges of the other side's, and
//! repairs.

use std::collections::BTreeMap;

use replication::sql::{insert_rows, is_one_of_pairs};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, Iterable,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{
        Alias, CaseStatement, Expr, ExprTrait, LockBehavior, LockType, OnConflict, SimpleExpr,
    },
};
use shared_events::{LinkRegister, Side};

use super::{
    DIFFERS,
    entity::book_authors::{Column, Entity},
    rows::{self, link_row},
};
use crate::domain::{Link, LinkKey};

/// The revisions of both parts of a link, which stand for its state.
pub(super) type Revisions = (i64, i64);

/// The revisions of both parts of `register`.
pub(super) fn revisions(register: &LinkRegister) -> Revisions {
    let LinkRegister { presence, credit } = register;
    (presence.revision.get(), credit.revision.get())
}

/// The revisions of those that are there already, which nobody else can change until the
/// transaction ends; what somebody else has locked is passed over.
pub(super) async fn lock(
    transaction: &DatabaseTransaction,
    changes: &[(Option<&LinkRegister>, &Link)],
) -> Result<BTreeMap<LinkKey, Revisions>, DbErr> {
    let revised = changes.iter().filter(|(before, _)| before.is_some());
    let pairs: Vec<_> = revised
        .map(|(_, Link { key, .. })| (key.book_id.get(), key.author_id.get()))
        .collect();
    if pairs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = transaction.get_database_backend();
    let mut query = Entity::find()
        .filter(is_one_of_pairs(
            backend,
            [Column::BookId, Column::AuthorId],
            &pairs,
        ))
        .order_by_asc(Column::BookId)
        .order_by_asc(Column::AuthorId);
    if backend == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let held = query.all(transaction).await?;
    let revisions = |row| rows::link(row).map(|link| (link.key, revisions(&link.register)));
    held.into_iter().map(revisions).collect()
}

/// Saves links that are [locked](lock), and new ones. Returns `false` if a new one is there
/// already; then the caller must roll back.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[(Option<&LinkRegister>, &Link)],
) -> Result<bool, DbErr> {
    let as_rows = |is_new: bool| {
        let changes = changes.iter();
        let wanted = changes.filter(move |(before, _)| before.is_none() == is_new);
        wanted.map(|(_, link)| link_row(link)).collect::<Vec<_>>()
    };
    let new = as_rows(true);
    let count = new.len() as u64;
    if insert_rows::<Entity>(transaction, new, Some(by_pair().do_nothing())).await? != count {
        return Ok(false);
    }
    let others = |column: &Column| !matches!(column, Column::BookId | Column::AuthorId);
    let mut replaced = by_pair();
    replaced.update_columns(Column::iter().filter(others));
    insert_rows::<Entity>(transaction, as_rows(false), Some(&replaced)).await?;
    Ok(true)
}

/// Merges links that the other side told of, each pair once: of each part the greater revision
/// wins, as in [`LinkRegister::merge`].
pub(super) async fn merge(transaction: &DatabaseTransaction, links: &[Link]) -> Result<(), DbErr> {
    upsert(transaction, links, is_newer).await.map(|_| ())
}

/// Repairs links by what `side` holds of them, each pair once, as in [`LinkRegister::repair`].
/// Returns how many have changed.
pub(super) async fn repair(
    transaction: &DatabaseTransaction,
    links: &[Link],
    side: Side,
) -> Result<u64, DbErr> {
    let wins = |revision| {
        let is_its_own = offered(revision).bit_and(1_i64).eq(side.bit());
        let ties = offered(revision).eq(held(revision));
        is_newer(revision).or(ties.and(is_its_own))
    };
    upsert(transaction, links, wins).await
}

/// Inserts links; of one that is held, each part becomes the offered one if its revision `wins`.
/// Returns how many were inserted or have changed.
async fn upsert(
    transaction: &DatabaseTransaction,
    links: &[Link],
    wins: impl Fn(Column) -> SimpleExpr,
) -> Result<u64, DbErr> {
    let parts: [(Column, &[Column]); 2] = [
        (
            Column::PresenceRevision,
            &[Column::Present, Column::PresenceRevision],
        ),
        (
            Column::CreditRevision,
            &[
                Column::Role,
                Column::Position,
                Column::CreditedAs,
                Column::CreditRevision,
            ],
        ),
    ];
    let mut assignments = Vec::new();
    let mut any_part_changes = Condition::any();
    for (revision, columns) in parts {
        let differs = columns.iter().fold(Condition::any(), |any, column| {
            any.add(offered(*column).binary(DIFFERS, held(*column)))
        });
        any_part_changes = any_part_changes.add(Condition::all().add(wins(revision)).add(differs));
        for column in columns {
            let winner = CaseStatement::new()
                .case(wins(revision), offered(*column))
                .finally(held(*column));
            assignments.push((*column, winner.into()));
        }
    }
    let mut merged = by_pair();
    merged
        .values(assignments)
        .action_cond_where(any_part_changes);
    let rows = links.iter().map(link_row).collect();
    insert_rows::<Entity>(transaction, rows, Some(&merged)).await
}

fn by_pair() -> OnConflict {
    OnConflict::columns([Column::BookId, Column::AuthorId])
}

fn offered(column: Column) -> SimpleExpr {
    Expr::col((Alias::new("excluded"), column))
}

fn held(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

fn is_newer(revision: Column) -> SimpleExpr {
    offered(revision).gt(held(revision))
}
