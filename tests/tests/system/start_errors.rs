//! A wrong setting stops the start with one line that names it and tells no secret.

use std::{fs, net::TcpListener};

use system_tests::{OwnDatabase, PATIENCE, Process, Program, Side, free_port, shared_broker};

/// Stands in every wrong setting that may hold a secret, and must not be seen again.
const SECRET: &str = "s3cret";

#[tokio::test]
async fn a_wrong_setting_of_a_service_stops_it_with_one_line_that_names_it() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    for (setting, value) in [
        ("SERVICE_PORT", "http"),
        ("SERVICE_PORT", "65536"),
        ("SERVICE_PORT", &taken),
        ("SERVICE_HOST", "example"),
        ("SERVICE_HOST", "192.0.2.1"),
        ("BROKER_URL", "memory:"),
        ("BROKER_URL", "kafka://app:s3cret@127.0.0.1"),
        ("BROKER_URL", "s3cret"),
        ("BROKER_URL", "amqp://app:s3cret@"),
        ("DATABASE_URL", "mysql://app:s3cret@127.0.0.1/catalog"),
        ("DATABASE_URL", "s3cret"),
        (
            "DATABASE_URL",
            "postgres://app:s3cret@127.0.0.1:port/catalog",
        ),
        ("DATABASE_URL", "sqlite:///dev/null/catalog.db"),
        ("RUST_LOG", "info,a=b=c"),
        ("LOG_FORMAT", "xml"),
        ("CORS_ORIGINS", "example.org"),
    ] {
        for side in Side::BOTH {
            refused(side.program(), &[(setting, value)], setting).await;
        }
    }
}

#[tokio::test]
async fn a_service_needs_to_be_told_its_broker() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(Program::AuthorsService, folder.path(), &[], &[]);
    assert_ne!(process.ended(PATIENCE).await, Some(0));
    one_line_naming(&process, "BROKER_URL");
}

#[tokio::test]
async fn a_wrong_setting_of_colophon_stops_it_with_one_line_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let in_a_file = file.join("data").display().to_string();
    let no_database = folder.path().join("no-database");
    fs::create_dir(&no_database).unwrap();
    fs::write(no_database.join("authors.db"), "no database ".repeat(100)).unwrap();
    let no_database = no_database.display().to_string();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    for (setting, value) in [
        ("AUTHORS_PORT", "http"),
        ("AUTHORS_PORT", taken.as_str()),
        ("BOOKS_PORT", "-1"),
        ("BOOKS_PORT", taken.as_str()),
        ("DATA_DIR", &in_a_file),
        ("DATA_DIR", &no_database),
        (
            "AUTHORS_DATABASE_URL",
            "mysql://app:s3cret@127.0.0.1/catalog",
        ),
        ("BOOKS_DATABASE_URL", "s3cret"),
        ("BROKER_URL", "http://app:s3cret@127.0.0.1"),
        ("RUST_LOG", "info,a=b=c"),
        ("LOG_FORMAT", "xml"),
    ] {
        refused(Program::Colophon, &[(setting, value)], setting).await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_database_that_refuses_the_credentials_or_is_not_there_stops_the_start() {
    let database = OwnDatabase::create("refusing").await;
    let mut stranger = database.url().clone();
    stranger.set_username("nobody_of_this_name").unwrap();
    stranger.set_password(Some(SECRET)).unwrap();
    let mut nowhere = database.url().clone();
    nowhere.set_path("no_database_of_this_name");
    for url in [stranger, nowhere] {
        for side in Side::BOTH {
            let wrong = [("DATABASE_URL", url.as_str())];
            refused(side.program(), &wrong, "DATABASE_URL").await;
        }
        let wrong = [("BOOKS_DATABASE_URL", url.as_str())];
        refused(Program::Colophon, &wrong, "BOOKS_DATABASE_URL").await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run.sh"]
async fn a_database_that_can_not_tell_letters_stops_the_start_and_says_what_to_do() {
    let ascii = "ENCODING 'UTF8' LC_CTYPE 'C' TEMPLATE template0";
    let database = OwnDatabase::create_with("ascii", ascii).await;
    let url = database.url().as_str();
    for (program, setting) in [
        (Program::AuthorsService, "DATABASE_URL"),
        (Program::BooksService, "DATABASE_URL"),
        (Program::Colophon, "BOOKS_DATABASE_URL"),
    ] {
        let line = refused(program, &[(setting, url)], setting).await;
        assert!(line.contains("create it with"), "{line}");
        assert!(line.contains("LC_CTYPE 'C.UTF-8'"), "{line}");
    }
}

#[tokio::test]
#[ignore = "needs RabbitMQ: tests/run.sh"]
async fn a_broker_that_refuses_the_credentials_or_the_virtual_host_stops_the_start() {
    let port = shared_broker().await.port();
    for url in [
        format!("amqp://guest:{SECRET}@127.0.0.1:{port}"),
        format!("amqp://nobody:{SECRET}@127.0.0.1:{port}"),
        format!("amqp://guest:guest@127.0.0.1:{port}/no-such-virtual-host"),
    ] {
        for side in Side::BOTH {
            refused(side.program(), &[("BROKER_URL", &url)], "BROKER_URL").await;
        }
        refused(Program::Colophon, &[("BROKER_URL", &url)], "BROKER_URL").await;
    }
}

/// Starts `program` with this wrong setting, all else being right. Returns what it says.
async fn refused(program: Program, wrong: &[(&str, &str)], setting: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog.db");
    let database = format!("sqlite://{}", file.display());
    let broker = format!("amqp://guest:guest@127.0.0.1:{}", free_port());
    let mut settings = match program {
        Program::Colophon => vec![("AUTHORS_PORT", "0"), ("BOOKS_PORT", "0")],
        Program::AuthorsService | Program::BooksService => vec![
            ("DATABASE_URL", database.as_str()),
            ("BROKER_URL", &broker),
            ("SERVICE_PORT", "0"),
        ],
    };
    settings.extend(wrong);
    let mut process = Process::start(program, folder.path(), &[], &settings);
    let code = process.ended(PATIENCE).await;
    assert!(
        code.is_some_and(|code| code != 0),
        "{wrong:?} ended {} with {code:?}",
        program.name()
    );
    one_line_naming(&process, setting);
    process.stderr()
}

fn one_line_naming(process: &Process, setting: &str) {
    let text = process.stderr();
    assert_eq!(text.lines().count(), 1, "{setting}: {text}");
    assert!(text.ends_with('\n'), "{text:?}");
    assert!(text.contains(setting), "{setting} is not named: {text}");
    for output in [&text, &process.stdout()] {
        assert!(!output.contains(SECRET), "{output}");
    }
}
