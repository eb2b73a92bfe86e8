//! `GET /authors?query=`, its filters, orders and cursors.

use crate::{answer::Answer, service::Service};

fn names(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let authors = json.as_array().unwrap().iter();
    let names = authors.map(|author| author["name"].as_str().unwrap().to_owned());
    names.collect()
}

fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let address = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    Some(address.unwrap().to_owned())
}

async fn with_authors() -> Service {
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
    let service = with_authors().await;
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
            "query=smith&sort=name",
            &["Adam Smith", "John Smith", "Smith Jones"],
        ),
        ("query=smith&sort=-id&limit=1", &["Adam Smith"]),
        ("sort=name&limit=2", &["Adam Smith", "Émile Zola"]),
    ] {
        let answer = service.get(&format!("/authors?{query}")).await.expect(200);
        assert_eq!(names(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn every_order_has_cursors_to_its_end() {
    let service = with_authors().await;
    for query in [
        "query=smith",
        "query=smith&sort=-name",
        "sort=-updated_at",
        "sort=-id",
    ] {
        let mut address = Some(format!("/authors?{query}&limit=1&total=true"));
        let mut seen = Vec::new();
        while let Some(page) = address {
            let answer = service.get(&page).await.expect(200);
            assert!(answer.header("x-total-count").is_some(), "{page}");
            seen.extend(names(&answer));
            address = next(&answer);
        }
        let all = service
            .get(&format!("/authors?{query}&total=true"))
            .await
            .expect(200);
        assert_eq!(seen, names(&all), "{query}");
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
        ("sort=name&after=5.n1", "after"),
        ("total=yes", "total"),
        ("updated_since=yesterday", "updated_since"),
        ("nationality=", "nationality"),
        ("nationality=%3F", "nationality"),
    ] {
        let answer = service.get(&format!("/authors?{query}")).await.expect(422);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{query}");
    }
}
