//! The import of goodbooks-10k into a fresh, embedded Colophon.

use std::{env, path::PathBuf, time::Instant};

use async_trait::async_trait;

use super::{Scenario, Started};
use crate::{
    failure::Result,
    processor::Watch,
    readings::Readings,
    row::{Row, Target, Unit, Who},
    servers::{Bench, Databases, Process},
};

/// Where the file is.
const SETTING: &str = "GOODBOOKS_CSV";

static ROWS: [Row; 1] = [Row {
    id: "goodbooks",
    work: "goodbooks-10k imported, all of it and on both sides, embedded",
    unit: Unit::Seconds,
    limit: None,
    targets: &[Target::AtMost(4.0)],
}];

pub(super) struct Goodbooks;

struct Running(Option<PathBuf>);

#[async_trait(?Send)]
impl Scenario for Goodbooks {
    fn name(&self) -> &'static str {
        "goodbooks"
    }

    fn rows(&self) -> &'static [Row] {
        &ROWS
    }

    async fn start(&self, _bench: &Bench) -> Result<Box<dyn Started>> {
        let file = env::var_os(SETTING).map(|file| PathBuf::from(file).canonicalize());
        Ok(Box::new(Running(file.transpose()?)))
    }
}

#[async_trait(?Send)]
impl Started for Running {
    async fn round(&mut self, bench: &Bench, readings: &mut Readings) -> Result<()> {
        let [row] = &ROWS;
        // Without the file it is left out, and the page says so.
        let Some(file) = &self.0 else {
            return Ok(());
        };
        let folder = bench.new_folder()?;
        let databases = Databases::files(folder.path());
        let service = bench.programs.embedded(bench, &databases).await?;
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let arguments = [
            "import".to_owned(),
            "goodbooks".to_owned(),
            file.display().to_string(),
            "--authors-url".to_owned(),
            url(service.port),
            "--books-url".to_owned(),
            url(service.books_port),
        ];
        let colophon = bench.programs.path("colophon");
        let import_folder = bench.new_folder()?;
        let watch = Watch::begin(bench)?;
        let began = Instant::now();
        let mut import = Process::start(&colophon, import_folder.path(), &arguments, &[])?;
        import.done().await?;
        readings.note(row, Who::Colophon, began.elapsed().as_secs_f64());
        readings.note_seen(row, watch.end().await?);
        Ok(())
    }
}
