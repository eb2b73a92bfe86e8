//! A catalog of any size, written past the services: records, copies, links and the logs that tell
//! of them, all settled, as if they had been created and published long ago.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

use super::{
    Databases, connect,
    searchable::{self, Searchable},
};
use crate::failure::Result;

/// The least revision that a link of the fill has.
const REVISION: u64 = 1_838_080_000_000_000;

const CREATED_AT: &str = "2026-01-01T00:00:00+00:00";

/// So many rows are written by one statement.
const CHUNK: u64 = 100_000;

/// How large a catalog is: ids are `1..=records` on both sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Authors, and as many books.
    pub(crate) records: u64,
    /// Books of each author: those that follow its own number.
    pub(crate) links_each: u64,
}

/// One of two sides, by the names of its tables.
struct Side {
    /// Whose log it consumes.
    other: &'static str,
    owned: Kind,
    cached: Kind,
    links: &'static str,
    near: &'static str,
    far: &'static str,
    searchable: Searchable,
}

/// What is kept of a kind of record.
struct Kind {
    table: &'static str,
    event_type: &'static str,
    key: &'static str,
    id: &'static str,
    /// Columns of its own, the values for number `n`, and the same as JSON.
    columns: &'static str,
    values: &'static str,
    json: &'static str,
}

const AUTHOR_COLUMNS: &str = "name, birth_date, nationality, biography, aliases, identifiers";
const AUTHOR_VALUES: &str = "'Author number ' || n, '1927-03-06', 'Colombian', \
    'Born by the sea, number ' || n || ', and wrote of a town that the sea forgot, of rain that \
     would not end, and of letters.', '[]', '{}'";
const AUTHOR_JSON: &str = r#""name":"Author number ' || n || '","birth_date":"1927-03-06","death_date":null,"nationality":"Colombian","biography":"Born by the sea, number ' || n || ', and wrote of a town that the sea forgot, of rain that would not end, and of letters.","aliases":[],"identifiers":{}"#;
const BOOK_COLUMNS: &str = "title, publication_year, language, page_count, subjects, identifiers";
const BOOK_VALUES: &str = "'A book of the usual length, number ' || n, 1967, 'es', 417, '[]', '{}'";
const BOOK_JSON: &str = r#""title":"A book of the usual length, number ' || n || '","subtitle":null,"isbn":null,"publication_year":1967,"language":"es","publisher":null,"page_count":417,"description":null,"subjects":[],"identifiers":{}"#;

const fn authors(table: &'static str) -> Kind {
    Kind {
        table,
        event_type: "author.created",
        key: "author",
        id: "author_id",
        columns: AUTHOR_COLUMNS,
        values: AUTHOR_VALUES,
        json: AUTHOR_JSON,
    }
}

const fn books(table: &'static str) -> Kind {
    Kind {
        table,
        event_type: "book.created",
        key: "book",
        id: "book_id",
        columns: BOOK_COLUMNS,
        values: BOOK_VALUES,
        json: BOOK_JSON,
    }
}

const AUTHORS: Side = Side {
    other: "books-service",
    owned: authors("authors"),
    cached: books("books_cache"),
    links: "author_books",
    near: "author_id",
    far: "book_id",
    searchable: searchable::AUTHORS,
};

const BOOKS: Side = Side {
    other: "authors-service",
    owned: books("books"),
    cached: authors("authors_cache"),
    links: "book_authors",
    near: "book_id",
    far: "author_id",
    searchable: searchable::BOOKS,
};

/// Fills the empty tables of both services. Links count as made long ago: no log tells of them.
///
/// # Errors
/// If a database refuses.
pub(crate) async fn fill(databases: &Databases, size: Size) -> Result<()> {
    tokio::try_join!(
        AUTHORS.fill(&databases.authors, size),
        BOOKS.fill(&databases.books, size),
    )?;
    Ok(())
}

impl Side {
    async fn fill(&self, url: &str, size: Size) -> Result<()> {
        let connection = connect(url).await?;
        let backend = connection.get_database_backend();
        let indexes = match backend {
            DbBackend::Postgres => drop_indexes(&connection).await?,
            _ => Vec::new(),
        };
        let mut first = 1;
        while first <= size.records {
            let last = size.records.min(first + CHUNK - 1);
            let numbers = numbers(backend, "n", first, last);
            let transaction = connection.begin().await?;
            for statement in self.rows(backend, &numbers, size) {
                transaction.execute_unprepared(&statement).await?;
            }
            transaction.commit().await?;
            first = last + 1;
        }
        for index in indexes {
            connection.execute_unprepared(&index).await?;
        }
        let positions = self.positions(size.records).into_iter();
        for statement in positions.chain(self.searchable.positions()) {
            connection.execute_unprepared(&statement).await?;
        }
        // Or what is measured would write what was filled.
        let tidy: &[&str] = match backend {
            DbBackend::Postgres => &["VACUUM ANALYZE", "CHECKPOINT"],
            _ => &["PRAGMA wal_checkpoint(TRUNCATE)"],
        };
        for statement in tidy {
            connection.execute_unprepared(statement).await?;
        }
        connection.close().await?;
        Ok(())
    }

