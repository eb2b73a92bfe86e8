//! Authors and links for commands.

use std::collections::BTreeMap;

use async_trait::async_trait;
use replication::{
    StoreError,
    sql::{append, is_conflict, reserve_ids, store_error},
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect,
};
use shared_events::{AuthorId, BookId};

use super::{SqlStore, entity, links, rows};
use crate::{
    adapters::messaging::log_entry,
    domain::{Author, AuthorRepository, Change, Context, Loaded, SaveError, Wanted},
};

/// So many ids are reserved at a time; what is left of a block when the process ends is a gap.
const ID_BLOCK: u32 = 100;

#[async_trait]
impl AuthorRepository for SqlStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<AuthorId>, StoreError> {
        let mut ids = self.ids.lock().await;
        let mut given = Vec::new();
        while given.len() < count as usize {
            if ids.is_empty() {
                let block = ID_BLOCK.max(count);
                let first = reserve_ids(&self.database, block)
                    .await
                    .map_err(store_error)?;
                *ids = first..first + i64::from(block);
            }
            for id in ids.by_ref().take(count as usize - given.len()) {
                given.push(rows::author_id(id).map_err(store_error)?);
            }
        }
        Ok(given)
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let load = async {
            Ok(Loaded {
                authors: self.load_authors(wanted).await?,
                books: self.load_books(wanted).await?,
                links: self.load_links(wanted).await?,
            })
        };
        load.await.map_err(store_error)
    }

    async fn save(&self, changes: &[Change], context: &Context) -> Result<(), SaveError> {
        let entries = changes
            .iter()
            .map(|change| log_entry(change, context))
            .collect::<Result<Vec<_>, _>>()?;
        let write = async {
            let transaction = self.database.begin().await?;
            if !save_authors(&transaction, changes).await?
                || !save_links(&transaction, changes).await?
            {
                transaction.rollback().await?;
                return Ok(false);
            }
            append(&transaction, entries).await?;
            fail_point::reach("before_commit");
            transaction.commit().await?;
            fail_point::reach("after_commit");
            Ok(true)
        };
        match write.await {
            Ok(true) => {
                self.committed.ring();
                Ok(())
            }
            Ok(false) => Err(SaveError::Conflict),
            Err(error) if is_conflict(&error) => Err(SaveError::Conflict),
            Err(error) => Err(store_error(error).into()),
        }
    }
}

#[derive(FromQueryResult)]
struct GreatestPosition {
    book_id: i64,
    position: i32,
}

impl SqlStore {
    async fn load_authors(&self, wanted: &Wanted) -> Result<BTreeMap<AuthorId, Author>, DbErr> {
        use entity::authors::{Column, Entity};
        if wanted.authors.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = Entity::find()
            .filter(Column::Id.is_in(wanted.authors.iter().map(|id| id.get())))
            .all(self.database.reader())
            .await?;
        let author = |row| rows::author(row).map(|author| (author.state.author_id, author));
        found.into_iter().map(author).collect()
    }

    async fn load_books(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, i32>, DbErr> {
        if wanted.books.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<i64> = wanted.books.iter().map(|id| id.get()).collect();
        let live: Vec<i64> = {
            use entity::books_cache::{Column, Entity};
            Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(Column::Id.is_in(ids.iter().copied()))
                .filter(Column::Deleted.eq(false))
                .into_tuple()
                .all(self.database.reader())
                .await?
        };
        let positions = {
            use entity::author_books::{Column, Entity};
            Entity::find()
                .select_only()
                .column(Column::BookId)
                .column_as(Column::Position.max(), "position")
                .filter(Column::BookId.is_in(ids))
                .filter(Column::Present.eq(true))
                .group_by(Column::BookId)
                .into_model::<GreatestPosition>()
                .all(self.database.reader())
                .await?
        };
        let mut books = BTreeMap::new();
        for id in live {
            books.insert(rows::book_id(id)?, 0);
        }
        for GreatestPosition { book_id, position } in positions {
            if let Some(greatest) = books.get_mut(&rows::book_id(book_id)?) {
                *greatest = position.max(0);
            }
        }
        Ok(books)
    }

    async fn load_links(
        &self,
        wanted: &Wanted,
    ) -> Result<BTreeMap<crate::domain::LinkKey, shared_events::LinkRegister>, DbErr> {
        use entity::author_books::{Column, Entity};
        // By author rather than by pair: a command names one author and up to 1,000 books.
        let mut by_author: BTreeMap<AuthorId, Vec<i64>> = BTreeMap::new();
        for key in &wanted.links {
            by_author
                .entry(key.author_id)
                .or_default()
                .push(key.book_id.get());
        }
        if by_author.is_empty() {
            return Ok(BTreeMap::new());
        }
        let pairs = by_author
            .into_iter()
            .fold(Condition::any(), |any, (author_id, book_ids)| {
                any.add(
                    Condition::all()
                        .add(Column::AuthorId.eq(author_id.get()))
                        .add(Column::BookId.is_in(book_ids)),
                )
            });
        let found = Entity::find()
            .filter(pairs)
            .all(self.database.reader())
            .await?;
        let link = |row| rows::link(row).map(|link| (link.key, link.register));
        found.into_iter().map(link).collect()
    }
}

/// Rows are locked in the order of their keys, so that two saves can't wait for each other.
async fn save_authors(
    transaction: &DatabaseTransaction,
    changes: &[Change],
) -> Result<bool, DbErr> {
    use entity::authors::{Column, Entity};
    let mut authors: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Author { before, after } => Some((before, after)),
            Change::Link { .. } => None,
        })
        .collect();
    authors.sort_by_key(|(_, after)| after.state.author_id);
    for (before, after) in authors {
        match before {
            None => {
                Entity::insert(rows::author_row(after))
                    .exec_without_returning(transaction)
                    .await?;
            }
            Some(before) => {
                let updated = Entity::update_many()
                    .set(rows::author_row(after))
                    .filter(Column::Id.eq(after.state.author_id.get()))
                    .filter(Column::Version.eq(before.version))
                    .exec(transaction)
                    .await?;
                if updated.rows_affected != 1 {
                    return Ok(false);
                }
            }
        }
        save_identifiers(transaction, before.as_deref(), after).await?;
    }
    Ok(true)
}

async fn save_identifiers(
    transaction: &DatabaseTransaction,
    before: Option<&Author>,
    after: &Author,
) -> Result<(), DbErr> {
    use entity::author_identifiers::{Column, Entity};
    let same = |before: &Author| {
        before.deleted == after.deleted && before.state.identifiers == after.state.identifiers
    };
    if before.is_some_and(same) {
        return Ok(());
    }
    if before.is_some_and(|before| !before.state.identifiers.is_empty()) {
        Entity::delete_many()
            .filter(Column::AuthorId.eq(after.state.author_id.get()))
            .exec(transaction)
            .await?;
    }
    let rows: Vec<_> = rows::identifier_rows(after).collect();
    if !rows.is_empty() {
        Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

async fn save_links(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<bool, DbErr> {
    let mut links: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Link { before, after } => Some((before.as_ref(), after)),
            Change::Author { .. } => None,
        })
        .collect();
    links.sort_by_key(|(_, link)| link.key);
    links::save(transaction, &links).await
}
