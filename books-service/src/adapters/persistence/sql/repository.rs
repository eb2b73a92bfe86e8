//! Books and links for commands.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use replication::{
    StoreError,
    sql::{append, is_conflict, reserve_ids, store_error},
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use shared_events::{AuthorId, BookId};

use super::{SqlStore, entity, links, rows};
use crate::{
    adapters::messaging::log_entry,
    domain::{
        Book, BookRepository, Change, Claim, Context, Loaded, SaveError, Wanted, values::BookScheme,
    },
};
use ::values::Scheme;

/// So many ids are reserved at a time; what is left of a block when the process ends is a gap.
const ID_BLOCK: u32 = 100;

#[async_trait]
impl BookRepository for SqlStore {
    async fn next_ids(&self, count: u32) -> Result<Vec<BookId>, StoreError> {
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
                given.push(rows::book_id(id).map_err(store_error)?);
            }
        }
        Ok(given)
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let load = async {
            Ok(Loaded {
                books: self.load_books(wanted).await?,
                authors: self.load_authors(wanted).await?,
                links: self.load_links(wanted).await?,
                positions: self.load_positions(wanted).await?,
                claims: self.load_claims(wanted).await?,
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
            if !save_books(&transaction, changes).await?
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

fn isbn(claim: &Claim) -> Option<&str> {
    match claim {
        Claim::Isbn(isbn) => Some(isbn),
        Claim::Identifier(..) => None,
    }
}

fn identifier(claim: &Claim) -> Option<(BookScheme, &str)> {
    match claim {
        Claim::Isbn(_) => None,
        Claim::Identifier(scheme, value) => Some((*scheme, value)),
    }
}

impl SqlStore {
    async fn load_books(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, Book>, DbErr> {
        use entity::books::{Column, Entity};
        if wanted.books.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = Entity::find()
            .filter(Column::Id.is_in(wanted.books.iter().map(|id| id.get())))
            .all(self.database.reader())
            .await?;
        let book = |row| rows::book(row).map(|book| (book.state.book_id, book));
        found.into_iter().map(book).collect()
    }

    async fn load_authors(&self, wanted: &Wanted) -> Result<BTreeSet<AuthorId>, DbErr> {
        use entity::authors_cache::{Column, Entity};
        if wanted.authors.is_empty() {
            return Ok(BTreeSet::new());
        }
        let live: Vec<i64> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(wanted.authors.iter().map(|id| id.get())))
            .filter(Column::Deleted.eq(false))
            .into_tuple()
            .all(self.database.reader())
            .await?;
        live.into_iter().map(rows::author_id).collect()
    }

    async fn load_positions(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, i32>, DbErr> {
        use entity::book_authors::{Column, Entity};
        if wanted.positions.is_empty() {
            return Ok(BTreeMap::new());
        }
        let greatest: Vec<(i64, i32)> = Entity::find()
            .select_only()
            .column(Column::BookId)
            .column_as(Column::Position.max(), "position")
            .filter(Column::BookId.is_in(wanted.positions.iter().map(|id| id.get())))
            .filter(Column::Present.eq(true))
            .group_by(Column::BookId)
            .into_tuple()
            .all(self.database.reader())
            .await?;
        let position = |(id, position): (i64, i32)| Ok((rows::book_id(id)?, position.max(0)));
        greatest.into_iter().map(position).collect()
    }

    async fn load_claims(&self, wanted: &Wanted) -> Result<BTreeMap<Claim, BookId>, DbErr> {
        let mut claims = BTreeMap::new();
        let isbns: Vec<&str> = wanted.claims.iter().filter_map(isbn).collect();
        if !isbns.is_empty() {
            use entity::books::{Column, Entity};
            let found: Vec<(i64, String)> = Entity::find()
                .select_only()
                .columns([Column::Id, Column::Isbn])
                .filter(Column::Isbn.is_in(isbns))
                .filter(Column::Deleted.eq(false))
                .into_tuple()
                .all(self.database.reader())
                .await?;
            for (id, isbn) in found {
                claims.insert(Claim::Isbn(isbn), rows::book_id(id)?);
            }
        }
        let mut by_scheme: BTreeMap<BookScheme, Vec<&str>> = BTreeMap::new();
        for (scheme, value) in wanted.claims.iter().filter_map(identifier) {
            by_scheme.entry(scheme).or_default().push(value);
        }
        if !by_scheme.is_empty() {
            use entity::book_identifiers::{Column, Entity};
            let any = by_scheme
                .into_iter()
                .fold(Condition::any(), |any, (scheme, values)| {
                    any.add(
                        Condition::all()
                            .add(Column::Scheme.eq(scheme.as_str()))
                            .add(Column::Value.is_in(values)),
                    )
                });
            for row in Entity::find()
                .filter(any)
                .all(self.database.reader())
                .await?
            {
                let known = BookScheme::ALL
                    .iter()
                    .find(|known| known.as_str() == row.scheme);
                if let Some(scheme) = known {
                    let claim = Claim::Identifier(*scheme, row.value);
                    claims.insert(claim, rows::book_id(row.book_id)?);
                }
            }
        }
        Ok(claims)
    }

    async fn load_links(
        &self,
        wanted: &Wanted,
    ) -> Result<BTreeMap<crate::domain::LinkKey, shared_events::LinkRegister>, DbErr> {
        use entity::book_authors::{Column, Entity};
        // By book rather than by pair: a command names one book and up to 1,000 authors.
        let mut by_book: BTreeMap<BookId, Vec<i64>> = BTreeMap::new();
        for key in &wanted.links {
            by_book
                .entry(key.book_id)
                .or_default()
                .push(key.author_id.get());
        }
        if by_book.is_empty() {
            return Ok(BTreeMap::new());
        }
        let pairs = by_book
            .into_iter()
            .fold(Condition::any(), |any, (book_id, author_ids)| {
                any.add(
                    Condition::all()
                        .add(Column::BookId.eq(book_id.get()))
                        .add(Column::AuthorId.is_in(author_ids)),
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
async fn save_books(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<bool, DbErr> {
    use entity::books::{Column, Entity};
    let mut books: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Book { before, after } => Some((before, after)),
            Change::Link { .. } => None,
        })
        .collect();
    books.sort_by_key(|(_, after)| after.state.book_id);
    for (before, after) in books {
        match before {
            None => {
                Entity::insert(rows::book_row(after))
                    .exec_without_returning(transaction)
                    .await?;
            }
            Some(before) => {
                let updated = Entity::update_many()
                    .set(rows::book_row(after))
                    .filter(Column::Id.eq(after.state.book_id.get()))
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
    before: Option<&Book>,
    after: &Book,
) -> Result<(), DbErr> {
    use entity::book_identifiers::{Column, Entity};
    let same = |before: &Book| {
        before.deleted == after.deleted && before.state.identifiers == after.state.identifiers
    };
    if before.is_some_and(same) {
        return Ok(());
    }
    if before.is_some_and(|before| !before.state.identifiers.is_empty()) {
        Entity::delete_many()
            .filter(Column::BookId.eq(after.state.book_id.get()))
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
            Change::Book { .. } => None,
        })
        .collect();
    links.sort_by_key(|(_, link)| link.key);
    links::save(transaction, &links).await
}
