//! Where the two services answer, for the commands that speak to them.

use reqwest::Url;

/// The addresses of both services.
#[derive(Debug, Clone, clap::Args)]
pub struct ServiceUrls {
    /// Where authors-service answers
    #[arg(long, env = "AUTHORS_URL", value_name = "URL", default_value = "http://127.0.0.1:8001", value_parser = base_url)]
    pub authors_url: Url,

    /// Where books-service answers
    #[arg(long, env = "BOOKS_URL", value_name = "URL", default_value = "http://127.0.0.1:8002", value_parser = base_url)]
    pub books_url: Url,
}

/// Reads the address of a service: plain HTTP (the program carries no TLS), a host, and nothing
/// that a request's own path or an error message could not bear.
fn base_url(raw: &str) -> Result<Url, String> {
    let url = Url::parse(raw).map_err(|error| error.to_string())?;
    if url.scheme() != "http" || !url.has_host() {
        return Err("must look like http://host:port".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry credentials".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_no_request_could_go_to_is_refused() {
        for url in [
            "localhost:8001",
            "https://books",
            "http://me:secret@books",
            "http://books?x=1",
        ] {
            assert!(base_url(url).is_err(), "{url}");
        }
    }
}
