//! Columns that several tables have.

use sea_orm_migration::prelude::*;

/// A column that always holds a value.
pub(crate) fn required(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).not_null().to_owned()
}

/// A column that may be null.
pub(crate) fn optional(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).null().to_owned()
}

/// The one row of a table that has just one.
pub(crate) async fn insert_only_row(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[(&'static str, i64)],
) -> Result<(), DbErr> {
    let mut names = vec![Alias::new("id")];
    let mut values = vec![Expr::value(1)];
    for (name, value) in columns {
        names.push(Alias::new(*name));
        values.push(Expr::value(*value));
    }
    let mut insert = Query::insert();
    insert
        .into_table(Alias::new(table))
        .columns(names)
        .values_panic(values);
    manager.execute(insert).await
}

/// An author, as its owner keeps it and as the other side caches it.
pub(crate) fn author_columns(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(required("name").text())
        .col(optional("birth_date").text())
        .col(optional("death_date").text())
        .col(optional("nationality").text())
        .col(optional("biography").text())
        .col(required("aliases").json_binary())
        .col(required("identifiers").json_binary())
        .col(required("created_at").timestamp_with_time_zone())
        .col(required("updated_at").timestamp_with_time_zone())
}

/// A book, as its owner keeps it and as the other side caches it.
pub(crate) fn book_columns(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(required("title").text())
        .col(optional("subtitle").text())
        .col(optional("isbn").text())
        .col(optional("publication_year").integer())
        .col(optional("language").text())
        .col(optional("publisher").text())
        .col(optional("page_count").integer())
        .col(optional("description").text())
        .col(required("subjects").json_binary())
        .col(required("identifiers").json_binary())
        .col(required("created_at").timestamp_with_time_zone())
        .col(required("updated_at").timestamp_with_time_zone())
}

/// A table of records that this side owns.
pub(crate) fn owned_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(Alias::new(name))
        .col(required("id").big_integer().primary_key())
        .col(required("version").big_integer())
        .col(required("deleted").boolean())
        .to_owned()
}

/// A table of records that the other side owns. It has no unique index but its key, and nothing
/// refers to it by a foreign key: what the owner allows must never fail here.
pub(crate) fn cache_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(Alias::new(name))
        .col(required("id").big_integer().primary_key())
        .col(required("epoch").big_integer())
        .col(required("version").big_integer())
        .col(required("deleted").boolean())
        .to_owned()
}

/// The link registers: the same on both sides, but for which end comes first in the key.
pub(crate) async fn create_links(
    manager: &SchemaManager<'_>,
    table: &'static str,
    [near, far]: [&'static str; 2],
) -> Result<(), DbErr> {
    let create = Table::create()
        .table(Alias::new(table))
        .col(required(near).big_integer())
        .col(required(far).big_integer())
        .col(required("present").boolean())
        .col(required("presence_revision").big_integer())
        .col(required("role").text())
        .col(required("position").integer())
        .col(optional("credited_as").text())
        .col(required("credit_revision").big_integer())
        .primary_key(Index::create().col(Alias::new(near)).col(Alias::new(far)))
        .to_owned();
    manager.create_table(create).await?;
    create_index(manager, table, "by_far_end", &[far, near]).await
}

/// The identifiers of live records, one row each, for look-ups.
pub(crate) fn identifier_table(
    name: &'static str,
    record_id: &'static str,
) -> TableCreateStatement {
    Table::create()
        .table(Alias::new(name))
        .col(required(record_id).big_integer())
        .col(required("scheme").text())
        .col(required("value").text())
        .primary_key(
            Index::create()
                .col(Alias::new(record_id))
                .col(Alias::new("scheme")),
        )
        .to_owned()
}

/// An index named after its table.
pub(crate) async fn create_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("{table}_{name}"))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    manager.create_index(index).await
}
