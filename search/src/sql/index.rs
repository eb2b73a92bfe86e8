//! Which texts lead to which records, and the statements that follow them.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::statement::{Sql, text_array};
use crate::{Query, Role};

/// A table of phrases (`row_id`, `id`, `text`), and how one leads to a record.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The table. On SQLite the table of that name and `_index` is its FTS5 index.
    pub table: &'static str,
    /// What its phrases are to the record.
    pub role: Role,
    /// The record's id, of a phrase `p` and what is joined to it.
    pub record: &'static str,
    /// Tables to be joined: each with its alias, and the condition.
    pub joins: &'static [(&'static str, &'static str)],
    /// Whether what matches here also matches in another source.
    pub covered: bool,
}

/// All that is searched for one kind of record.
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// The sources, those of names first, the best of them first.
    pub sources: &'static [Source],
    /// The table of what the records are filtered and ordered by, one row for each that may be
    /// found; conditions name it `r`.
    pub listing: &'static str,
}

/// What of a source is looked for.
pub(super) enum Wanted<'a> {
    /// Phrases that begin so.
    Beginning(&'a str),
    /// Phrases that hold, of each list, any.
    Words(&'a [Vec<String>]),
}

/// A row of a source.
pub(super) struct Hit {
    pub(super) id: i64,
    pub(super) text: String,
    pub(super) other: Option<String>,
}

/// What a record must fulfill besides matching: ` AND …` on the listing `r`.
pub type Conditions = Sql;

impl Source {
    /// The rows of this source, with the text of `beside` of the same record if there is one.
    pub(super) fn hits(
        &self,
        backend: DbBackend,
        wanted: &Wanted<'_>,
        listing: Option<(&str, &Conditions)>,
        beside: Option<&Source>,
        limit: usize,
    ) -> Sql {
        let other = if beside.is_some() {
            ", o.text AS other"
        } else {
            ""
        };
        let select = format!("SELECT {} AS id, p.text AS text{other}", self.record);
        let mut sql = self.from(backend, Sql::new(select), wanted, listing.is_some());
        let join = join(backend);
        if let Some(beside) = beside {
            sql = sql.then(format!(
                "{join} {} o ON o.id = {}",
                beside.table, self.record
            ));
        }
        if let Some((table, _)) = listing {
            sql = sql.then(format!("{join} {table} r ON r.id = {}", self.record));
        }
        sql = self.matches(backend, sql, wanted);
        if let Some((_, conditions)) = listing {
            sql = sql.and(conditions);
        }
        if let Wanted::Beginning(_) = wanted {
            sql = sql.then(format!(" ORDER BY p.text{}, p.id", bytewise(backend)));
        }
        sql.then(format!(" LIMIT {limit}"))
    }

    /// The ids of the records that this source leads to.
    pub(super) fn ids(&self, backend: DbBackend, wanted: &Wanted<'_>) -> Sql {
        let select = format!("SELECT {} AS id", self.record);
        let sql = self.from(backend, Sql::new(select), wanted, false);
        self.matches(backend, sql, wanted)
    }

    fn from(&self, backend: DbBackend, sql: Sql, wanted: &Wanted<'_>, _listed: bool) -> Sql {
        let join = join(backend);
        let table = self.table;
        let mut sql = match (backend, wanted) {
            (DbBackend::Postgres, _) | (_, Wanted::Beginning(_)) => {
                sql.then(format!(" FROM {table} p"))
            }
            (_, Wanted::Words(_)) => sql.then(format!(
                " FROM {table}_index{join} {table} p ON p.row_id = {table}_index.rowid"
            )),
        };
        for (table, condition) in self.joins {
            sql = sql.then(format!("{join} {table} ON {condition}"));
        }
        sql
    }

    fn matches(&self, backend: DbBackend, sql: Sql, wanted: &Wanted<'_>) -> Sql {
        match (wanted, backend) {
            (Wanted::Beginning(beginning), _) => {
                let column = format!("p.text{}", bytewise(backend));
                sql.then(format!(" WHERE {column} >= "))
                    .bind(*beginning)
                    .then(format!(" AND {column} < "))
                    .bind(format!("{beginning}\u{10ffff}"))
            }
            (Wanted::Words(words), DbBackend::Postgres) => {
                let sql = sql.then(" WHERE true");
                words.iter().fold(sql, |sql, any| {
                    let patterns: Vec<_> = any.iter().map(|word| format!("%{word}%")).collect();
                    match patterns.as_slice() {
                        [one] => sql.then(" AND p.text LIKE ").bind(one.clone()),
                        several => sql
                            .then(" AND p.text LIKE ANY(")
                            .bind(text_array(several))
                            .then(")"),
                    }
                })
            }
            (Wanted::Words(words), _) => {
                let any = |any: &Vec<String>| {
                    let quoted: Vec<_> = any.iter().map(|word| format!("\"{word}\"")).collect();
                    format!("({})", quoted.join(" OR "))
                };
                let all: Vec<_> = words.iter().map(any).collect();
                sql.then(format!(" WHERE {}_index MATCH ", self.table))
                    .bind(all.join(" AND "))
            }
        }
    }
}

impl Index {
    /// The ids of all records that match as written; some may come more than once.
    pub(super) fn written(&self, backend: DbBackend, query: &Query, by_number: &[i64]) -> Sql {
        let words = beginnings(query);
        let wanted = Wanted::Words(&words);
        let mut sql = Sql::new(format!("SELECT n.id AS id FROM {} n WHERE ", self.listing))
            .is_one_of(backend, "n.id", by_number);
        for source in self.sources.iter().filter(|source| !source.covered) {
            sql = sql.then(" UNION ").and(&source.ids(backend, &wanted));
        }
        sql
    }
}

/// The pieces of a query as they begin words.
pub(super) fn beginnings(query: &Query) -> Vec<Vec<String>> {
    let pieces = query.pieces().iter();
    pieces.map(|piece| vec![piece.beginning.clone()]).collect()
}

/// The pieces of a query as whole words.
pub(super) fn whole_words(query: &Query) -> Vec<Vec<String>> {
    query
        .pieces()
        .iter()
        .map(|piece| vec![piece.whole()])
        .collect()
}

pub(super) async fn read(sql: &Sql, connection: &impl ConnectionTrait) -> Result<Vec<Hit>, DbErr> {
    let rows = sql.all(connection).await?;
    let hit = |row: &sea_orm::QueryResult| {
        Ok(Hit {
            id: row.try_get("", "id")?,
            text: row.try_get("", "text")?,
            other: row.try_get("", "other").ok(),
        })
    };
    rows.iter().map(hit).collect()
}

/// What follows a text so that it is compared byte by byte, as the indexes are.
pub fn bytewise(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " COLLATE \"C\"",
        _ => "",
    }
}

/// SQLite takes this order of tables as it is written: from the match to the record.
fn join(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " JOIN",
        _ => " CROSS JOIN",
    }
}
