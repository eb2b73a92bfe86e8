//! Answers that are given again to a request that is sent again.

use sea_orm_migration::prelude::*;

use crate::schema::{create_index, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table(Alias::new("idempotency_keys"))
            .col(required("key").text().primary_key())
            .col(required("scope").text())
            .col(required("fingerprint").text())
            .col(required("answer").text())
            .col(required("created_at").timestamp_with_time_zone())
            .to_owned();
        manager.create_table(keys).await?;
        create_index(manager, "idempotency_keys", "age", &["created_at"]).await
    }
}
