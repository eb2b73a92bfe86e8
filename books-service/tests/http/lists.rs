//! `GET /books`: pages and filters.

use serde_json::json;

use crate::{
    answer::Answer,
    requests::{delete, post},
    service::Service,
};

fn ids(answer: &Answer) -> Vec<i64> {
    let json = answer.json();
    let books = json.as_array().unwrap().iter();
    books.map(|book| book["id"].as_i64().unwrap()).collect()
}

/// The address of the next page.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let address = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    Some(address.unwrap().to_owned())
}

async fn with_books(count: i64) -> Service {
    let service = Service::new().await;
    for number in 1..=count {
        service.create(&format!("Book {}", number % 3)).await;
    }
    service
}

#[tokio::test]
async fn a_list_is_an_array_by_id_with_the_authors_of_each() {
    let service = with_books(3).await;
    service.hear_of_author(7, 1, "Jorge Luis Borges").await;
    service.hear_of_link(2, 7, "author", 1).await;
    let answer = service.get("/books").await.expect(200);
    assert_eq!(ids(&answer), [1, 2, 3]);
    assert_eq!(answer.header("link"), None);
    let listed = answer.json();
    assert_eq!(listed[1]["authors"][0]["name"], "Jorge Luis Borges");
    assert_eq!(listed[0]["authors"], json!([]));
    assert_eq!(listed[1], service.get("/books/2").await.json());
}

#[tokio::test]
async fn nothing_to_list_is_an_empty_array() {
    let service = Service::new().await;
    let answer = service.get("/books").await.expect(200);
    assert_eq!(answer.json(), json!([]));
    assert_eq!(answer.header("link"), None);
}

