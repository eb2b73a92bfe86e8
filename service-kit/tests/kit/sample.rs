//! A small service on the kit, and ways to ask it.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::test::{self, TestRequest};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use service_kit::clock::ManualClock;
use service_kit::conditional::{IfMatch, Tagged, if_none_match};
use service_kit::correlation::CorrelationId;
use service_kit::field::{Field, FieldList, FieldMap, check, in_declared_order};
use service_kit::http::{AppDefaults, Origin};
use service_kit::json_body::JsonBody;
use service_kit::path_id;
use service_kit::problem::{Problem, ProblemKind};
use service_kit::query::QueryParams;
use validator::Validate;
use values::FieldErrors;

pub(crate) const ORIGIN: &str = "https://catalog.example.org";

pub(crate) fn defaults() -> AppDefaults {
    let clock = ManualClock::new("2026-11-20T09:30:00Z".parse().unwrap());
    AppDefaults::new(Arc::new(clock), [Origin::parse(ORIGIN).unwrap()])
}

#[derive(Deserialize, Validate)]
pub(crate) struct Thing {
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    #[validate(range(min = 1))]
    pages: Field<i32>,
    #[serde(default)]
    #[validate(length(max = 3))]
    tags: FieldList<String>,
    #[serde(default)]
    codes: FieldMap<String>,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/things")
                .route(web::get().to(list))
                .route(web::post().to(create)),
        )
        .service(
            web::resource("/things/{id}")
                .route(web::get().to(read))
                .route(web::put().to(replace)),
        )
        .service(web::resource("/panic").route(web::get().to(panics)))
        .service(web::resource("/broken").route(web::get().to(broken)))
        .service(web::resource("/bare").route(web::get().to(bare)))
        .service(web::resource("/whoami").route(web::get().to(whoami)))
        .service(web::resource("/health").route(web::get().to(HttpResponse::Ok)));
}

async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut query = QueryParams::from_request(&request);
    let skip = query.u64("skip", 0, 0..=1_000_000);
    let limit = query.u64("limit", 100, 1..=1_000);
    let name = query.text("name");
    query.finish()?;
    Ok(HttpResponse::Ok().json(serde_json::json!([skip, limit, name])))
}

async fn create(body: JsonBody<Thing>) -> Result<HttpResponse, Problem> {
    let JsonBody(thing) = body;
    let mut errors = FieldErrors::new();
    errors.extend(check(&thing));
    let name = thing.name.required("name", &mut errors);
    thing.pages.into_option("pages", &mut errors);
    thing.tags.into_vec("tags", &mut errors);
    thing.codes.into_map("codes", &mut errors);
    let errors = in_declared_order::<Thing>(errors);
    match name {
        Some(name) if errors.is_empty() => Ok(HttpResponse::Created()
            .insert_header(("Location", "/things/1"))
            .json(serde_json::json!({ "id": 1, "name": name }))),
        _ => Err(Problem::invalid_fields(errors)),
    }
}

async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path_id::from_request(&request, "id", "thing")?;
    if id == 7 {
        return Err(Problem::new(ProblemKind::Gone, "Thing 7 was deleted."));
    }
    let thing = Tagged::new(1, 3, &serde_json::json!({ "id": id }))?;
    if if_none_match(&request, &thing.tag()) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(unchanged.insert_header(thing.tag()).finish());
    }
    Ok(thing.answer(&mut HttpResponse::Ok()))
}

async fn replace(condition: IfMatch, body: JsonBody<Thing>) -> Result<HttpResponse, Problem> {
    drop(body);
    match condition {
        IfMatch::Tags(tags) if !tags.contains(&(1, 3)) => Err(Problem::new(
            ProblemKind::PreconditionFailed,
            "The thing has changed.",
        )),
        _ => Ok(HttpResponse::Ok().finish()),
    }
}

async fn panics() -> HttpResponse {
    panic!("on purpose, unwrap")
}

async fn broken() -> Result<HttpResponse, Problem> {
    Err(Problem::internal(&"password=s3cret"))
}

async fn bare() -> HttpResponse {
    HttpResponse::TooManyRequests()
        .insert_header(("Retry-After", "7"))
        .body("slow down")
}

async fn whoami(id: CorrelationId) -> String {
    id.as_str().to_owned()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem document, checked for all that every one of them has.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["correlation_id"], self.header("x-correlation-id"));
        for member in ["type", "title", "detail", "instance"] {
            assert!(!problem[member].as_str().unwrap().is_empty(), "{member}");
        }
        problem
    }
}

/// Asks a fresh service.
pub(crate) async fn ask(request: TestRequest) -> Answer {
    let app = test::init_service(service_kit::http::app(&defaults()).configure(routes)).await;
    let response = test::call_service(&app, request.to_request()).await;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = test::read_body(response).await.to_vec();
    Answer {
        status,
        headers,
        body,
    }
}

pub(crate) fn request(method: Method, uri: &str) -> TestRequest {
    TestRequest::default().method(method).uri(uri)
}

pub(crate) fn get(uri: &str) -> TestRequest {
    request(Method::GET, uri)
}

pub(crate) fn post(body: impl Into<web::Bytes>) -> TestRequest {
    request(Method::POST, "/things")
        .insert_header(("content-type", "application/json"))
        .set_payload(body)
}
