//! What commands need to see.

use std::collections::{BTreeMap, BTreeSet};

use replication::sql::{is_one_of, is_one_of_pairs, is_one_of_text_pairs, is_one_of_texts};
use sea_orm::{ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect};
use shared_events::{AuthorId, BookId, LinkRegister};

use super::{SqlStore, entity, queries::is_live, rows};
use crate::domain::{Book, Claim, LinkKey, Loaded, Wanted, values::BookScheme};
use ::values::Scheme;

fn isbn(claim: &Claim) -> Option<&str> {
    match claim {
        Claim::Isbn(isbn) => Some(isbn),
        Claim::Identifier(..) => None,
    }
}

fn identifier(claim: &Claim) -> Option<(BookScheme, &str)> {
    match claim {
        Claim::Isbn(_) => None,
        Claim::Identifier(scheme, value) => Some((*scheme, value)),
    }
}

impl SqlStore {
    /// Each kind of record by one statement, however many are wanted.
    pub(super) async fn load_all(&self, wanted: &Wanted) -> Result<Loaded, DbErr> {
        Ok(Loaded {
            books: self.load_books(wanted).await?,
            authors: self.load_authors(wanted).await?,
            links: self.load_links(wanted).await?,
            positions: self.load_positions(wanted).await?,
            claims: self.load_claims(wanted).await?,
        })
    }

    async fn load_books(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, Book>, DbErr> {
        use entity::books::{Column, Entity};
        if wanted.books.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids = wanted.books.iter().map(|id| id.get());
        let found = Entity::find()
            .filter(is_one_of(self.backend(), Column::Id, ids))
            .all(self.database.reader())
            .await?;
        let book = |row| rows::book(row).map(|book| (book.state.book_id, book));
        found.into_iter().map(book).collect()
    }

    async fn load_authors(&self, wanted: &Wanted) -> Result<BTreeSet<AuthorId>, DbErr> {
        use entity::authors_cache::{Column, Entity};
        if wanted.authors.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = wanted.authors.iter().map(|id| id.get());
        let live: Vec<i64> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(is_one_of(self.backend(), Column::Id, ids))
            .filter(Column::Deleted.eq(false))
            .into_tuple()
            .all(self.database.reader())
            .await?;
        live.into_iter().map(rows::author_id).collect()
    }

    async fn load_positions(&self, wanted: &Wanted) -> Result<BTreeMap<BookId, i32>, DbErr> {
        use entity::book_authors::{Column, Entity};
        if wanted.positions.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids = wanted.positions.iter().map(|id| id.get());
        let greatest: Vec<(i64, i32)> = Entity::find()
            .select_only()
            .column(Column::BookId)
            .column_as(Column::Position.max(), "position")
            .filter(is_one_of(self.backend(), Column::BookId, ids))
            .filter(Column::Present.eq(true))
            .group_by(Column::BookId)
            .into_tuple()
            .all(self.database.reader())
            .await?;
        let position = |(id, position): (i64, i32)| Ok((rows::book_id(id)?, position.max(0)));
        greatest.into_iter().map(position).collect()
    }

    async fn load_claims(&self, wanted: &Wanted) -> Result<BTreeMap<Claim, BookId>, DbErr> {
        let mut claims = BTreeMap::new();
        let isbns: Vec<&str> = wanted.claims.iter().filter_map(isbn).collect();
        if !isbns.is_empty() {
            use entity::books::{Column, Entity};
            let found: Vec<(i64, String)> = Entity::find()
                .select_only()
                .columns([Column::Id, Column::Isbn])
                .filter(is_one_of_texts(self.backend(), Column::Isbn, &isbns))
                .filter(is_live())
                .into_tuple()
                .all(self.database.reader())
                .await?;
            for (id, isbn) in found {
                claims.insert(Claim::Isbn(isbn), rows::book_id(id)?);
            }
        }
        let identifiers = wanted.claims.iter().filter_map(identifier);
        let identifiers: Vec<_> = identifiers
            .map(|(scheme, value)| (scheme.as_str(), value))
            .collect();
        if !identifiers.is_empty() {
            use entity::book_identifiers::{Column, Entity};
            let columns = [Column::Scheme, Column::Value];
            let any = is_one_of_text_pairs(self.backend(), columns, &identifiers);
            for row in Entity::find()
                .filter(any)
                .all(self.database.reader())
                .await?
            {
                let known = BookScheme::ALL
                    .iter()
                    .find(|known| known.as_str() == row.scheme);
                if let Some(scheme) = known {
                    let claim = Claim::Identifier(*scheme, row.value);
                    claims.insert(claim, rows::book_id(row.book_id)?);
                }
            }
        }
        Ok(claims)
    }

    async fn load_links(&self, wanted: &Wanted) -> Result<BTreeMap<LinkKey, LinkRegister>, DbErr> {
        use entity::book_authors::{Column, Entity};
        if wanted.links.is_empty() {
            return Ok(BTreeMap::new());
        }
        let pair = |key: &LinkKey| (key.book_id.get(), key.author_id.get());
        let pairs: Vec<_> = wanted.links.iter().map(pair).collect();
        let columns = [Column::BookId, Column::AuthorId];
        let found = Entity::find()
            .filter(is_one_of_pairs(self.backend(), columns, &pairs))
            .all(self.database.reader())
            .await?;
        let link = |row| rows::link(row).map(|link| (link.key, link.register));
        found.into_iter().map(link).collect()
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.database.reader().get_database_backend()
    }
}
