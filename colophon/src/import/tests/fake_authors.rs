//! The fake authors-service.

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Path, Query};
use serde::Deserialize;
use serde_json::json;

use super::fake_services::{State, answer, problem, sync, wrong_fields};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sync", web::get().to(authors_sync))
        .route("/authors", web::get().to(find_author))
        .route("/authors", web::post().to(create_author))
        .route("/authors/{id}", web::get().to(get_author));
}

async fn authors_sync(state: State) -> HttpResponse {
    sync(
        &state,
        "GET authors /sync",
        "authors-service",
        "books-service",
    )
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
struct Filter {
    name: Option<String>,
}

async fn find_author(state: State, query: Query<Filter>) -> HttpResponse {
    answer(&state, "GET /authors", |catalog| {
        let found = catalog
            .authors
            .iter()
            .enumerate()
            .filter(|(_, name)| query.name.as_ref().is_none_or(|wanted| *name == wanted));
        let found: Vec<_> = found
            .map(|(id, name)| json!({"id": id, "name": name, "books": []}))
            .collect();
        HttpResponse::Ok().json(found)
    })
}

async fn create_author(state: State, body: Json<Name>) -> HttpResponse {
    answer(&state, "POST /authors", |catalog| {
        if body.name.contains("Unwanted") {
            return wrong_fields(vec![("name", "is not wanted")]);
        }
        catalog.writes += 1;
        catalog.authors.push(body.name.clone());
        HttpResponse::Created().json(json!({"id": catalog.authors.len() - 1, "name": body.name}))
    })
}

async fn get_author(state: State, id: Path<usize>) -> HttpResponse {
    answer(&state, "GET /authors/{id}", |catalog| {
        if catalog.deleted_authors.contains(&id) {
            problem(410, "gone", json!([]))
        } else {
            HttpResponse::Ok().json(json!({}))
        }
    })
}
