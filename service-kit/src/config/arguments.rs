//! Reading a program's settings, with errors of one line that hide what might be secret.

use std::error::Error as _;
use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ErrorKind};

use super::{ConfigError, StartError};

/// The settings of this process, from its arguments and environment. `--help` and `--version`
/// print and end the process.
///
/// # Errors
/// [`StartError`] names the wrong or missing setting.
pub fn parse_arguments<T: Parser>() -> Result<T, StartError> {
    arguments_from(std::env::args_os())
}

/// As [`parse_arguments`], from these arguments; the first is the program's name.
///
/// # Errors
/// [`StartError`] names the wrong or missing setting.
pub fn arguments_from<T: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<T, StartError> {
    T::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        ErrorKind::ValueValidation => wrong_value(&error),
        _ => StartError::failed(first_paragraph(&error.to_string())),
    })
}

/// clap would repeat the value, which may hold a password.
fn wrong_value(error: &clap::Error) -> StartError {
    let setting = error
        .get(ContextKind::InvalidArg)
        .map_or_else(|| "a setting".to_owned(), ToString::to_string);
    let reason = error.source().map_or_else(
        || "has a value that is not allowed".to_owned(),
        ToString::to_string,
    );
    ConfigError::new(setting, reason).into()
}

fn first_paragraph(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .map(|line| line.trim_start_matches("error: "))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::actor::ActorHeader;
    use crate::config::{HttpSettings, LogFormat, LogSettings, SecretUrl};

    #[derive(Debug, Parser)]
    struct Settings {
        #[command(flatten)]
        http: HttpSettings,
        #[command(flatten)]
        log: LogSettings,
        #[arg(long)]
        database_url: SecretUrl,
    }

    fn read(arguments: &[&str]) -> Result<Settings, StartError> {
        let program = std::iter::once("program").chain(arguments.iter().copied());
        arguments_from(program.map(OsString::from))
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let settings = read(&["--database-url", "sqlite::memory:"]).unwrap();
        assert_eq!(settings.http.service_host.to_string(), "127.0.0.1");
        assert_eq!(settings.http.cors_origins.iter().count(), 0);
        assert_eq!(settings.http.actor_header, ActorHeader::default());
        assert_eq!(settings.log.log_format, LogFormat::Json);
        assert_eq!(settings.database_url.scheme(), "sqlite");
    }

    #[test]
    fn origins_are_a_list() {
        let origins = "http://a.org, https://b.org:443,";
        let settings = read(&["--database-url", "memory:", "--cors-origins", origins]).unwrap();
        let origins: Vec<_> = settings
            .http
            .cors_origins
            .iter()
            .map(|o| o.as_str())
            .collect();
        assert_eq!(origins, ["http://a.org", "https://b.org"]);
    }

    #[test]
    fn a_wrong_value_is_one_line_without_the_value() {
        let error = read(&["--database-url", "p4ss"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "--database-url <DATABASE_URL>: is not a URL: relative URL without a base"
        );
        let error = read(&["--database-url", "memory:", "--service-host", "x"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--service-host <SERVICE_HOST>: must be an IP address of this machine, such as \
             127.0.0.1 or 0.0.0.0"
        );
    }

    #[test]
    fn a_header_that_names_who_asks_is_set_by_its_name() {
        let with = |name| read(&["--database-url", "memory:", "--actor-header", name]);
        let header = with("X-Forwarded-User").unwrap().http.actor_header;
        assert_eq!(Ok(header), "x-forwarded-user".parse());
        assert_eq!(
            with("X User").unwrap_err().to_string(),
            "--actor-header <ACTOR_HEADER>: must be the name of a header, such as X-Forwarded-User"
        );
    }

    #[test]
    fn a_missing_or_unknown_setting_is_one_line() {
        assert_eq!(
            read(&[]).unwrap_err().to_string(),
            "the following required arguments were not provided: --database-url <DATABASE_URL>"
        );
        let error = read(&["--nonsense"]).unwrap_err().to_string();
        assert_eq!(error, "unexpected argument '--nonsense' found");
    }
}
