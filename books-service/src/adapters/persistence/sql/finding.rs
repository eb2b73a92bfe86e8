//! Finds books in SQL.

use ::values::Scheme;
use replication::{StoreError, sql::store_error};
use sea_orm::DbErr;
use search::{
    Place, Role,
    sql::{Conditions, Index, List, Search, Source, Sql, bytewise},
};

use super::{
    SqlStore,
    cached_names::NAMES,
    searched::{TEXTS, TITLES},
};
use crate::domain::{Claim, Part, UNKNOWN_YEAR, WantedBooks, claims};

const INDEX: Index = Index {
    sources: &[
        Source {
            table: TITLES,
            role: Role::Name,
            record: "p.id",
            joins: &[],
            covered: true,
        },
        Source {
            table: NAMES,
            role: Role::Name,
            record: "l.book_id",
            joins: &[
                ("authors_cache c", "c.id = p.id AND NOT c.deleted"),
                ("book_authors l", "l.author_id = p.id AND l.present"),
            ],
            covered: false,
        },
        Source {
            table: TEXTS,
            role: Role::Text,
            record: "p.id",
            joins: &[],
            covered: false,
        },
    ],
    listing: "listed_books",
};

impl SqlStore {
    pub(super) async fn find_places(
        &self,
        wanted: &WantedBooks,
        part: &Part,
    ) -> Result<Vec<Place>, StoreError> {
        let find = async {
            let (searcher, after) = (self.database.searcher(), part.after.as_ref());
            let by_number = self.named(wanted).await?;
            let conditions = self.conditions(wanted);
            let search = search(wanted, &by_number, &conditions);
            list(search.as_ref(), &conditions)
                .page(searcher, wanted.order, after, part.skip, part.limit)
                .await
        };
        find.await.map_err(store_error)
    }

    pub(super) async fn count_wanted(&self, wanted: &WantedBooks) -> Result<u64, StoreError> {
        let count = async {
            let by_number = self.named(wanted).await?;
            let conditions = self.conditions(wanted);
            let search = search(wanted, &by_number, &conditions);
            let list = list(search.as_ref(), &conditions);
            list.total(self.database.searcher()).await
        };
        count.await.map_err(store_error)
    }

    /// The books whose ISBN or identifier the query is.
    async fn named(&self, wanted: &WantedBooks) -> Result<Vec<i64>, DbErr> {
        let asked = wanted.query.as_ref().map(claims).unwrap_or_default();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let select = "SELECT id FROM books WHERE false";
        let sql = asked
            .into_iter()
            .fold(Sql::new(select), |sql, claim| match claim {
                Claim::Isbn(isbn) => sql
                    .then(" UNION SELECT id FROM books WHERE NOT deleted AND isbn = ")
                    .bind(isbn),
                Claim::Identifier(scheme, value) => sql
                    .then(" UNION SELECT book_id FROM book_identifiers WHERE scheme = ")
                    .bind(scheme.as_str())
                    .then(" AND value = ")
                    .bind(value),
            });
        sql.ids(self.database.searcher()).await
    }

    fn conditions(&self, wanted: &WantedBooks) -> Conditions {
        let bytewise = bytewise(self.backend());
        let (filter, traits) = (&wanted.filter, &wanted.traits);
        let mut sql = Sql::default();
        if let Some((scheme, value)) = &filter.identifier {
            sql = sql
                .then(" AND r.id IN (SELECT book_id FROM book_identifiers WHERE scheme = ")
                .bind(scheme.as_str())
                .then(" AND value = ")
                .bind(value.clone())
                .then(")");
        }
        let no_isbn = traits.without_isbn.then(String::new);
        for (column, wanted) in [
            ("isbn", filter.isbn.as_ref()),
            ("isbn", no_isbn.as_ref()),
            ("language", traits.language.as_ref()),
            ("publisher", traits.publisher.as_ref()),
        ] {
            if let Some(wanted) = wanted {
                let equal = format!(" AND r.{column}{bytewise} = ");
                sql = sql.then(equal).bind(wanted.clone());
            }
        }
        if let Some(subject) = &traits.subject {
            sql = sql
                .then(" AND r.id IN (SELECT id FROM book_subjects WHERE subject = ")
                .bind(subject.clone())
                .then(")");
        }
        // With both ends, a database takes a range for few enough to begin with them.
        if traits.year_from.is_some() || traits.year_to.is_some() {
            sql = sql
                .then(" AND r.year BETWEEN ")
                .bind(traits.year_from.unwrap_or(UNKNOWN_YEAR + 1))
                .then(" AND ")
                .bind(traits.year_to.unwrap_or(i64::MAX));
        }
        if let Some(time) = traits.updated_since {
            sql = sql
                .then(" AND r.updated_at BETWEEN ")
                .bind(time.timestamp_micros())
                .then(" AND ")
                .bind(i64::MAX);
        }
        if let Some(author_id) = traits.author_id {
            sql = sql
                .then(format!(
                    " AND r.id IN (SELECT l.book_id {VISIBLE} AND l.author_id = "
                ))
                .bind(author_id.get())
                .then(")");
        }
        if traits.without_authors {
            sql = sql.then(format!(
                " AND NOT EXISTS (SELECT 1 {VISIBLE} AND l.book_id = r.id)"
            ));
        }
        sql
    }
}

/// The links that are shown.
const VISIBLE: &str = "FROM book_authors l JOIN authors_cache c ON c.id = l.author_id \
    WHERE l.present AND NOT c.deleted";

fn search<'a>(
    wanted: &'a WantedBooks,
    by_number: &'a [i64],
    conditions: &'a Conditions,
) -> Option<Search<'a>> {
    let query = wanted.query.as_ref()?;
    Some(Search {
        index: &INDEX,
        query,
        by_number,
        conditions,
    })
}

fn list<'a>(search: Option<&'a Search<'a>>, conditions: &'a Conditions) -> List<'a> {
    List {
        index: &INDEX,
        search,
        conditions,
    }
}
