//! Rows to records and back.

use sea_orm::{DbErr, Set};
use shared_events::{
    AuthorId, AuthorState, BookId, BookState, Credit, LinkRegister, Presence, RecordVersion,
    Revision,
};

use super::entity::{self, TextMap, Texts};
use crate::domain::{Author, CachedBook, Link, LinkKey};

pub(super) fn author(row: entity::authors::Model) -> Result<Author, DbErr> {
    Ok(Author {
        version: row.version,
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

pub(super) fn author_row(author: &Author) -> entity::authors::ActiveModel {
    let state = author.state.clone();
    entity::authors::ActiveModel {
        id: Set(state.author_id.get()),
        version: Set(author.version),
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

pub(super) fn identifier_rows(
    author: &Author,
) -> impl Iterator<Item = entity::author_identifiers::ActiveModel> {
    let state = &author.state;
    // A tombstone is not to be found by its identifiers.
    let held = (!author.deleted).then_some(&state.identifiers);
    held.into_iter()
        .flatten()
        .map(|(scheme, value)| entity::author_identifiers::ActiveModel {
            author_id: Set(state.author_id.get()),
            scheme: Set(scheme.clone()),
            value: Set(value.clone()),
        })
}

pub(super) fn link(row: entity::author_books::Model) -> Result<Link, DbErr> {
    Ok(Link {
        key: LinkKey {
            author_id: author_id(row.author_id)?,
            book_id: book_id(row.book_id)?,
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

pub(super) fn link_row(link: &Link) -> entity::author_books::ActiveModel {
    let LinkRegister { presence, credit } = link.register.clone();
    entity::author_books::ActiveModel {
        author_id: Set(link.key.author_id.get()),
        book_id: Set(link.key.book_id.get()),
        present: Set(presence.present),
        presence_revision: Set(presence.revision.get()),
        role: Set(credit.role),
        position: Set(credit.position),
        credited_as: Set(credit.credited_as),
        credit_revision: Set(credit.revision.get()),
    }
}

pub(super) fn cached_book(row: entity::books_cache::Model) -> Result<CachedBook, DbErr> {
    Ok(CachedBook {
        version: RecordVersion {
            epoch: row.epoch,
            version: row.version,
        },
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

pub(super) fn cached_book_row(book: &CachedBook) -> entity::books_cache::ActiveModel {
    let state = book.state.clone();
    entity::books_cache::ActiveModel {
        id: Set(state.book_id.get()),
        epoch: Set(book.version.epoch),
        version: Set(book.version.version),
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

pub(super) fn author_id(number: i64) -> Result<AuthorId, DbErr> {
    AuthorId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}

pub(super) fn book_id(number: i64) -> Result<BookId, DbErr> {
    BookId::try_from(number).map_err(|error| DbErr::Type(error.to_string()))
}
