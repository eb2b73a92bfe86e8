//! Where the two databases are.

use std::path::{Path, PathBuf};

use service_kit::config::{ConfigError, SecretUrl, StartError};

/// The databases of both services.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DatabaseSettings {
    /// Folder of the SQLite files; made if it is not there
    #[arg(long, env = "DATA_DIR", default_value = "./data")]
    data_dir: PathBuf,
    /// Where authors are kept, instead of DATA_DIR/authors.db
    #[arg(long, env = "AUTHORS_DATABASE_URL", hide_env_values = true)]
    authors_database_url: Option<SecretUrl>,
    /// Where books are kept, instead of DATA_DIR/books.db
    #[arg(long, env = "BOOKS_DATABASE_URL", hide_env_values = true)]
    books_database_url: Option<SecretUrl>,
}

/// A database and the setting that names it.
pub(crate) struct DatabaseChoice {
    pub(crate) url: SecretUrl,
    pub(crate) setting: &'static str,
}

impl DatabaseSettings {
    /// The authors' database.
    ///
    /// # Errors
    /// If its folder can't be made.
    pub(crate) fn authors(&self) -> Result<DatabaseChoice, StartError> {
        let url = self.authors_database_url.as_ref();
        self.choose(url, "AUTHORS_DATABASE_URL", "authors.db")
    }

    /// The books' database.
    ///
    /// # Errors
    /// If its folder can't be made.
    pub(crate) fn books(&self) -> Result<DatabaseChoice, StartError> {
        let url = self.books_database_url.as_ref();
        self.choose(url, "BOOKS_DATABASE_URL", "books.db")
    }

    /// Where the data is, for people.
    pub(crate) fn place(&self) -> String {
        match (&self.authors_database_url, &self.books_database_url) {
            (None, None) => format!("SQLite files in {}", self.data_dir.display()),
            (Some(authors), Some(books)) if authors.scheme() == books.scheme() => {
                format!("{} databases", authors.scheme())
            }
            _ => "two databases".to_owned(),
        }
    }

    fn choose(
        &self,
        url: Option<&SecretUrl>,
        setting: &'static str,
        file: &str,
    ) -> Result<DatabaseChoice, StartError> {
        if let Some(url) = url {
            let url = url.clone();
            return Ok(DatabaseChoice { url, setting });
        }
        let wrong = |reason: String| ConfigError::new("DATA_DIR", reason);
        std::fs::create_dir_all(&self.data_dir)
            .and_then(|()| self.data_dir.canonicalize())
            .map_err(|error| wrong(format!("{}: {error}", self.data_dir.display())))
            .and_then(|folder| sqlite_url(&folder.join(file)).map_err(wrong))
            .map(|url| DatabaseChoice {
                url,
                setting: "DATA_DIR",
            })
            .map_err(StartError::from)
    }
}

/// The URL of an SQLite file; the path's `?`, `#`, `%` and other such characters are escaped.
fn sqlite_url(file: &Path) -> Result<SecretUrl, String> {
    let url = url::Url::from_file_path(file)
        .map_err(|()| format!("{} is not an absolute path", file.display()))?;
    let text = url.as_str().replacen("file:", "sqlite:", 1);
    SecretUrl::parse(&text).map_err(|error| error.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_odd_characters_is_still_a_path() {
        let url = sqlite_url(Path::new("/a b/c?d#e/authors.db")).unwrap();
        assert_eq!(url.expose(), "sqlite:///a%20b/c%3Fd%23e/authors.db");
    }
}