    /// The statements that write everything that bears one of these numbers.
    fn rows(&self, backend: DbBackend, numbers: &str, size: Size) -> Vec<String> {
        let Kind {
            table,
            columns,
            values,
            ..
        } = &self.owned;
        let mut statements = vec![format!(
            "INSERT INTO {table} (id, version, deleted, {columns}, created_at, updated_at) \
             SELECT n, 1, false, {values}, '{CREATED_AT}', '{CREATED_AT}' FROM {numbers}"
        )];
        let Kind {
            table,
            columns,
            values,
            ..
        } = &self.cached;
        statements.push(format!(
            "INSERT INTO {table} (id, epoch, version, deleted, {columns}, created_at, updated_at) \
             SELECT n, 1, 1, false, {values}, '{CREATED_AT}', '{CREATED_AT}' FROM {numbers}"
        ));
        statements.push(self.events(backend, numbers));
        statements.extend(self.searchable.rows(numbers));
        if size.links_each > 0 {
            statements.push(self.link_rows(backend, numbers, size));
        }
        statements
    }

    fn events(&self, backend: DbBackend, numbers: &str) -> String {
        let Kind {
            event_type,
            key,
            id,
            json,
            ..
        } = &self.owned;
        let new_id = match backend {
            DbBackend::Postgres => "gen_random_uuid()",
            _ => "randomblob(16)",
        };
        format!(
            "INSERT INTO events (sequence, epoch, event_id, event_type, key, version, \
             correlation_id, \"timestamp\", payload) \
             SELECT n, 1, {new_id}, '{event_type}', '{key}:' || n, 1, 'fill', '{CREATED_AT}', \
             '{{\"data\":{{\"{id}\":' || n || ',{json},\"created_at\":\"2026-01-01T00:00:00.000000Z\",\
             \"updated_at\":\"2026-01-01T00:00:00.000000Z\"}}}}' FROM {numbers}"
        )
    }

    /// Author n and books n + 1, n + 2, …, beginning anew after the last. Revisions end in the bit
    /// of authors-service, which wrote them.
    fn link_rows(&self, backend: DbBackend, numbers: &str, size: Size) -> String {
        let Size {
            records,
            links_each,
        } = size;
        let steps = self::numbers(backend, "step", 1, links_each);
        let Self {
            links, near, far, ..
        } = self;
        format!(
            "INSERT INTO {links} ({near}, {far}, present, presence_revision, role, position, \
             credit_revision) SELECT {}, {}, true, {REVISION}, 'author', step, {REVISION} \
             FROM {numbers} CROSS JOIN {steps}",
            column(near, records),
            column(far, records)
        )
    }

    /// What says that all of it is published here and settled there.
    fn positions(&self, records: u64) -> [String; 4] {
        let other = self.other;
        [
            format!("UPDATE log_head SET last_sequence = {records}"),
            format!("UPDATE relay_state SET published_through = {records}"),
            format!("UPDATE next_id SET next_id = {}", records + 1),
            format!(
                "INSERT INTO checkpoints (producer, epoch, settled_through, settled_above) \
                 VALUES ('{other}', 1, {records}, '[]')"
            ),
        ]
    }
}

/// Drops the indexes that no constraint needs and sets the connection up for a large load; the
/// statements that make the indexes again.
async fn drop_indexes(connection: &DatabaseConnection) -> Result<Vec<String>> {
    for setting in [
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '1GB'",
    ] {
        connection.execute_unprepared(setting).await?;
    }
    let indexes = Statement::from_string(
        DbBackend::Postgres,
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND NOT EXISTS \
         (SELECT FROM pg_constraint WHERE conindid = quote_ident(indexname)::regclass)",
    );
    let mut again = Vec::new();
    for index in connection.query_all_raw(indexes).await? {
        let name: String = index.try_get("", "indexname")?;
        connection
            .execute_unprepared(&format!("DROP INDEX \"{name}\""))
            .await?;
        again.push(index.try_get("", "indexdef")?);
    }
    Ok(again)
}

/// The end of the link of author `n` and its book number `step`.
fn column(name: &str, records: u64) -> String {
    match name {
        "author_id" => "n".to_owned(),
        _ => format!("(n + step - 1) % {records} + 1"),
    }
}

/// Numbers from first to last, as a table with one column.
fn numbers(backend: DbBackend, name: &str, first: u64, last: u64) -> String {
    match backend {
        DbBackend::Postgres => {
            format!(
                "(SELECT generate_series({first}::bigint, {last}::bigint) AS {name}) AS {name}s"
            )
        }
        _ => format!(
            "(WITH RECURSIVE numbers(value) AS (SELECT {first} UNION ALL SELECT value + 1 FROM \
             numbers WHERE value < {last}) SELECT value AS {name} FROM numbers) AS {name}s"
        ),
    }
}
