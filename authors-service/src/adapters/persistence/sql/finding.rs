//! Finds authors in SQL.

use ::values::Scheme;
use replication::{StoreError, sql::store_error};
use sea_orm::DbErr;
use search::{
    Place, Role,
    sql::{Conditions, Index, List, Search, Source, Sql, bytewise},
};

use super::{SqlStore, searched::NAMES};
use crate::domain::{Part, WantedAuthors, identifiers};

const INDEX: Index = Index {
    sources: &[Source {
        table: NAMES,
        role: Role::Name,
        record: "p.id",
        joins: &[],
        covered: false,
    }],
    listing: "listed_authors",
};

impl SqlStore {
    pub(super) async fn find_places(
        &self,
        wanted: &WantedAuthors,
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

    pub(super) async fn count_wanted(&self, wanted: &WantedAuthors) -> Result<u64, StoreError> {
        let count = async {
            let by_number = self.named(wanted).await?;
            let conditions = self.conditions(wanted);
            let search = search(wanted, &by_number, &conditions);
            let list = list(search.as_ref(), &conditions);
            list.total(self.database.searcher()).await
        };
        count.await.map_err(store_error)
    }

    /// The authors whose identifier the query is.
    async fn named(&self, wanted: &WantedAuthors) -> Result<Vec<i64>, DbErr> {
        let asked = wanted.query.as_ref().map(identifiers).unwrap_or_default();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let select = "SELECT author_id AS id FROM author_identifiers WHERE false";
        let sql = asked
            .into_iter()
            .fold(Sql::new(select), |sql, (scheme, value)| {
                sql.then(" OR (scheme = ")
                    .bind(scheme.as_str())
                    .then(" AND value = ")
                    .bind(value)
                    .then(")")
            });
        sql.then(" LIMIT 1000").ids(self.database.searcher()).await
    }

    fn conditions(&self, wanted: &WantedAuthors) -> Conditions {
        let bytewise = bytewise(self.backend());
        let mut sql = Sql::default();
        if let Some(name) = &wanted.filter.name {
            let among = " AND r.id IN (SELECT id FROM authors WHERE name = ";
            sql = sql.then(among).bind(name.clone()).then(")");
        }
        if let Some((scheme, value)) = &wanted.filter.identifier {
            sql = sql
                .then(" AND r.id IN (SELECT author_id FROM author_identifiers WHERE scheme = ")
                .bind(scheme.as_str())
                .then(" AND value = ")
                .bind(value.clone())
                .then(")");
        }
        if let Some(nationality) = &wanted.nationality {
            let equal = format!(" AND r.nationality{bytewise} = ");
            sql = sql.then(equal).bind(nationality.clone());
        }
        if let Some(time) = wanted.updated_since {
            // With an end, a database takes it for few enough to begin with them.
            sql = sql
                .then(" AND r.updated_at BETWEEN ")
                .bind(time.timestamp_micros())
                .then(" AND ")
                .bind(i64::MAX);
        }
        sql
    }
}

fn search<'a>(
    wanted: &'a WantedAuthors,
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
