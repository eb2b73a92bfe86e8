//! What gets into the catalog, what into the report.

use super::*;

#[tokio::test]
async fn books_authors_and_links_get_into_the_catalog() {
    let desk = Desk::with(THREE_BOOKS);
    let outcome = desk.import().await.unwrap();

    assert_eq!(
        outcome.authors,
        RecordCounts {
            found: 0,
            created: 3
        }
    );
    assert_eq!(
        outcome.books,
        RecordCounts {
            found: 0,
            created: 3
        }
    );
    assert_eq!(
        outcome.links,
        LinkCounts {
            made: 4,
            already_there: 0
        }
    );
    assert_eq!(
        (
            outcome.rows_read,
            outcome.rows_refused,
            outcome.fields_left_out
        ),
        (3, 0, 1)
    );
    assert!(outcome.is_settled());
    let catalog = desk.services.catalog();
    let hunger_games = catalog
        .books
        .iter()
        .find(|book| book["title"] == "The Hunger Games")
        .unwrap();
    assert_eq!(hunger_games["isbn"], "0439023483");
    assert_eq!(hunger_games["publication_year"], 2008);
    assert_eq!(hunger_games["language"], "eng");
    let mort = catalog
        .books
        .iter()
        .find(|book| book["title"] == "Mort")
        .unwrap();
    assert_eq!(
        (&mort["publication_year"], &mort["language"]),
        (&(-400).into(), &Value::Null)
    );
}

#[tokio::test]
async fn authors_are_linked_in_the_order_of_the_file() {
    let desk = Desk::with("1,,\"D, C, B, A\",,,T,\n2,,\"A, B, C, D\",,,U,\n");
    desk.import().await.unwrap();

    let catalog = desk.services.catalog();
    let authors_of = |title: &str| -> Vec<&str> {
        let book = catalog
            .books
            .iter()
            .position(|book| book["title"] == title)
            .unwrap();
        let links = catalog.links.iter().filter(|link| link.0 == book);
        links.map(|link| catalog.authors[link.1].as_str()).collect()
    };
    assert_eq!(authors_of("T"), ["D", "C", "B", "A"]);
    assert_eq!(authors_of("U"), ["A", "B", "C", "D"]);
}

#[tokio::test]
async fn running_it_again_adds_nothing_and_reports_the_same_fields() {
    let desk = Desk::with(THREE_BOOKS);
    desk.import().await.unwrap();
    let writes = desk.services.catalog().writes;

    let again = desk.import().await.unwrap();

    assert_eq!(desk.services.catalog().writes, writes);
    assert_eq!(
        again.authors,
        RecordCounts {
            found: 3,
            created: 0
        }
    );
    assert_eq!(
        again.books,
        RecordCounts {
            found: 3,
            created: 0
        }
    );
    assert_eq!(
        again.links,
        LinkCounts {
            made: 0,
            already_there: 4
        }
    );
    let fields: Vec<_> = desk
        .report()
        .into_iter()
        .map(|line| (line.0, line.2))
        .collect();
    assert_eq!(fields, [(3, Some("isbn".to_owned()))]);
}

#[tokio::test]
async fn a_refused_field_is_left_out_and_reported() {
    let desk = Desk::with("1,439023484,A,3000.0,,T,eng\n");
    desk.import().await.unwrap();

    assert_eq!(
        desk.report(),
        [
            left_out(2, "isbn", "has a wrong check digit"),
            left_out(2, "original_publication_year", "is in the future")
        ]
    );
    let catalog = desk.services.catalog();
    assert_eq!(
        (&catalog.books[0]["isbn"], &catalog.books[0]["language"]),
        (&Value::Null, &"eng".into())
    );
}

#[tokio::test]
async fn an_isbn_of_another_book_is_left_out_and_reported() {
    let desk = Desk::with("1,439023483,A,,,T,\n2,0439023483,A,,,U,\n");
    let mut args = desk.args();
    args.concurrency = 1;
    let outcome = import_goodbooks(&args, SHORT).await.unwrap();

    assert_eq!(outcome.books.created, 2);
    assert_eq!(
        desk.report(),
        [left_out(3, "isbn", "belongs to another book")]
    );
}

#[tokio::test]
async fn a_refused_row_or_name_does_not_stop_the_others() {
    let desk = Desk::with(&format!(
        "1,439023484,A,,,{},\n2,,\"Unwanted, A\",,,T,\nbroken\n",
        "x".repeat(501)
    ));
    let outcome = desk.import().await.unwrap();

    assert_eq!(
        (
            outcome.rows_read,
            outcome.rows_refused,
            outcome.fields_left_out
        ),
        (3, 2, 1)
    );
    assert_eq!((outcome.books.created, outcome.links.made), (1, 1));
    let lines: Vec<_> = desk
        .report()
        .into_iter()
        .map(|(row, outcome, field, _)| (row, outcome, field))
        .collect();
    let expected = [
        (4, "row_refused", None),
        (2, "row_refused", Some("title")),
        (3, "field_left_out", Some("authors")),
    ];
    let expected =
        expected.map(|(row, outcome, field)| (row, outcome.to_owned(), field.map(str::to_owned)));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn one_book_on_two_rows_is_one_book_with_the_authors_of_both() {
    let desk = Desk::with("1,,A,,,T,\n1,,B,,,T,\n");
    let outcome = desk.import().await.unwrap();

    assert_eq!(
        outcome.books,
        RecordCounts {
            found: 0,
            created: 1
        }
    );
    assert_eq!(outcome.links.made, 2);
    assert_eq!(desk.report(), []);
}

#[tokio::test]
async fn the_sample_is_taken_but_for_its_one_wrong_isbn() {
    let desk = Desk::with("");
    let mut args = desk.args();
    args.file = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/classics.csv");
    let outcome = import_goodbooks(&args, SHORT).await.unwrap();

    let totals = (
        outcome.books.created,
        outcome.authors.created,
        outcome.links.made,
    );
    assert_eq!(totals, (151, 155, 169));
    assert_eq!(outcome.rows_refused, 0);
    let fields: Vec<_> = desk.report().into_iter().map(|line| line.2).collect();
    assert_eq!(fields, [Some("isbn".to_owned())]);
}

#[tokio::test]
async fn a_book_that_the_file_has_twice_is_reported_whole_each_time() {
    let desk = Desk::with("1,,A,3000.0,,T,eng\n1,,A,3000.0,,T,eng\n");
    let outcome = desk.import().await.unwrap();

    assert_eq!(
        outcome.books,
        RecordCounts {
            found: 0,
            created: 1
        }
    );
    let fields: Vec<_> = desk
        .report()
        .into_iter()
        .map(|line| (line.0, line.2))
        .collect();
    let year = Some("original_publication_year".to_owned());
    assert_eq!(fields, [(2, year.clone()), (3, year)]);
}

#[tokio::test]
async fn an_import_into_a_catalog_that_holds_something_looks_before_it_creates() {
    let desk = Desk::with(THREE_BOOKS);
    desk.import().await.unwrap();
    desk.script(&[("GET /authors", Fault::Busy(503)); 4]);
    desk.script(&[("GET /books", Fault::Busy(503)); 4]);
    let writes = desk.services.catalog().writes;

    desk.import().await.unwrap();

    // One look at the whole, and one at each of three: none of them was spared.
    let catalog = desk.services.catalog();
    assert!(catalog.faults.is_empty(), "{:?}", catalog.faults);
    assert_eq!(catalog.writes, writes);
}
