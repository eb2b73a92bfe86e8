//! `/openapi.json` and `/docs`.

use actix_web::App;
use actix_web::test::{self, TestRequest};
use service_kit::docs_page::DocsPage;
use service_kit::problem::ProblemBody;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(info(title = "Things & <more>"), components(schemas(ProblemBody)))]
struct Documented;

async fn fetch(uri: &str) -> (u16, String, Vec<u8>) {
    let page = DocsPage::new(&Documented::openapi()).unwrap();
    let app = test::init_service(App::new().configure(|config| page.configure(config))).await;
    let response = test::call_service(&app, TestRequest::get().uri(uri).to_request()).await;
    let content_type = response.headers().get("content-type");
    let content_type = content_type
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    let status = response.status().as_u16();
    (
        status,
        content_type,
        test::read_body(response).await.to_vec(),
    )
}

#[actix_web::test]
async fn the_description_is_json_and_knows_the_problem_document() {
    let (status, content_type, body) = fetch("/openapi.json").await;
    assert_eq!((status, content_type.as_str()), (200, "application/json"));
    let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let problem = &document["components"]["schemas"]["Problem"]["properties"];
    for member in [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "correlation_id",
        "errors",
    ] {
        assert!(problem[member].is_object(), "{member}: {document}");
    }
}

#[actix_web::test]
async fn the_page_and_everything_it_loads_come_from_the_service() {
    let (status, content_type, body) = fetch("/docs").await;
    assert_eq!(
        (status, content_type.as_str()),
        (200, "text/html; charset=utf-8")
    );
    let page = String::from_utf8(body).unwrap();
    assert!(page.contains("<title>Things &amp; &lt;more></title>"));
    assert!(!page.contains("//"), "loads something from elsewhere");
    let loaded: Vec<_> = page
        .split(['"'])
        .filter(|part| part.starts_with("docs/"))
        .collect();
    assert_eq!(loaded.len(), 4);
    for file in loaded {
        let (status, _, body) = fetch(&format!("/{file}")).await;
        assert_eq!(status, 200, "{file}");
        assert!(!body.is_empty(), "{file}");
    }
}

#[actix_web::test]
async fn nothing_else_is_served_there() {
    for uri in ["/docs/index.html", "/docs/..%2fCargo.toml", "/docs/x"] {
        assert_eq!(fetch(uri).await.0, 404, "{uri}");
    }
}
