//! `/openapi.json`, and at `/docs` a page to try it. All files are in the binary: it works without
//! a network, and behind a gateway that adds a path in front.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, mime};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::config::StartError;
use crate::problem::{Problem, ProblemKind};

/// The only files of the Swagger UI that the page loads.
const ASSETS: [&str; 3] = [
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "favicon-32x32.png",
];

/// Nothing is loaded from elsewhere. Swagger UI sets styles inline and draws icons from data URLs.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      frame-ancestors 'none'";

/// The start script is a file of its own, so that the policy can forbid scripts in the page.
const START: &str = r##"window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
"##;

/// A service's documentation, rendered once.
#[derive(Debug, Clone)]
pub struct DocsPage {
    openapi: Bytes,
    page: Bytes,
}

impl DocsPage {
    /// Renders the document and the page, which has the document's title.
    ///
    /// # Errors
    /// [`StartError`] when the document can't be written as JSON.
    pub fn new(openapi: &OpenApi) -> Result<Self, StartError> {
        let json = openapi.to_json().map_err(StartError::failed)?;
        let title = openapi
            .info
            .title
            .replace('&', "&amp;")
            .replace('<', "&lt;");
        let page = format!(
            r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  <link rel="icon" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <noscript>This page needs JavaScript; the description itself is <a href="openapi.json">openapi.json</a>.</noscript>
  <div id="swagger-ui"></div>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script src="docs/start.js"></script>
</body>
</html>
"#
        );
        Ok(Self {
            openapi: json.into(),
            page: page.into(),
        })
    }

    /// Adds `/openapi.json`, `/docs` and its files.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        let openapi = self.openapi.clone();
        let page = self.page.clone();
        config
            .service(web::resource("/openapi.json").route(web::get().to(move || {
                let body = openapi.clone();
                async move {
                    HttpResponse::Ok()
                        .content_type(mime::APPLICATION_JSON)
                        .body(body)
                }
            })))
            .service(web::resource("/docs").route(web::get().to(move || {
                let body = page.clone();
                async move {
                    HttpResponse::Ok()
                        .content_type(mime::TEXT_HTML_UTF_8)
                        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
                        .body(body)
                }
            })))
            .service(web::resource("/docs/start.js").route(web::get().to(start)))
            .service(web::resource("/docs/{file}").route(web::get().to(asset)));
    }
}

async fn start() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(START)
}

async fn asset(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let none = || Problem::new(ProblemKind::NotFound, "There is nothing at this address.");
    if !ASSETS.contains(&file.as_str()) {
        return Err(none());
    }
    let found = utoipa_swagger_ui::serve(&file, Arc::new(Config::default()))
        .map_err(|error| Problem::internal(&error))?
        .ok_or_else(none)?;
    let mut answer = HttpResponse::Ok();
    if found.gzpipped {
        answer.insert_header(("content-encoding", "gzip"));
    }
    Ok(answer
        .content_type(found.content_type)
        .insert_header((CACHE_CONTROL, "max-age=3600"))
        .body(found.bytes.into_owned()))
}
