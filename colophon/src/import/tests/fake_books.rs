//! The fake books-service.

use actix_web::web::{self, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fake_services::{State, answer, problem, sync, wrong_fields};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sync", web::get().to(books_sync))
        .route("/books", web::get().to(find_book))
        .route("/books", web::post().to(create_book))
        .route("/books/{id}", web::get().to(get_book))
        .route("/books/{id}/authors", web::post().to(assign));
}

async fn books_sync(state: State) -> HttpResponse {
    sync(
        &state,
        "GET books /sync",
        "books-service",
        "authors-service",
    )
}

#[derive(Deserialize)]
struct Filter {
    identifier: Option<String>,
}

async fn find_book(state: State, query: Query<Filter>) -> HttpResponse {
    answer(&state, "GET /books", |catalog| {
        let is_it = |book: &&Map<String, Value>| {
            let goodreads = book["identifiers"]["goodreads"].as_str();
            let held = goodreads.map(|id| format!("goodreads:{id}"));
            query.identifier.is_none() || held == query.identifier
        };
        HttpResponse::Ok().json(catalog.books.iter().filter(is_it).collect::<Vec<_>>())
    })
}

async fn create_book(state: State, body: Json<Map<String, Value>>) -> HttpResponse {
    answer(&state, "POST /books", |catalog| {
        let mut book = body.into_inner();
        let mut wrong = Vec::new();
        if book["title"].as_str().is_none_or(|title| title.len() > 500) {
            wrong.push(("title", "is too long"));
        }
        if book
            .get("isbn")
            .and_then(Value::as_str)
            .is_some_and(|isbn| !is_isbn_10(isbn))
        {
            wrong.push(("isbn", "has a wrong check digit"));
        }
        if book
            .get("publication_year")
            .and_then(Value::as_i64)
            .is_some_and(|year| year > 2100)
        {
            wrong.push(("publication_year", "is in the future"));
        }
        if !wrong.is_empty() {
            return wrong_fields(wrong);
        }
        let conflicts = |field: &str| {
            catalog.books.iter().any(|other| {
                book.get(field)
                    .is_some_and(|value| other.get(field) == Some(value))
            })
        };
        for field in ["identifiers", "isbn"] {
            if conflicts(field) {
                let field = if field == "isbn" {
                    field
                } else {
                    "identifiers.goodreads"
                };
                let errors = json!([{"field": field, "code": "taken", "message": "is taken"}]);
                return problem(409, "belongs to another book", errors);
            }
        }
        catalog.writes += 1;
        book.insert("id".to_owned(), catalog.books.len().into());
        for field in ["isbn", "publication_year", "language"] {
            book.entry(field).or_insert(Value::Null);
        }
        catalog.books.push(book.clone());
        HttpResponse::Created().json(book)
    })
}

async fn get_book(state: State, _id: Path<usize>) -> HttpResponse {
    answer(&state, "GET /books/{id}", |_| {
        HttpResponse::Ok().json(json!({}))
    })
}

#[derive(Deserialize)]
struct Assign {
    author_ids: Vec<usize>,
}

async fn assign(
    state: State,
    request: HttpRequest,
    id: Path<usize>,
    body: Json<Assign>,
) -> HttpResponse {
    answer(&state, "POST /books/{id}/authors", |catalog| {
        assert_eq!(request.headers().get("Prefer").unwrap(), "wait=30");
        let gone = body
            .author_ids
            .iter()
            .any(|id| catalog.deleted_authors.contains(id));
        if catalog.assigns_too_early > 0 || gone {
            catalog.assigns_too_early = catalog.assigns_too_early.saturating_sub(1);
            return problem(404, "there is no author 7 here", json!([]));
        }
        let (mut linked, mut already_linked) = (Vec::new(), Vec::new());
        for author in &body.author_ids {
            if catalog.links.contains(&(*id, *author)) {
                already_linked.push(author);
            } else {
                catalog.writes += 1;
                catalog.links.push((*id, *author));
                linked.push(author);
            }
        }
        HttpResponse::Ok().json(json!({
            "message": "Authors assigned successfully", "book_id": *id, "linked": linked, "already_linked": already_linked,
        }))
    })
}

fn is_isbn_10(isbn: &str) -> bool {
    let values = isbn
        .chars()
        .map(|c| if c == 'X' { Some(10) } else { c.to_digit(10) });
    let weighted: Option<u32> = values
        .zip((1..=10).rev())
        .map(|(value, weight)| Some(value? * weight))
        .sum();
    isbn.len() == 10 && weighted.is_some_and(|sum| sum % 11 == 0)
}
