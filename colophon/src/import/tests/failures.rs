//! Services that are busy, away, behind, or break off.

use super::*;

#[tokio::test]
async fn a_busy_service_is_asked_again() {
    let desk = Desk::with(THREE_BOOKS);
    desk.script(&[
        ("GET authors /sync", Fault::Busy(503)),
        ("GET /authors", Fault::Busy(503)),
        ("POST /authors", Fault::Busy(429)),
        ("POST /books", Fault::Busy(503)),
        ("POST /books", Fault::Busy(500)),
        ("POST /books/{id}/authors", Fault::Busy(503)),
    ]);
    let outcome = desk.import().await.unwrap();

    assert_eq!(
        (
            outcome.authors.created,
            outcome.books.created,
            outcome.links.made
        ),
        (3, 3, 4)
    );
    assert!(desk.services.catalog().faults.is_empty());
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_commit_doubles_nothing() {
    let desk = Desk::with(THREE_BOOKS);
    desk.script(&[
        ("POST /authors", Fault::AnswerLost),
        ("POST /authors", Fault::AnswerLost),
        ("POST /books", Fault::AnswerLost),
        ("POST /books/{id}/authors", Fault::AnswerLost),
    ]);
    let outcome = desk.import().await.unwrap();

    assert!(outcome.is_settled());
    let catalog = desk.services.catalog();
    assert!(catalog.faults.is_empty());
    assert_eq!(
        (
            catalog.authors.len(),
            catalog.books.len(),
            catalog.links.len()
        ),
        (3, 3, 4)
    );
}

#[tokio::test]
async fn links_wait_for_authors_that_are_still_on_their_way() {
    let desk = Desk::with(THREE_BOOKS);
    desk.services.catalog().assigns_too_early = 7;
    assert_eq!(desk.import().await.unwrap().links.made, 4);
}

#[tokio::test]
async fn an_author_deleted_meanwhile_costs_only_the_links_of_its_books() {
    let desk = Desk::with(THREE_BOOKS);
    desk.import().await.unwrap();
    {
        let mut catalog = desk.services.catalog();
        let collins = catalog
            .authors
            .iter()
            .position(|name| name == "Suzanne Collins");
        catalog.deleted_authors.extend(collins);
    }

    let outcome = desk.import().await.unwrap();

    assert_eq!(outcome.links.already_there, 3);
    assert!(
        desk.report()
            .contains(&left_out(2, "authors", "there is no author 7 here"))
    );
}

#[tokio::test]
async fn events_that_never_arrive_end_the_import() {
    let desk = Desk::with(THREE_BOOKS);
    desk.services.catalog().assigns_too_early = usize::MAX;
    let error = desk.import().await.unwrap_err();
    assert!(
        matches!(error, ImportError::EventsNotArriving { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_service_that_is_away_is_named_in_one_line() {
    let desk = Desk::with(THREE_BOOKS);
    let mut args = desk.args();
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    args.services.books_url = format!("http://127.0.0.1:{port}").parse().unwrap();
    let error = import_goodbooks(&args, SHORT)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("gave up on books-service"), "{error}");
    assert!(
        error.contains(&format!("http://127.0.0.1:{port}/sync")),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);
}

#[tokio::test]
async fn swapped_addresses_are_noticed_before_anything_is_written() {
    let desk = Desk::with(THREE_BOOKS);
    let mut args = desk.args();
    let urls = &mut args.services;
    std::mem::swap(&mut urls.authors_url, &mut urls.books_url);
    let error = import_goodbooks(&args, SHORT).await.unwrap_err();
    assert!(matches!(error, ImportError::WrongService { .. }), "{error}");
    assert_eq!(desk.services.catalog().writes, 0);
}

#[tokio::test]
async fn a_cache_that_stays_behind_is_not_settled() {
    let desk = Desk::with(THREE_BOOKS);
    desk.services.catalog().lag = 1;
    let outcome = desk.import().await.unwrap();
    assert!(!outcome.is_settled());
    assert!(
        outcome.to_string().contains("THE CACHES DO NOT HOLD IT"),
        "{outcome}"
    );
}

#[tokio::test]
async fn the_report_never_replaces_the_imported_file() {
    let desk = Desk::with(THREE_BOOKS);
    let mut args = desk.args();
    args.report.clone_from(&args.file);
    let error = import_goodbooks(&args, SHORT).await.unwrap_err();
    assert!(
        matches!(error, ImportError::ReportIsInput { .. }),
        "{error}"
    );
}
