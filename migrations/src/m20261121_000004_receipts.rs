//! Parked messages by their place: what of a log is settled and not applied.

use sea_orm_migration::prelude::*;

use crate::schema::create_index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let place = ["producer", "epoch", "sequence"];
        create_index(manager, "parked", "place", &place).await
    }
}
