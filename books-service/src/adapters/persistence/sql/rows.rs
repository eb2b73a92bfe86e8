//! Rows to records and back.

use sea_orm::{DbErr, Set};
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

pub(super) fn book_row(book: &Book) -> entity::books::ActiveModel {
    let state = book.state.clone();
    entity::books::ActiveModel {
        id: Set(state.book_id.get()),
        version: Set(book.version),
        deleted: Set(book.deleted),
        title: Set(state.title),
        subtitle: Set(state.subtitle),
        isbn: Set(state.isbn),
        publication_year: Set(state.publication_year),
        language: Set(state.language),
        publisher: Set(state.publisher),
        page_count: Set(state.page_count),
        description: Set(state.description),
        subjects: Set(Texts(state.subjects)),
        identifiers: Set(TextMap(state.identifiers)),
        created_at: Set(state.created_at),
        updated_at: Set(state.updated_at),
    }
}

pub(super) fn identifier_rows(
    book: &Book,
) -> impl Iterator<Item = entity::book_identifiers::ActiveModel> {
    let state = &book.state;
    // A tombstone is not to be found by its identifiers.
    let held = (!book.deleted).then_some(&state.identifiers);
    held.into_iter()
        .flatten()
        .map(|(scheme, value)| entity::book_identifiers::ActiveModel {
            book_id: Set(state.book_id.get()),
            scheme: Set(scheme.clone()),
            value: Set(value.clone()),
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

pub(super) fn link_row(link: &Link) -> entity::book_authors::ActiveModel {
    let LinkRegister { presence, credit } = link.register.clone();
    entity::book_authors::ActiveModel {
        book_id: Set(link.key.book_id.get()),
        author_id: Set(link.key.author_id.get()),
        present: Set(presence.present),
        presence_revision: Set(presence.revision.get()),
        role: Set(credit.role),
        position: Set(credit.position),
        credited_as: Set(credit.credited_as),
        credit_revision: Set(credit.revision.get()),
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

pub(super) fn cached_author_row(author: &CachedAuthor) -> entity::authors_cache::ActiveModel {
    let state = author.state.clone();
    entity::authors_cache::ActiveModel {
        id: Set(state.author_id.get()),
        epoch: Set(author.version.epoch),
        version: Set(author.version.version),
        deleted: Set(author.deleted),
        name: Set(state.name),
        birth_date: Set(state.birth_date),
        death_date: Set(state.death_date),
        nationality: Set(state.nationality),
        biography: Set(state.biography),
        aliases: Set(Texts(state.aliases)),
        identifiers: Set(TextMap(state.identifiers)),
        created_at: Set(state.created_at),
        updated_at: Set(state.updated_at),
    }
}

pub(super) fn book_id(number: i64) -> Result<BookId, DbErr> {
    BookId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}

pub(super) fn author_id(number: i64) -> Result<AuthorId, DbErr> {
    AuthorId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}
