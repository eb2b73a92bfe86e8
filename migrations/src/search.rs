//! Tables by which records are searched.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::schema::required;

/// Makes what every service's search stands on; refuses a database that can't tell letters.
pub(crate) async fn create_search(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DbBackend::Postgres {
        connection
            .execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            .await
            .map_err(|error| {
                let text = format!("search needs the extension pg_trgm (package postgresql-contrib); let a superuser run CREATE EXTENSION pg_trgm in this database: {error}");
                DbErr::Custom(text)
            })?;
        let statement = "SELECT cardinality(show_trgm('村上')) > 0 AND cardinality(show_trgm('ж')) > 0 AS tells_letters";
        let statement = Statement::from_string(DbBackend::Postgres, statement);
        let row = connection.query_one_raw(statement).await?;
        let tells_letters = row
            .map(|row| row.try_get("", "tells_letters"))
            .transpose()?;
        if tells_letters != Some(true) {
            let text = "search needs a database whose character type knows letters beyond ASCII; create it with ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0 instead of C or POSIX";
            return Err(DbErr::Custom(text.to_owned()));
        }
    }
    let spellings = Table::create()
        .table(Alias::new("search_spellings"))
        .col(required("spelling").text())
        .col(required("word").text())
        .primary_key(
            Index::create()
                .col(Alias::new("spelling"))
                .col(Alias::new("word")),
        )
        .to_owned();
    manager.create_table(spellings).await?;
    let progress = Table::create()
        .table(Alias::new("search_progress"))
        .col(required("records").text().primary_key())
        .col(required("folding").big_integer())
        .col(required("through").big_integer())
        .to_owned();
    manager.create_table(progress).await
}

/// A table of folded phrases, each with the id of its record, and the index on their trigrams. One
/// of names also has an index on their beginnings.
pub(crate) async fn create_phrases(
    manager: &SchemaManager<'_>,
    table: &str,
    are_names: bool,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
    let mut statements = Vec::new();
    if is_postgres {
        statements.push(format!(
            "CREATE TABLE {table} (row_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id bigint NOT NULL, text text NOT NULL)"
        ));
        // What waits to be sorted in is read by every search: no more than that.
        statements.push(format!(
            "CREATE INDEX {table}_trigrams ON {table} USING gin (text gin_trgm_ops) WITH (gin_pending_list_limit = 256)"
        ));
    } else {
        statements.push(format!(
            "CREATE TABLE {table} (row_id integer PRIMARY KEY, id bigint NOT NULL, text text NOT NULL)"
        ));
        statements.push(format!(
            "CREATE VIRTUAL TABLE {table}_index USING fts5(text, content='{table}', content_rowid='row_id', tokenize='trigram case_sensitive 1')"
        ));
        statements.push(format!(
            "CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} BEGIN INSERT INTO {table}_index (rowid, text) VALUES (NEW.row_id, NEW.text); END"
        ));
        statements.push(format!(
            "CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN INSERT INTO {table}_index ({table}_index, rowid, text) VALUES ('delete', OLD.row_id, OLD.text); END"
        ));
    }
    statements.push(format!("CREATE INDEX {table}_id ON {table} (id)"));
    if are_names {
        let bytewise = bytewise(is_postgres);
        statements.push(format!(
            "CREATE INDEX {table}_beginnings ON {table} (text{bytewise}, id)"
        ));
    }
    run(connection, &statements).await
}

/// A table of what records are filtered and ordered by: `columns` by name and type, and an index on
/// each with the id.
pub(crate) async fn create_listing(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &[(&str, &str)],
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
    let definitions: Vec<_> = columns
        .iter()
        .map(|(column, of_type)| format!(", {column} {of_type} NOT NULL"))
        .collect();
    let mut statements = vec![format!(
        "CREATE TABLE {table} (id bigint PRIMARY KEY{})",
        definitions.concat()
    )];
    for (column, of_type) in columns {
        let bytewise = bytewise(is_postgres && *of_type == "text");
        statements.push(format!(
            "CREATE INDEX {table}_{column} ON {table} ({column}{bytewise}, id)"
        ));
    }
    run(connection, &statements).await
}

pub(crate) async fn run(
    connection: &impl ConnectionTrait,
    statements: &[String],
) -> Result<(), DbErr> {
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

fn bytewise(is_text_on_postgres: bool) -> &'static str {
    if is_text_on_postgres {
        " COLLATE \"C\""
    } else {
        ""
    }
}
