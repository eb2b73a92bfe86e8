//! The two services, spoken to over HTTP by the commands: one attempt at a time.

use std::error::Error;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::service_urls::ServiceUrls;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the 30 s for which a service may hold an answer back on request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(45);
/// An author with a thousand embedded books stays well below.
const MAX_BODY: usize = 8 << 20;

/// One of the two services.
#[derive(Debug)]
pub(crate) struct Service {
    name: &'static str,
    base: Url,
    http: Client,
}

/// A complete answer that is not worth another attempt.
#[derive(Debug)]
pub(crate) struct Answer {
    service: &'static str,
    url: String,
    status: StatusCode,
    body: Vec<u8>,
}

/// A request that the service refused: its problem document (RFC 9457), as far as it was one.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    #[serde(skip)]
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) detail: String,
    #[serde(default)]
    pub(crate) errors: Vec<WrongField>,
}

/// One wrong field of a refused request.
#[derive(Debug, Deserialize)]
pub(crate) struct WrongField {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another attempt may succeed: no connection, a lost answer, a service too busy.
    Passing {
        service: &'static str,
        url: String,
        reason: String,
        /// What the service asked for, if it did.
        retry_after: Option<Duration>,
    },
    /// The answer is not what the service's API promises; no other attempt will do better.
    Unexpected {
        service: &'static str,
        url: String,
        reason: String,
    },
}

/// authors-service and books-service at `urls`, each asked at most `concurrency` things at a time.
///
/// # Errors
/// If the HTTP client can't be set up.
pub(crate) fn services(
    urls: &ServiceUrls,
    concurrency: usize,
) -> Result<(Service, Service), reqwest::Error> {
    let http = http_client(concurrency)?;
    let (authors, books) = (urls.authors_url.clone(), urls.books_url.clone());
    Ok((
        Service::new("authors-service", authors, http.clone()),
        Service::new("books-service", books, http),
    ))
}

fn http_client(concurrency: usize) -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .pool_max_idle_per_host(concurrency)
        .redirect(redirect::Policy::none())
        // The services stand beside each other in one network, whatever proxy leads out of it.
        .no_proxy()
        .build()
}

impl Service {
    fn new(name: &'static str, base: Url, http: Client) -> Self {
        Self { name, base, http }
    }

    /// The service's name, as it gives it itself.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The service's address.
    pub(crate) fn base(&self) -> &str {
        self.base.as_str()
    }

    /// Asks once.
    pub(crate) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let url = self.url(path);
        let request = self.http.get(url.clone()).query(query);
        self.send(url, request).await
    }

    /// Posts `body` once. `prefer` is a preference of RFC 7240.
    pub(crate) async fn post(
        &self,
        path: &[&str],
        prefer: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Answer, Failure> {
        let url = self.url(path);
        let mut request = self.http.post(url.clone()).json(body);
        if let Some(prefer) = prefer {
            request = request.header("Prefer", prefer);
        }
        self.send(url, request).await
    }

    /// Sends a request without a body once.
    pub(crate) async fn send_bare(&self, method: Method, path: &[&str]) -> Result<Answer, Failure> {
        let url = self.url(path);
        let request = self.http.request(method, url.clone());
        self.send(url, request).await
    }

    /// A passing failure of this service.
    pub(crate) fn passing(&self, url: &str, reason: String) -> Failure {
        Failure::Passing {
            service: self.name,
            url: url.to_owned(),
            reason,
            retry_after: None,
        }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Fails only for URLs without a host, which the arguments' parser refuses.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn send(&self, url: Url, request: RequestBuilder) -> Result<Answer, Failure> {
        let lost =
            |error: reqwest::Error| self.passing(url.as_str(), one_line(error.without_url()));
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        let retry_after = retry_after(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > MAX_BODY {
                let reason = format!("more than {MAX_BODY} bytes");
                return Err(unexpected(self.name, url.as_str(), reason));
            }
            body.extend_from_slice(&chunk);
        }
        let passing = status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT;
        if passing {
            let detail = Refusal::read(status, &body).detail;
            let (service, url, reason) =
                (self.name, url.to_string(), format!("{status}: {detail}"));
            return Err(Failure::Passing {
                service,
                url,
                reason,
                retry_after,
            });
        }
        Ok(Answer {
            service: self.name,
            url: url.into(),
            status,
            body,
        })
    }
}

impl Answer {
    /// The URL that was asked, without its query.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The answer's content on success, the refusal on a client error.
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<Result<T, Refusal>, Failure> {
        if self.status.is_client_error() {
            return Ok(Err(Refusal::read(self.status, &self.body)));
        }
        if !self.status.is_success() {
            return Err(unexpected(self.service, &self.url, self.status.to_string()));
        }
        let content = serde_json::from_slice(&self.body);
        content
            .map(Ok)
            .map_err(|error| unexpected(self.service, &self.url, error.to_string()))
    }

    /// The answer's content, where nothing gives a reason to refuse.
    pub(crate) fn content<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let (service, url) = (self.service, self.url.clone());
        self.read()?.map_err(|refusal| {
            unexpected(
                service,
                &url,
                format!("{}: {}", refusal.status, refusal.detail),
            )
        })
    }

    /// Whether there is what was asked for or to be changed: `false` on a 404.
    pub(crate) fn is_found(&self) -> Result<bool, Failure> {
        if self.status == StatusCode::NOT_FOUND || self.status.is_success() {
            return Ok(self.status.is_success());
        }
        let Refusal { status, detail, .. } = Refusal::read(self.status, &self.body);
        let reason = format!("{status}: {detail}");
        Err(unexpected(self.service, &self.url, reason))
    }

    /// The answer's content, if there is what was asked for.
    pub(crate) fn found<T: DeserializeOwned>(self) -> Result<Option<T>, Failure> {
        match self.is_found()? {
            true => self.content().map(Some),
            false => Ok(None),
        }
    }
}

impl Refusal {
    fn read(status: StatusCode, body: &[u8]) -> Self {
        let mut refusal: Self = serde_json::from_slice(body).unwrap_or_else(|_| Self {
            status: 0,
            detail: "no problem document".to_owned(),
            errors: Vec::new(),
        });
        refusal.status = status.as_u16();
        refusal
    }
}

fn unexpected(service: &'static str, url: &str, reason: String) -> Failure {
    Failure::Unexpected {
        service,
        url: url.to_owned(),
        reason,
    }
}

/// `Retry-After` in seconds; a date there is not worth a clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// An error and its causes.
fn one_line(error: reqwest::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
