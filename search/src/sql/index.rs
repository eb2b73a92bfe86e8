//! Which texts lead to which records, and the statements that follow them.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::statement::{Sql, text_array};
use crate::{Query, Role, query::Piece, rank::divisions};

/// A table of phrases (`id`, `text`; on SQLite also `row_id`), and how one leads to a record.
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

/// Another source in which the same record must have a phrase that holds, of each list, any.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) source: &'a Source,
    pub(super) words: &'a [Vec<String>],
}

impl Source {
    /// At most `limit` rows of this source, with the text `beside` of the same record if there is
    /// one: the first in the order of the beginnings, or else of the records, so that which ones
    /// they are depends on nothing but what matches.
    pub(super) fn hits(
        &self,
        backend: DbBackend,
        wanted: &Wanted<'_>,
        listing: Option<(&str, &Conditions)>,
        beside: Option<Beside<'_>>,
        limit: usize,
    ) -> Sql {
        let other = if beside.is_some() {
            ", o.text AS other"
        } else {
            ""
        };
        let record = self.record;
        let select = format!("SELECT {record} AS id, p.text AS text{other}");
        let mut sql = self.from(backend, Sql::new(select), wanted, beside);
        if let Some((table, _)) = listing {
            let join = join(backend);
            sql = sql.then(format!("{join} {table} r ON r.id = {record}"));
        }
        sql = self.matches(backend, sql, wanted, beside);
        if let Some((_, conditions)) = listing {
            sql = sql.and(conditions);
        }
        let text = format!("p.text{}", bytewise(backend));
        let order = match wanted {
            Wanted::Beginning(_) => format!("{text}, {record}"),
            // The sum keeps PostgreSQL from walking through all records in their order, trying each.
            Wanted::Words(_) => format!("{record} + 0, {text}"),
        };
        sql.then(format!(" ORDER BY {order} LIMIT {limit}"))
    }

    /// The ids of the records that this source leads to.
    pub(super) fn ids(
        &self,
        backend: DbBackend,
        wanted: &Wanted<'_>,
        beside: Option<Beside<'_>>,
    ) -> Sql {
        let select = format!("SELECT {} AS id", self.record);
        let sql = self.from(backend, Sql::new(select), wanted, beside);
        self.matches(backend, sql, wanted, beside)
    }

    fn from(
        &self,
        backend: DbBackend,
        sql: Sql,
        wanted: &Wanted<'_>,
        beside: Option<Beside<'_>>,
    ) -> Sql {
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
        if let Some(Beside { source, .. }) = beside {
            let (table, record) = (source.table, self.record);
            sql = sql.then(format!("{join} {table} o ON o.id = {record}"));
        }
        sql
    }

    fn matches(
        &self,
        backend: DbBackend,
        sql: Sql,
        wanted: &Wanted<'_>,
        beside: Option<Beside<'_>>,
    ) -> Sql {
        let sql = match (wanted, backend) {
            (Wanted::Beginning(beginning), _) => {
                let column = format!("p.text{}", bytewise(backend));
                sql.then(format!(" WHERE {column} >= "))
                    .bind(*beginning)
                    .then(format!(" AND {column} < "))
                    .bind(format!("{beginning}\u{10ffff}"))
            }
            (Wanted::Words(words), DbBackend::Postgres) => {
                alike(sql.then(" WHERE true"), "p.text", words)
            }
            (Wanted::Words(words), _) => {
                let table = self.table;
                sql.then(format!(" WHERE {table}_index MATCH "))
                    .bind(all_of(words))
            }
        };
        match (beside, backend) {
            (None, _) => sql,
            (Some(Beside { words, .. }), DbBackend::Postgres) => alike(sql, "o.text", words),
            (Some(Beside { source, words }), _) => {
                let table = source.table;
                // The plus keeps SQLite from looking all of them up for each row of the other.
                sql.then(format!(
                    " AND +o.row_id IN (SELECT rowid FROM {table}_index WHERE {table}_index MATCH "
                ))
                .bind(all_of(words))
                .then(")")
            }
        }
    }
}

/// The condition on PostgreSQL that `column` holds, of each list, any.
fn alike(sql: Sql, column: &str, words: &[Vec<String>]) -> Sql {
    words.iter().fold(sql, |sql, any| {
        let patterns: Vec<_> = any.iter().map(|word| format!("%{word}%")).collect();
        let sql = sql.then(format!(" AND {column} LIKE "));
        match patterns.as_slice() {
            [one] => sql.bind(one.clone()),
            several => sql.then("ANY(").bind(text_array(several)).then(")"),
        }
    })
}

/// The same as FTS5 is asked for it.
fn all_of(words: &[Vec<String>]) -> String {
    let any = |any: &Vec<String>| {
        let quoted: Vec<_> = any.iter().map(|word| format!("\"{word}\"")).collect();
        format!("({})", quoted.join(" OR "))
    };
    let all: Vec<_> = words.iter().map(any).collect();
    all.join(" AND ")
}

impl Index {
    /// The ids of all records that match, each piece of the query by any of its `words`; some may
    /// come more than once.
    pub(super) fn matching(
        &self,
        backend: DbBackend,
        words: &[Vec<String>],
        by_number: &[i64],
    ) -> Sql {
        let wanted = Wanted::Words(words);
        let mut sql = Sql::new(format!("SELECT n.id AS id FROM {} n WHERE ", self.listing))
            .is_one_of(backend, "n.id", by_number);
        for source in self.sources.iter().filter(|source| !source.covered) {
            let ids = source.ids(backend, &wanted, None);
            sql = sql.then(" UNION ").and(&ids);
        }
        for (names, part, beside) in self.divided(words) {
            let ids = names.ids(backend, &Wanted::Words(part), Some(beside));
            sql = sql.then(" UNION ").and(&ids);
        }
        sql
    }

    /// Where to look for a query that is partly in a name of another record and partly in the text
    /// of its own: the names, what must be in them, and what beside them.
    pub(super) fn divided<'a>(
        &self,
        words: &'a [Vec<String>],
    ) -> Vec<(&'static Source, &'a [Vec<String>], Beside<'a>)> {
        let others = self.sources.iter().skip(1);
        let names = others.filter(|source| source.role == Role::Name);
        let pairs = names.flat_map(|names| {
            let texts = self.sources.iter().filter(|s| s.role == Role::Text);
            texts.map(move |text| (names, text))
        });
        pairs
            .flat_map(|(names, source)| {
                divisions(words).map(move |(part, words)| (names, part, Beside { source, words }))
            })
            .collect()
    }
}

/// The pieces of a query as they begin words. What another begins with need not be asked for beside it.
pub(super) fn beginnings(query: &Query) -> Vec<Vec<String>> {
    let of_piece = |piece: &Piece| {
        let joined = piece.joined.iter();
        let joined = joined.filter(|joined| !joined.starts_with(&piece.beginning));
        [&piece.beginning]
            .into_iter()
            .chain(joined)
            .cloned()
            .collect()
    };
    query.pieces().iter().map(of_piece).collect()
}

/// The pieces of a query as whole words.
pub(super) fn whole_words(query: &Query) -> Vec<Vec<String>> {
    query
        .pieces()
        .iter()
        .map(|piece| piece.whole_words().collect())
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
