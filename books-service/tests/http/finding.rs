//! `GET /books?query=`, its filters, orders and cursors.

use crate::{answer::Answer, service::Service};

fn titles(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let books = json.as_array().unwrap().iter();
    let titles = books.map(|book| book["title"].as_str().unwrap().to_owned());
    titles.collect()
}

fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let address = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    Some(address.unwrap().to_owned())
}

async fn with_books() -> Service {
    let service = Service::new().await;
    for name in [
        "Émile Zola",
        "John Smith",
        "Smith Jones",
        "Adam Smith",
        "村上 春樹",
    ] {
        service.create(name).await;
    }
    service
}

#[tokio::test]
async fn a_query_finds_the_best_match_first() {
    let service = with_books().await;
    for (query, expected) in [
        (
            "query=smith",
            &["Smith Jones", "John Smith", "Adam Smith"][..],
        ),
        ("query=zol&limit=1", &["Émile Zola"]),
        ("query=emile", &["Émile Zola"]),
        ("query=%E6%98%A5%E6%A8%B9", &["村上 春樹"]),
        ("query=nobody", &[]),
        (
            "query=smith&sort=title",
            &["Adam Smith", "John Smith", "Smith Jones"],
        ),
        ("query=smith&sort=-id&limit=1", &["Adam Smith"]),
        ("sort=title&limit=2", &["Adam Smith", "Émile Zola"]),
    ] {
        let answer = service.get(&format!("/books?{query}")).await.expect(200);
        assert_eq!(titles(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn every_order_has_cursors_to_its_end() {
    let service = with_books().await;
    for query in [
        "query=smith",
        "query=smith&sort=-title",
        "sort=-updated_at",
        "sort=-id",
    ] {
        let mut address = Some(format!("/books?{query}&limit=1&total=true"));
        let mut seen = Vec::new();
        while let Some(page) = address {
            let answer = service.get(&page).await.expect(200);
            assert!(answer.header("x-total-count").is_some(), "{page}");
            seen.extend(titles(&answer));
            address = next(&answer);
        }
        let all = service
            .get(&format!("/books?{query}&total=true"))
            .await
            .expect(200);
        assert_eq!(seen, titles(&all), "{query}");
        let total = all.header("x-total-count").unwrap().to_owned();
        assert_eq!(total, seen.len().to_string(), "{query}");
    }
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let service = Service::new().await;
    let long = "x".repeat(1_001);
    for (query, field) in [
        ("query=", "query"),
        ("query=%3F!", "query"),
        (&format!("query={long}"), "query"),
        ("sort=size", "sort"),
        ("sort=relevance", "sort"),
        ("sort=-relevance&query=a", "sort"),
        ("after=x", "after"),
        ("query=a&after=5", "after"),
        ("sort=title&after=5.n1", "after"),
        ("total=yes", "total"),
        ("updated_since=yesterday", "updated_since"),
        ("year_from=x", "year_from"),
        ("author_id=0", "author_id"),
        ("without_isbn=1", "without_isbn"),
        ("language=%21", "language"),
        ("publisher=", "publisher"),
        ("publisher=!!!", "publisher"),
        ("subject=...", "subject"),
    ] {
        let answer = service.get(&format!("/books?{query}")).await.expect(422);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{query}");
    }
}
