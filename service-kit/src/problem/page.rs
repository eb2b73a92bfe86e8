//! What a problem's `type` leads to: `GET /problems` and `GET /problems/{name}` as plain text.

use actix_web::{HttpResponse, web};

use super::{Problem, ProblemKind};

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/problems").route(web::get().to(list)))
        .service(web::resource("/problems/{name}").route(web::get().to(one)));
}

async fn list() -> HttpResponse {
    let pages: Vec<_> = ProblemKind::ALL.into_iter().map(page).collect();
    text(pages.join("\n"))
}

async fn one(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let uri = format!("/problems/{name}");
    ProblemKind::ALL
        .into_iter()
        .find(|kind| kind.type_uri() == uri)
        .map(|kind| text(page(kind)))
        .ok_or_else(|| Problem::new(ProblemKind::NotFound, "There is no such type of problem."))
}

fn page(kind: ProblemKind) -> String {
    format!(
        "{}\n{} ({})\n{}\n",
        kind.type_uri(),
        kind.title(),
        kind.status().as_u16(),
        kind.meaning()
    )
}

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(body)
}
