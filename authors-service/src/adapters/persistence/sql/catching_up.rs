//! Makes authors searchable that were written before they were, or when texts were folded
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
    SqlStore,
    entity::authors::{Column, Entity, Model},
    rows, searched,
};
use crate::domain::Author;

/// So many authors a transaction.
const BATCH: u64 = 500;
const AUTHORS: &str = "authors";

impl SqlStore {
    /// Goes on where it was left, until all authors that can be read are searchable.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        while self.next_batch().await.map_err(store_error)? != Progress::Complete {}
        Ok(())
    }

    async fn next_batch(&self) -> Result<Progress, DbErr> {
        let transaction = self.database.begin().await?;
        let Progress::Through(id) = progress(&transaction, AUTHORS).await? else {
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
        let mut authors: Vec<Author> = Vec::new();
        for row in transaction.query_all(&query.into_query()).await? {
            let id = row.try_get("", "id")?;
            reached = Progress::Through(id);
            match Model::from_query_result(&row, "").and_then(rows::author) {
                Ok(author) => authors.push(author),
                // Somebody changed it by hand.
                Err(error) => {
                    warn!(id, %error, "an author that can't be read is left out of search")
                }
            }
        }
        self.index(&transaction, &authors).await?;
        set_progress(&transaction, AUTHORS, reached).await?;
        transaction.commit().await?;
        Ok(reached)
    }

    async fn index(
        &self,
        transaction: &DatabaseTransaction,
        authors: &[Author],
    ) -> Result<(), DbErr> {
        let texts = searched::texts_anew(authors);
        self.dictionary
            .learn(transaction, searched::phrases(&texts))
            .await?;
        let ids: Vec<_> = texts.keys().map(|id| id.get()).collect();
        searched::forget(transaction, &ids, authors.iter()).await?;
        let insertion = Insertion::new(transaction.get_database_backend());
        let insertion = searched::insert(insertion, authors.iter(), texts)?;
        insertion.run(transaction).await.map(drop)
    }
}
