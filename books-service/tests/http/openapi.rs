//! The OpenAPI document is 3.1, complete and true.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::Value;

use crate::{
    dead_letters::dead_letter,
    requests::{request, with_json},
    service::Service,
};

/// The routes as the router is told them.
const ROUTES: &str = include_str!("../../src/adapters/http/api.rs");

pub(crate) fn filled(path: &str) -> String {
    path.replace("{book_id}", "1")
        .replace("{author_id}", "2")
        .replace("{version}", "1")
        .replace("{id}", &dead_letter().id.to_string())
}

#[tokio::test]
async fn the_document_is_openapi_3_1() {
    let service = Service::new().await;
    let document = &service.document().0;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(document["info"]["title"], "Colophon: books");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn every_route_of_the_router_is_documented() {
    let service = Service::new().await;
    let documented: BTreeSet<_> = service
        .document()
        .operations()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let routes = ROUTES.split("web::resource(\"").skip(1);
    let routes: Vec<_> = routes.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(!routes.is_empty());
    for route in routes {
        assert!(documented.contains(route), "{route}");
    }
}

/// A method that nobody knows is told which there are: those that are documented, and HEAD.
#[tokio::test]
async fn each_path_answers_the_methods_that_are_documented_and_no_other() {
    let service = Service::new().await;
    for (path, mut methods) in service.document().operations() {
        let answer = service.ask(request(Method::TRACE, &filled(&path))).await;
        let answer = answer.expect(405);
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        let allow = answer.header("allow").unwrap();
        let allowed: BTreeSet<_> = allow.split(", ").map(str::to_owned).collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[tokio::test]
async fn each_documented_call_is_answered() {
    let service = Service::new().await;
    service.create("Ficciones").await;
    service.hear_of_authors([2]).await;
    service.hear_of_link(1, 2, "author", 1).await;
    service.give_up(dead_letter()).await;
    let mut operations = service.document().operations();
    // The book must be there until it is deleted.
    operations.sort_by_key(|(path, _)| path != "/books/{book_id}");
    for (path, methods) in operations.iter().rev() {
        for method in methods.iter().rev() {
            let method: Method = method.parse().unwrap();
            let body = r#"{"title":"Ficciones","author_ids":[2],"role":"editor","to":1}"#;
            let request = with_json(request(method, &filled(path)), body);
            let answer = service.ask(request).await;
            assert!(matches!(answer.status, 200 | 201 | 202 | 204), "{answer}");
        }
    }
}

#[tokio::test]
async fn each_operation_says_what_it_does_and_has_a_name_of_its_own() {
    let service = Service::new().await;
    let mut names = BTreeSet::new();
    let paths = service.document().0["paths"].as_object().unwrap();
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let text = |member: &str| operation[member].as_str().unwrap_or_default();
            assert!(!text("summary").is_empty(), "{method} {path}");
            assert!(
                names.insert(text("operationId").to_owned()),
                "{method} {path}"
            );
            let parameters = operation["parameters"].as_array();
            let in_path = parameters
                .into_iter()
                .flatten()
                .filter(|p| p["in"] == "path");
            assert_eq!(
                in_path.count(),
                path.matches('{').count(),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_a_body_must_hold_is_required_in_its_schema() {
    let service = Service::new().await;
    let document = &service.document().0;
    for (path, method, field) in [
        ("/books", "post", "title"),
        ("/books/{book_id}/authors", "post", "author_ids"),
        ("/books/{book_id}/authors/{author_id}", "put", "role"),
    ] {
        let body = &document["paths"][path][method]["requestBody"];
        assert_eq!(body["required"], true, "{path}");
        let schema = &body["content"]["application/json"]["schema"];
        let reference = schema["$ref"].as_str().unwrap().trim_start_matches('#');
        let schema = document.pointer(reference).unwrap();
        let required = schema["required"].as_array();
        let is_required = required.is_some_and(|names| names.contains(&Value::from(field)));
        assert!(is_required, "{field}: {schema}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let service = Service::new().await;
    let document = &service.document().0;
    let mut references = Vec::new();
    collect(document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members
                .values()
                .for_each(|member| collect(member, references));
        }
        Value::Array(elements) => elements.iter().for_each(|e| collect(e, references)),
        _ => {}
    }
}
