//! On SQLite, makes tables the index of their own key (<https://sqlite.org/withoutrowid.html>): until
//! then each had an index of it beside the rows, so that every row was written once more.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::search::run;

/// How the key of a list was declared, and how it is another name of the row's own number.
const LISTED: [&str; 2] = ["id bigint PRIMARY KEY", "id integer PRIMARY KEY"];

pub(crate) struct Migration {
    /// Tables that are no lists have their key in their first two columns.
    pub(crate) tables: &'static [&'static str],
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261130_000009_clustered"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if connection.get_database_backend() == DbBackend::Sqlite {
            for table in self.tables {
                make_anew(connection, table).await?;
            }
        }
        Ok(())
    }
}

async fn make_anew(connection: &impl ConnectionTrait, table: &str) -> Result<(), DbErr> {
    let definition = definitions(connection, table, "table").await?.concat();
    let indexes = definitions(connection, table, "index").await?;
    let (create, order) = clustered(&definition);
    let statements = [
        format!("ALTER TABLE {table} RENAME TO {table}_before"),
        create,
        format!("INSERT INTO {table} SELECT * FROM {table}_before ORDER BY {order}"),
        format!("DROP TABLE {table}_before"),
    ];
    run(connection, &statements).await?;
    run(connection, &indexes).await
}

/// How the table is to be made, and the columns of its key, by number.
fn clustered(definition: &str) -> (String, &'static str) {
    let [before, after] = LISTED;
    if definition.contains(before) {
        (definition.replacen(before, after, 1), "1")
    } else {
        (format!("{definition} WITHOUT ROWID"), "1, 2")
    }
}

/// The statements that made `table`, or its indexes: not those that SQLite made by itself.
async fn definitions(
    connection: &impl ConnectionTrait,
    table: &str,
    kind: &str,
) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "SELECT sql FROM sqlite_master WHERE type = $1 AND tbl_name = $2 AND sql IS NOT NULL",
        [kind.into(), table.into()],
    );
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "sql")).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use replication::sql::Database;
    use sea_orm_migration::{MigratorTrait, sea_orm::QueryResult};
    use tempfile::TempDir;

    use crate::{AuthorsMigrator, BooksMigrator, migrate};

    use super::*;

    /// What SQLite makes of the keys of tables that are not the index of their own.
    const OWN_INDEXES: &str = "SELECT tbl_name AS told FROM sqlite_master \
        WHERE name LIKE 'sqlite_autoindex_%' ORDER BY 1";
    /// Those that are small.
    const OTHER_TABLES: [&str; 6] = [
        "checkpoints",
        "idempotency_keys",
        "parked",
        "quarantine",
        "seaql_migrations",
        "search_progress",
    ];
    const INDEXES: &str = "SELECT name AS told FROM sqlite_master \
        WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1";

    async fn told(connection: &impl ConnectionTrait, query: &str) -> Vec<String> {
        let statement = Statement::from_string(DbBackend::Sqlite, query);
        let rows = connection.query_all_raw(statement).await.unwrap();
        let text = |row: &QueryResult| row.try_get("", "told").unwrap();
        rows.iter().map(text).collect()
    }

    /// A database that was migrated to what was before, got `rows`, and was migrated on.
    async fn migrated<M: MigratorTrait>(rows: &[&str]) -> (TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.db", folder.path().display());
        let database = Database::open(&url).unwrap();
        let transaction = database.begin().await.unwrap();
        M::up(&transaction, Some(7)).await.unwrap();
        for row in rows {
            transaction.execute_unprepared(row).await.unwrap();
        }
        let indexes = told(&transaction, INDEXES).await;
        transaction.commit().await.unwrap();

        migrate::<M>(database.begin().await.unwrap()).await.unwrap();
        let transaction = database.begin().await.unwrap();
        assert_eq!(told(&transaction, INDEXES).await, indexes);
        assert_eq!(told(&transaction, OWN_INDEXES).await, OTHER_TABLES);
        transaction.rollback().await.unwrap();
        (folder, database)
    }

    #[tokio::test]
    async fn authors_keep_what_they_have_and_every_index_but_those_of_the_keys() {
        let rows = [
            "INSERT INTO search_spellings (spelling, word) VALUES ('woo', 'wool'), ('ool', 'wool')",
            "INSERT INTO listed_authors VALUES (9, 'nine', 'x', 1), (4, 'four', 'y', 2)",
            "INSERT INTO author_identifiers VALUES (4, 'viaf', '7'), (4, 'isni', '8')",
            "INSERT INTO author_books VALUES (4, 2, 1, 2, 'author', 1, 'Four', 4)",
        ];
        let (_folder, database) = migrated::<AuthorsMigrator>(&rows).await;
        let reader = database.reader();
        let spellings = "SELECT spelling || word AS told FROM search_spellings ORDER BY 1";
        assert_eq!(told(reader, spellings).await, ["oolwool", "woowool"]);
        let listed = "SELECT id || name || nationality || updated_at AS told FROM listed_authors";
        assert_eq!(told(reader, listed).await, ["4foury2", "9ninex1"]);
        let identifiers = "SELECT author_id || scheme || value AS told FROM author_identifiers";
        assert_eq!(told(reader, identifiers).await, ["4isni8", "4viaf7"]);
        let links = "SELECT author_id || '-' || book_id || present || presence_revision || role || \
            position || credited_as || credit_revision AS told FROM author_books";
        assert_eq!(told(reader, links).await, ["4-212author1Four4"]);
    }

    #[tokio::test]
    async fn books_keep_what_they_have_and_every_index_but_those_of_the_keys() {
        let rows = [
            "INSERT INTO listed_books VALUES (9, 'nine', 'p', 'en', 1990, '', 1)",
            "INSERT INTO book_identifiers VALUES (9, 'goodreads', '7')",
            "INSERT INTO book_subjects VALUES ('sea', 9), ('rain', 9)",
            "INSERT INTO book_authors VALUES (9, 4, 1, 2, 'author', 1, NULL, 4)",
        ];
        let (_folder, database) = migrated::<BooksMigrator>(&rows).await;
        let reader = database.reader();
        let listed = "SELECT id || title || publisher || language || year || isbn || updated_at \
            AS told FROM listed_books";
        assert_eq!(told(reader, listed).await, ["9ninepen19901"]);
        let identifiers = "SELECT book_id || scheme || value AS told FROM book_identifiers";
        assert_eq!(told(reader, identifiers).await, ["9goodreads7"]);
        let subjects = "SELECT subject || id AS told FROM book_subjects";
        assert_eq!(told(reader, subjects).await, ["rain9", "sea9"]);
        let links =
            "SELECT book_id || '-' || author_id || credit_revision AS told FROM book_authors";
        assert_eq!(told(reader, links).await, ["9-44"]);
    }
}
