//! Makes books, and by the names of authors, searchable that were written before they were, or when texts were folded
//! otherwise.

use replication::{
    StoreError,
    sql::{Insertion, store_error},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use search::sql::{Progress, progress, set_progress};
use tracing::warn;

use super::{
    SqlStore, cached_names,
    entity::{
        self,
        books::{Column, Entity, Model},
    },
    rows, searched,
};
use crate::domain::Book;

/// So many records a transaction.
const BATCH: u64 = 500;
const BOOKS: &str = "books";
const AUTHORS: &str = "cached authors";

impl SqlStore {
    /// Goes on where it was left, until all books that can be read are searchable.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        while self.next_batch().await.map_err(store_error)? != Progress::Complete {}
        while self.next_authors().await.map_err(store_error)? != Progress::Complete {}
        Ok(())
    }

    async fn next_authors(&self) -> Result<Progress, DbErr> {
        use entity::authors_cache::{Column, Entity};
        let transaction = self.database.begin().await?;
        let Progress::Through(id) = progress(&transaction, AUTHORS).await? else {
            transaction.rollback().await?;
            return Ok(Progress::Complete);
        };
        let mut query = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.gt(id))
            .order_by_asc(Column::Id)
            .limit(BATCH);
        if transaction.get_database_backend() == DbBackend::Postgres {
            query = query.lock_exclusive();
        }
        let ids: Vec<i64> = query.into_tuple().all(&transaction).await?;
        let texts = cached_names::texts(&transaction, &ids).await?;
        self.dictionary
            .learn(&transaction, cached_names::phrases(&texts))
            .await?;
        cached_names::follow(&transaction, texts).await?;
        let reached = ids
            .last()
            .map_or(Progress::Complete, |id| Progress::Through(*id));
        set_progress(&transaction, AUTHORS, reached).await?;
        transaction.commit().await?;
        Ok(reached)
    }

    async fn next_batch(&self) -> Result<Progress, DbErr> {
        let transaction = self.database.begin().await?;
        let Progress::Through(id) = progress(&transaction, BOOKS).await? else {
            transaction.rollback().await?;
            return Ok(Progress::Complete);
        };
        let mut query = Entity::find()
            .filter(Column::Id.gt(id))
            .order_by_asc(Column::Id)
            .limit(BATCH);
        if transaction.get_database_backend() == DbBackend::Postgres {
            query = query.lock_exclusive();
        }
        let mut reached = Progress::Complete;
        let mut books: Vec<Book> = Vec::new();
        for row in transaction.query_all(&query.into_query()).await? {
            let id = row.try_get("", "id")?;
            reached = Progress::Through(id);
            match Model::from_query_result(&row, "").and_then(rows::book) {
                Ok(book) => books.push(book),
                // Somebody changed it by hand.
                Err(error) => warn!(id, %error, "a book that can't be read is left out of search"),
            }
        }
        self.index(&transaction, &books).await?;
        set_progress(&transaction, BOOKS, reached).await?;
        transaction.commit().await?;
        Ok(reached)
    }

    async fn index(&self, transaction: &DatabaseTransaction, books: &[Book]) -> Result<(), DbErr> {
        let texts = searched::texts_anew(books);
        self.dictionary
            .learn(transaction, searched::phrases(&texts))
            .await?;
        let ids: Vec<_> = texts.keys().map(|id| id.get()).collect();
        searched::forget(transaction, &ids, books.iter()).await?;
        let insertion = Insertion::new(transaction.get_database_backend());
        let insertion = searched::insert(insertion, books.iter(), texts)?;
        insertion.run(transaction).await.map(drop)
    }
}
