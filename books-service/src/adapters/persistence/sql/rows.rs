//! Rows to records and back.

use sea_orm::DbErr;
use shared_events::{
    AuthorId, AuthorState, BookId, BookState, Credit, LinkRegister, Presence, RecordVersion,
    Revision,
};

use super::entity::{self, TextMap, Texts};
use crate::domain::{Book, CachedAuthor, Link, LinkKey};

pub(super) fn book(row: entity::books::Model) -> Result<Book, DbErr> {
    Ok(Book {
        version: row.version,
        deleted: row.deleted,
        state: BookState {
            book_id: book_id(row.id)?,
            title: row.title,
            subtitle: row.subtitle,
            isbn: row.isbn,
            publication_year: row.publication_year,
            language: row.language,
            publisher: row.publisher,
            page_count: row.page_count,
            description: row.description,
            subjects: row.subjects.0,
            identifiers: row.identifiers.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        },
    })
}

pub(super) fn book_row(book: &Book) -> entity::books::Model {
    let state = book.state.clone();
    entity::books::Model {
        id: state.book_id.get(),
        version: book.version,
        deleted: book.deleted,
        title: state.title,
        subtitle: state.subtitle,
        isbn: state.isbn,
        publication_year: state.publication_year,
        language: state.language,
        publisher: state.publisher,
        page_count: state.page_count,
        description: state.description,
        subjects: Texts(state.subjects),
        identifiers: TextMap(state.identifiers),
        created_at: state.created_at,
        updated_at: state.updated_at,
    }
}

pub(super) fn identifier_rows(
    book: &Book,
) -> impl Iterator<Item = entity::book_identifiers::Model> {
    let state = &book.state;
    // A tombstone is not to be found by its identifiers.
    let held = (!book.deleted).then_some(&state.identifiers);
    held.into_iter()
        .flatten()
        .map(|(scheme, value)| entity::book_identifiers::Model {
            book_id: state.book_id.get(),
            scheme: scheme.clone(),
            value: value.clone(),
        })
}

pub(super) fn link(row: entity::book_authors::Model) -> Result<Link, DbErr> {
    Ok(Link {
        key: LinkKey {
            book_id: book_id(row.book_id)?,
            author_id: author_id(row.author_id)?,
        },
        register: LinkRegister {
            presence: Presence {
                present: row.present,
                revision: Revision::new(row.presence_revision),
            },
            credit: Credit {
                role: row.role,
                position: row.position,
                credited_as: row.credited_as,
                revision: Revision::new(row.credit_revision),
            },
        },
    })
}

pub(super) fn link_row(link: &Link) -> entity::book_authors::Model {
    let LinkRegister { presence, credit } = link.register.clone();
    entity::book_authors::Model {
        book_id: link.key.book_id.get(),
        author_id: link.key.author_id.get(),
        present: presence.present,
        presence_revision: presence.revision.get(),
        role: credit.role,
        position: credit.position,
        credited_as: credit.credited_as,
        credit_revision: credit.revision.get(),
    }
}

pub(super) fn cached_author(row: entity::authors_cache::Model) -> Result<CachedAuthor, DbErr> {
    Ok(CachedAuthor {
        version: RecordVersion {
            epoch: row.epoch,
            version: row.version,
        },
        deleted: row.deleted,
        state: AuthorState {
            author_id: author_id(row.id)?,
            name: row.name,
            birth_date: row.birth_date,
            death_date: row.death_date,
            nationality: row.nationality,
            biography: row.biography,
            aliases: row.aliases.0,
            identifiers: row.identifiers.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        },
    })
}

pub(super) fn cached_author_row(author: &CachedAuthor) -> entity::authors_cache::Model {
    let state = author.state.clone();
    entity::authors_cache::Model {
        id: state.author_id.get(),
        epoch: author.version.epoch,
        version: author.version.version,
        deleted: author.deleted,
        name: state.name,
        birth_date: state.birth_date,
        death_date: state.death_date,
        nationality: state.nationality,
        biography: state.biography,
        aliases: Texts(state.aliases),
        identifiers: TextMap(state.identifiers),
        created_at: state.created_at,
        updated_at: state.updated_at,
    }
}

pub(super) fn book_id(number: i64) -> Result<BookId, DbErr> {
    BookId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}

pub(super) fn author_id(number: i64) -> Result<AuthorId, DbErr> {
    AuthorId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}
