//! `GET /authors`: pages and filters.

use serde_json::json;

use crate::{
    answer::Answer,
    requests::{delete, post},
    service::Service,
};

fn ids(answer: &Answer) -> Vec<i64> {
    let json = answer.json();
    let authors = json.as_array().unwrap().iter();
    authors
        .map(|author| author["id"].as_i64().unwrap())
        .collect()
}

/// The address of the next page.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let address = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    Some(address.unwrap().to_owned())
}

async fn with_authors(count: i64) -> Service {
    let service = Service::new().await;
    for number in 1..=count {
        service.create(&format!("Author {}", number % 3)).await;
    }
    service
}

#[tokio::test]
async fn a_list_is_an_array_by_id_with_the_books_of_each() {
    let service = with_authors(3).await;
    service.hear_of_book(7, 1, "Cien años de soledad").await;
    service.hear_of_link(2, 7, "author", 1).await;
    let answer = service.get("/authors").await.expect(200);
    assert_eq!(ids(&answer), [1, 2, 3]);
    assert_eq!(answer.header("link"), None);
    let listed = answer.json();
    assert_eq!(listed[1]["books"][0]["title"], "Cien años de soledad");
    assert_eq!(listed[0]["books"], json!([]));
    assert_eq!(listed[1], service.get("/authors/2").await.json());
}

#[tokio::test]
async fn nothing_to_list_is_an_empty_array() {
    let service = Service::new().await;
    let answer = service.get("/authors").await.expect(200);
    assert_eq!(answer.json(), json!([]));
    assert_eq!(answer.header("link"), None);
}

#[tokio::test]
async fn skip_and_limit_choose_a_page() {
    let service = with_authors(6).await;
    service.ask(delete("/authors/2")).await.expect(204);
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
        let answer = service.get(&format!("/authors?{query}")).await.expect(200);
        assert_eq!(ids(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn a_hundred_are_listed_unless_more_are_asked_for() {
    let service = with_authors(101).await;
    let answer = service.get("/authors").await.expect(200);
    assert_eq!(ids(&answer).len(), 100);
    assert_eq!(next(&answer).as_deref(), Some("/authors?after=100"));
    let all = service.get("/authors?limit=1000").await.expect(200);
    assert_eq!(ids(&all).len(), 101);
    assert_eq!(next(&all), None);
}

#[tokio::test]
async fn the_links_to_the_next_page_lead_through_all_there_is_once() {
    let service = with_authors(10).await;
    for (start, expected) in [
        ("/authors?limit=3", (1..=10).collect::<Vec<_>>()),
        ("/authors?limit=5", (1..=10).collect()),
        ("/authors?skip=4&limit=4", (5..=10).collect()),
        ("/authors?name=Author+1&limit=1", vec![1, 4, 7, 10]),
        ("/authors?limit=10", (1..=10).collect()),
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
async fn a_page_stays_in_place_while_authors_come_and_go() {
    let service = with_authors(6).await;
    let first = service.get("/authors?limit=3").await.expect(200);
    service.ask(delete("/authors/1")).await.expect(204);
    service.create("Newcomer").await;
    let second = service.get(&next(&first).unwrap()).await.expect(200);
    assert_eq!(ids(&second), [4, 5, 6]);
    let third = service.get(&next(&second).unwrap()).await.expect(200);
    assert_eq!(ids(&third), [7]);
}

#[tokio::test]
async fn authors_are_found_by_name_however_it_is_spaced_and_composed() {
    let service = Service::new().await;
    service.create("Gabriel García Márquez").await;
    service.create("Gabriel Garcia Marquez").await;
    for (query, expected) in [
        ("name=Gabriel%20Garc%C3%ADa+M%C3%A1rquez", &[1][..]),
        ("name=+Gabriel++Garci%CC%81a%09Ma%CC%81rquez+", &[1]),
        ("name=Gabriel+Garcia+Marquez", &[2]),
        ("name=gabriel+garcia+marquez", &[]),
        ("name=Gabriel", &[]),
    ] {
        let answer = service.get(&format!("/authors?{query}")).await.expect(200);
        assert_eq!(ids(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn authors_are_found_by_identifier_in_any_spelling() {
    let service = Service::new().await;
    let body = json!({
        "name": "Gabo",
        "identifiers": { "wikidata": "Q5878", "orcid": "0000-0002-1825-0097", "goodreads": "7" }
    });
    service.ask(post("/authors", &body)).await.expect(201);
    let other = json!({ "name": "Other", "identifiers": { "viaf": "7" } });
    service.ask(post("/authors", &other)).await.expect(201);
    for (identifier, expected) in [
        ("wikidata:Q5878", &[1][..]),
        ("wikidata:q5878", &[1]),
        ("wikidata%3A+Q5878", &[1]),
        ("orcid:https://orcid.org/0000-0002-1825-0097", &[1]),
        ("orcid:0000000218250097", &[1]),
        ("goodreads:0007", &[1]),
        ("viaf:7", &[2]),
        ("viaf:8", &[]),
    ] {
        let uri = format!("/authors?identifier={identifier}");
        let answer = service.get(&uri).await.expect(200);
        assert_eq!(ids(&answer), expected, "{identifier}");
    }
    let both = service.get("/authors?identifier=viaf:7&name=Gabo").await;
    assert!(ids(&both).is_empty());
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
        ("name=", "name"),
        ("name=%00", "name"),
        ("name=%FF", "name"),
        ("name=%E4%BD", "name"),
        ("name=%zz", "name"),
        ("identifier=", "identifier"),
        ("identifier=viaf", "identifier"),
        ("identifier=viaf:", "identifier"),
        ("identifier=isbn:9780000000002", "identifier"),
        ("identifier=isni:0000000121032684", "identifier"),
        ("identifier=viaf:%00", "identifier"),
    ] {
        let answer = service.get(&format!("/authors?{query}")).await.expect(422);
        let wrong = answer.wrong_fields();
        assert_eq!(wrong.len(), 1, "{query}");
        assert_eq!(wrong[0].0, field, "{query}");
    }
    let long = format!("/authors?name={}", "x".repeat(256));
    let answer = service.get(&long).await.expect(422);
    assert_eq!(answer.wrong_fields()[0].1, "too_long");
    let all = "/authors?identifier=x&limit=0&name=%00&after=z&skip=-1";
    let answer = service.get(all).await.expect(422);
    let wrong = answer.wrong_fields();
    let mut fields: Vec<_> = wrong.iter().map(|(field, _)| field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["after", "identifier", "limit", "name", "skip"]);
}
