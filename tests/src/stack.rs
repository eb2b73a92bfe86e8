//! A whole system: both services, their databases and what carries the events between them.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use sea_orm::DatabaseConnection;
use tempfile::TempDir;

use crate::{
    broker::own_virtual_host,
    client::Client,
    databases::{OwnDatabase, connect},
    import::{Import, Imported},
    place::Place,
    ports::free_port,
    process::{Process, Program},
    side::Side,
    waiting::{PATIENCE, eventually},
};

/// Both services and what they stand on.
pub struct Stack {
    // In the order in which they go: nothing may use what went before it.
    programs: Vec<Place>,
    authors: Client,
    books: Client,
    authors_database: String,
    books_database: String,
    _own: Vec<OwnDatabase>,
    imports: AtomicU32,
    folder: TempDir,
}

impl Stack {
    /// `colophon`: both services in one process, SQLite files, the bus within the process.
    ///
    /// # Panics
    /// If it does not become ready.
    pub async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let database = |name: &str| format!("sqlite://{}/{name}.db", data.display());
        let (authors_database, books_database) = (database("authors"), database("books"));
        let (authors, books) = (free_port(), free_port());
        let settings = vec![
            ("DATA_DIR", data.display().to_string()),
            ("AUTHORS_PORT", authors.to_string()),
            ("BOOKS_PORT", books.to_string()),
        ];
        let mut stack = Self {
            programs: vec![Place::new(Program::Colophon, settings)],
            authors: Client::new(authors),
            books: Client::new(books),
            authors_database,
            books_database,
            _own: Vec::new(),
            imports: AtomicU32::new(0),
            folder,
        };
        stack.start_all();
        stack.ready().await;
        stack
    }

    /// The two programs, PostgreSQL, and RabbitMQ.
    ///
    /// # Panics
    /// If they do not become ready.
    pub async fn servers() -> Self {
        Self::servers_on(&own_virtual_host().await).await
    }

    /// The two programs, PostgreSQL, and the RabbitMQ at this URL.
    ///
    /// # Panics
    /// If they do not become ready.
    pub async fn servers_on(broker_url: &str) -> Self {
        let mut stack = Self::stopped_servers_on(broker_url).await;
        stack.start_all();
        stack.ready().await;
        stack
    }

    /// As [`Self::servers_on`], with neither program started.
    ///
    /// # Panics
    /// If there is no PostgreSQL.
    pub async fn stopped_servers_on(broker_url: &str) -> Self {
        let own = [
            OwnDatabase::create("authors").await,
            OwnDatabase::create("books").await,
        ];
        let databases = own.each_ref().map(|own| own.url().to_string());
        Self {
            _own: own.into(),
            ..Self::stopped_programs(broker_url, databases)
        }
    }

    /// The two programs on these databases, of authors and of books, and the RabbitMQ at this URL;
    /// neither is started.
    pub fn stopped_programs(broker_url: &str, databases: [String; 2]) -> Self {
        let [authors_database, books_database] = databases;
        let (authors, books) = (free_port(), free_port());
        let place = |side: Side, database: &str, port: u16| {
            let settings = vec![
                ("DATABASE_URL", database.to_owned()),
                ("BROKER_URL", broker_url.to_owned()),
                ("SERVICE_PORT", port.to_string()),
            ];
            Place::new(side.program(), settings)
        };
        Self {
            programs: vec![
                place(Side::Authors, &authors_database, authors),
                place(Side::Books, &books_database, books),
            ],
            authors: Client::new(authors),
            books: Client::new(books),
            authors_database,
            books_database,
            _own: Vec::new(),
            imports: AtomicU32::new(0),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Sets a setting of the program that serves this side, or takes it away, from its next start
    /// on.
    pub fn set(&mut self, side: Side, name: &'static str, value: Option<String>) {
        self.place(side).set(name, value);
    }

    /// Starts the program that serves this side a second time, on another port.
    pub fn start_another(&mut self, side: Side, port: u16) -> Process {
        let folder = self.folder.path().to_owned();
        let port = [("SERVICE_PORT", port.to_string())];
        self.place(side).start_another(&folder, &port)
    }

    /// A folder that goes with the stack.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client of this side.
    pub fn client(&self, side: Side) -> &Client {
        match side {
            Side::Authors => &self.authors,
            Side::Books => &self.books,
        }
    }

    /// The database of this side, past its service.
    ///
    /// # Panics
    /// If it can't be reached.
    pub async fn database(&self, side: Side) -> DatabaseConnection {
        connect(self.database_url(side)).await
    }

    /// Where the database of this side is.
    pub fn database_url(&self, side: Side) -> &str {
        match side {
            Side::Authors => &self.authors_database,
            Side::Books => &self.books_database,
        }
    }

    /// The process that serves this side.
    ///
    /// # Panics
    /// If it is not running.
    pub fn process(&mut self, side: Side) -> &mut Process {
        let place = self.place(side);
        place.process.as_mut().expect("the program is not running")
    }

    /// Takes the process that serves this side out of the stack, so that both can be used at once.
    ///
    /// # Panics
    /// If it is not running.
    pub fn take_process(&mut self, side: Side) -> Process {
        let process = self.place(side).process.take();
        process.expect("the program is not running")
    }

    /// Starts the program that serves this side, anew if it runs.
    pub fn start(&mut self, side: Side) {
        let folder = self.folder.path().to_owned();
        self.place(side).start(&folder);
    }

    /// Starts every program, anew if it runs.
    pub fn start_all(&mut self) {
        for place in &mut self.programs {
            place.start(self.folder.path());
        }
    }

    /// Waits until both sides are ready.
    ///
    /// # Panics
    /// If one does not become so.
    pub async fn ready(&self) {
        for side in Side::BOTH {
            self.side_ready(side).await;
        }
    }

    /// Waits until this side is ready.
    ///
    /// # Panics
    /// If it does not become so.
    pub async fn side_ready(&self, side: Side) {
        let client = self.client(side);
        eventually(PATIENCE, &format!("{side:?} ready"), async || {
            (client.status("/health/ready").await == 200).then_some(())
        })
        .await;
    }

    /// Waits until what listens on this port is ready.
    ///
    /// # Panics
    /// If it does not become so.
    pub async fn port_ready(&self, port: u16) {
        let client = Client::new(port);
        eventually(PATIENCE, "another one ready", async || {
            (client.status("/health/ready").await == 200).then_some(())
        })
        .await;
    }

    /// Ends the program that serves this side without warning, and starts it again.
    ///
    /// # Panics
    /// If it does not become ready.
    pub async fn kill_and_restart(&mut self, side: Side) {
        self.process(side).kill_9();
        self.start(side);
        self.ready().await;
    }

    /// Creates a record, which must succeed; its id.
    ///
    /// # Panics
    /// If it does not.
    pub async fn create(&self, side: Side, name: &str) -> i64 {
        let client = self.client(side);
        let answer = client.post(side.records(), &side.record(name)).await;
        answer.with_status(201).id()
    }

    /// Starts an import.
    pub fn start_import(&self, file: &Path) -> Import {
        let number = self.imports.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.path().join(format!("import-{number}"));
        let file = file.canonicalize().unwrap();
        let urls = [self.authors.base(), self.books.base()];
        Import::start(folder, &file.to_string_lossy(), urls)
    }

    /// Imports a file.
    ///
    /// # Panics
    /// If that fails.
    pub async fn import(&self, file: &Path) -> Imported {
        self.start_import(file).done().await
    }

    fn place(&mut self, side: Side) -> &mut Place {
        let serves = |place: &&mut Place| {
            place.program == Program::Colophon || place.program == side.program()
        };
        self.programs.iter_mut().find(serves).unwrap()
    }
}
