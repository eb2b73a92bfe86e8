//! The log, the relay's state, checkpoints, parked messages and the supply of ids.

use sea_orm_migration::prelude::*;

use crate::schema::{create_index, insert_only_row, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_log(manager).await?;
        only_row(manager, "relay_state", &[("published_through", 0)]).await?;
        only_row(manager, "next_id", &[("next_id", 1)]).await?;
        create_checkpoints(manager).await?;
        create_parked(manager).await
    }
}

async fn create_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let events = Table::create()
        .table(Alias::new("events"))
        .col(required("sequence").big_integer().primary_key())
        .col(required("epoch").big_integer())
        .col(required("event_id").uuid())
        .col(required("event_type").text())
        .col(required("key").text())
        .col(required("version").big_integer())
        .col(required("correlation_id").text())
        .col(optional("actor").text())
        .col(required("timestamp").timestamp_with_time_zone())
        .col(required("payload").text())
        .col(optional("traceparent").text())
        .to_owned();
    manager.create_table(events).await?;
    let unique = Index::create()
        .name("events_key_version")
        .table(Alias::new("events"))
        .col(Alias::new("key"))
        .col(Alias::new("version"))
        .col(Alias::new("epoch"))
        .unique()
        .to_owned();
    manager.create_index(unique).await?;
    only_row(manager, "log_head", &[("epoch", 1), ("last_sequence", 0)]).await
}

/// A table of one row, with the numbers that it starts with.
async fn only_row(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: &[(&'static str, i64)],
) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table(Alias::new(name))
        .col(
            required("id")
                .integer()
                .primary_key()
                .check(Expr::col(Alias::new("id")).eq(1)),
        )
        .to_owned();
    for (column, _) in columns {
        table.col(required(column).big_integer());
    }
    manager.create_table(table).await?;
    insert_only_row(manager, name, columns).await
}

async fn create_checkpoints(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let checkpoints = Table::create()
        .table(Alias::new("checkpoints"))
        .col(required("producer").text())
        .col(required("epoch").big_integer())
        .col(required("settled_through").big_integer())
        .col(required("settled_above").text())
        .primary_key(
            Index::create()
                .col(Alias::new("producer"))
                .col(Alias::new("epoch")),
        )
        .to_owned();
    manager.create_table(checkpoints).await
}

async fn create_parked(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let parked = Table::create()
        .table(Alias::new("parked"))
        .col(required("id").uuid().primary_key())
        .col(optional("producer").text())
        .col(optional("epoch").big_integer())
        .col(optional("sequence").big_integer())
        .col(optional("event_id").uuid())
        .col(optional("event_type").text())
        .col(required("body").binary())
        .col(required("reason").text())
        .col(required("attempts").integer())
        .col(required("first_failed_at").timestamp_with_time_zone())
        .col(required("last_failed_at").timestamp_with_time_zone())
        .col(optional("next_attempt_at").timestamp_with_time_zone())
        .to_owned();
    manager.create_table(parked).await?;
    create_index(manager, "parked", "next_attempt", &["next_attempt_at"]).await
}