#[tokio::test]
async fn skip_and_limit_choose_a_page() {
    let service = with_books(6).await;
    service.ask(delete("/books/2")).await.expect(204);
    for (query, expected) in [
        ("skip=0&limit=2", &[1, 3][..]),
        ("skip=2&limit=2", &[4, 5]),
        ("skip=4&limit=2", &[6]),
        ("skip=5", &[]),
        ("skip=9223372036854775807&limit=1000", &[]),
        ("after=4", &[5, 6]),
        ("after=4&skip=1", &[6]),
        ("after=2&limit=1", &[3]),
        ("unknown=1&limit=1", &[1]),
    ] {
        let answer = service.get(&format!("/books?{query}")).await.expect(200);
        assert_eq!(ids(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn a_hundred_are_listed_unless_more_are_asked_for() {
    let service = with_books(101).await;
    let answer = service.get("/books").await.expect(200);
    assert_eq!(ids(&answer).len(), 100);
    assert_eq!(next(&answer).as_deref(), Some("/books?after=100"));
    let all = service.get("/books?limit=1000").await.expect(200);
    assert_eq!(ids(&all).len(), 101);
    assert_eq!(next(&all), None);
}

#[tokio::test]
async fn the_links_to_the_next_page_lead_through_all_there_is_once() {
    let service = with_books(10).await;
    for (start, expected) in [
        ("/books?limit=3", (1..=10).collect::<Vec<_>>()),
        ("/books?limit=5", (1..=10).collect()),
        ("/books?skip=4&limit=4", (5..=10).collect()),
        ("/books?after=7&limit=1", vec![8, 9, 10]),
        ("/books?limit=10", (1..=10).collect()),
    ] {
        let mut found = Vec::new();
        let mut address = Some(start.to_owned());
        while let Some(page) = address {
            let answer = service.get(&page).await.expect(200);
            found.extend(ids(&answer));
            address = next(&answer);
            assert!(found.len() <= expected.len(), "{start}: {found:?}");
        }
        assert_eq!(found, expected, "{start}");
    }
}

#[tokio::test]
async fn a_page_stays_in_place_while_books_come_and_go() {
    let service = with_books(6).await;
    let first = service.get("/books?limit=3").await.expect(200);
    service.ask(delete("/books/1")).await.expect(204);
    service.create("Newcomer").await;
    let second = service.get(&next(&first).unwrap()).await.expect(200);
    assert_eq!(ids(&second), [4, 5, 6]);
    let third = service.get(&next(&second).unwrap()).await.expect(200);
    assert_eq!(ids(&third), [7]);
}

#[tokio::test]
async fn a_book_is_found_by_its_isbn_in_any_form() {
    let service = Service::new().await;
    for (title, isbn) in [("First", "0306406152"), ("Second", "978-0-8044-2957-3")] {
        let body = json!({ "title": title, "isbn": isbn });
        service.ask(post("/books", &body)).await.expect(201);
    }
    service.create("Without").await;
    for (isbn, expected) in [
        ("9780306406157", &[1][..]),
        ("978-0-306-40615-7", &[1]),
        ("0306406152", &[1]),
        ("0-306-40615-2", &[1]),
        ("+0+306+40615+2+", &[1]),
        ("ISBN%200-306-40615-2", &[1]),
        ("978%E2%80%910%E2%80%91306%E2%80%9140615%E2%80%917", &[1]),
        ("080442957X", &[2]),
        ("080442957x", &[2]),
        ("9780000000002", &[]),
    ] {
        let answer = service
            .get(&format!("/books?isbn={isbn}"))
            .await
            .expect(200);
        assert_eq!(ids(&answer), expected, "{isbn}");
    }
    service.ask(delete("/books/1")).await.expect(204);
    let answer = service.get("/books?isbn=0306406152").await.expect(200);
    assert!(ids(&answer).is_empty());
}

#[tokio::test]
async fn books_are_found_by_identifier_in_any_spelling() {
    let service = Service::new().await;
    let body = json!({
        "title": "Ficciones",
        "isbn": "9780306406157",
        "identifiers": { "oclc": "44954", "lccn": "n78-89035", "goodreads": "7" }
    });
    service.ask(post("/books", &body)).await.expect(201);
    let other = json!({ "title": "Other", "identifiers": { "oclc": "7", "openlibrary": "OL7W" } });
    service.ask(post("/books", &other)).await.expect(201);
    for (identifier, expected) in [
        ("oclc:44954", &[1][..]),
        ("oclc:ocm00044954", &[1]),
        ("oclc%3A+(OCoLC)44954", &[1]),
        ("lccn:n78089035", &[1]),
        ("lccn:n%2078-89035", &[1]),
        ("goodreads:0007", &[1]),
        ("oclc:7", &[2]),
        ("openlibrary:ol7w", &[2]),
        ("oclc:8", &[]),
    ] {
        let uri = format!("/books?identifier={identifier}");
        let answer = service.get(&uri).await.expect(200);
        assert_eq!(ids(&answer), expected, "{identifier}");
    }
    let other = service
        .get("/books?identifier=oclc:7&isbn=9780306406157")
        .await;
    assert!(ids(&other).is_empty());
    let same = service
        .get("/books?identifier=goodreads:7&isbn=0306406152")
        .await;
    assert_eq!(ids(&same), [1]);
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let service = Service::new().await;
    for (query, field) in [
        ("skip=-1", "skip"),
        ("skip=1.5", "skip"),
        ("skip=", "skip"),
        ("skip=9223372036854775808", "skip"),
        ("skip=99999999999999999999999999", "skip"),
        ("skip=1&skip=2", "skip"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=many", "limit"),
        ("limit=%31%30%30%31", "limit"),
        ("after=x", "after"),
        ("after=-1", "after"),
        ("after=9223372036854775808", "after"),
        ("isbn=", "isbn"),
        ("isbn=%00", "isbn"),
        ("isbn=%FF", "isbn"),
        ("isbn=%E4%BD", "isbn"),
        ("isbn=%zz", "isbn"),
        ("isbn=9780306406158", "isbn"),
        ("isbn=978030640615", "isbn"),
        ("isbn=4006381333931", "isbn"),
        ("identifier=", "identifier"),
        ("identifier=oclc", "identifier"),
        ("identifier=oclc:", "identifier"),
        ("identifier=viaf:95218067", "identifier"),
        ("identifier=lccn:x", "identifier"),
        ("identifier=oclc:%00", "identifier"),
    ] {
        let answer = service.get(&format!("/books?{query}")).await.expect(422);
        let wrong = answer.wrong_fields();
        assert_eq!(wrong.len(), 1, "{query}");
        assert_eq!(wrong[0].0, field, "{query}");
    }
    let long = format!("/books?isbn={}", "9".repeat(5_000));
    let answer = service.get(&long).await.expect(422);
    assert_eq!(answer.wrong_fields()[0].1, "format");
    let all = "/books?identifier=x&limit=0&isbn=%00&after=z&skip=-1";
    let answer = service.get(all).await.expect(422);
    let wrong = answer.wrong_fields();
    let mut fields: Vec<_> = wrong.iter().map(|(field, _)| field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["after", "identifier", "isbn", "limit", "skip"]);
}
