//! Link registers in SQL: conditional saves of this side's changes, merges of the other side's, and
//! repairs.

use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr},
};
use shared_events::{LinkRegister, Side};

use super::{
    DIFFERS,
    entity::book_authors::{Column, Entity},
    rows::link_row,
};
use crate::domain::Link;

/// At most so many rows a statement: a link has 8 parameters, SQLite takes 32,766.
const CHUNK: usize = 2_000;

/// Saves links that this side changed, each with the register that was read before. Returns
/// `false` if one of them is not as it was read; then the caller must roll back.
pub(super) async fn save(
    transaction: &DatabaseTransaction,
    changes: &[(Option<&LinkRegister>, &Link)],
) -> Result<bool, DbErr> {
    let new = changes.iter().filter(|(before, _)| before.is_none());
    let rows: Vec<_> = new.map(|(_, link)| link_row(link)).collect();
    for chunk in rows.chunks(CHUNK) {
        let inserted = Entity::insert_many(chunk.to_vec())
            .on_conflict(
                OnConflict::columns([Column::BookId, Column::AuthorId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
        if inserted != chunk.len() as u64 {
            return Ok(false);
        }
    }
    for (before, link) in changes {
        let Some(before) = before else { continue };
        let updated = Entity::update_many()
            .set(link_row(link))
            .filter(Column::BookId.eq(link.key.book_id.get()))
            .filter(Column::AuthorId.eq(link.key.author_id.get()))
            .filter(Column::PresenceRevision.eq(before.presence.revision.get()))
            .filter(Column::CreditRevision.eq(before.credit.revision.get()))
            .exec(transaction)
            .await?;
        if updated.rows_affected != 1 {
            return Ok(false);
        }
    }
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
    let mut changed = 0;
    for chunk in links.chunks(CHUNK) {
        let mut assignments = Vec::new();
        let mut any_part_changes = Condition::any();
        for (revision, columns) in parts {
            let differs = columns.iter().fold(Condition::any(), |any, column| {
                any.add(offered(*column).binary(DIFFERS, held(*column)))
            });
            any_part_changes =
                any_part_changes.add(Condition::all().add(wins(revision)).add(differs));
            for column in columns {
                let winner = CaseStatement::new()
                    .case(wins(revision), offered(*column))
                    .finally(held(*column));
                assignments.push((*column, winner.into()));
            }
        }
        changed += Entity::insert_many(chunk.iter().map(link_row))
            .on_conflict(
                OnConflict::columns([Column::BookId, Column::AuthorId])
                    .values(assignments)
                    .action_cond_where(any_part_changes)
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(changed)
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
