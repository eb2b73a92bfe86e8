//! What a copy held and its owner does not know.

use sea_orm_migration::prelude::*;

use crate::schema::required;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let quarantine = Table::create()
            .table(Alias::new("quarantine"))
            .col(required("key").text())
            .col(required("epoch").big_integer())
            .col(required("version").big_integer())
            .col(required("deleted").boolean())
            .col(required("data").text())
            .col(required("found_at").timestamp_with_time_zone())
            .primary_key(
                Index::create()
                    .col(Alias::new("key"))
                    .col(Alias::new("epoch"))
                    .col(Alias::new("version")),
            )
            .to_owned();
        manager.create_table(quarantine).await
    }
}
