//! One service, spoken to over HTTP: one attempt at a time; who wants more is patient.

use std::error::Error;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ImportError;
use super::patience::Failure;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the 30 s for which a service may hold an answer back on request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(45);
/// An author with a thousand embedded books stays well below.
const MAX_BODY: usize = 8 << 20;

/// One of the two services.
#[derive(Debug)]
pub(super) struct Service {
    name: &'static str,
    base: Url,
    http: Client,
}

/// A complete answer that is not worth another attempt.
#[derive(Debug)]
pub(super) struct Answer {
    service: &'static str,
    url: String,
    status: StatusCode,
    body: Vec<u8>,
}

/// A request that the service refused: its problem document (RFC 9457), as far as it was one.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) detail: String,
    #[serde(default)]
    pub(super) errors: Vec<WrongField>,
}

/// One wrong field of a refused request.
#[derive(Debug, Deserialize)]
pub(super) struct WrongField {
    pub(super) field: String,
    pub(super) message: String,
}

/// Makes the HTTP client for both services.
pub(super) fn http_client(concurrency: usize) -> Result<Client, ImportError> {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .pool_max_idle_per_host(concurrency)
        .redirect(redirect::Policy::none())
        // The services stand beside each other in one network, whatever proxy leads out of it.
        .no_proxy()
        .build()
        .map_err(ImportError::Client)
}

impl Service {
    pub(super) fn new(name: &'static str, base: Url, http: Client) -> Self {
        Self { name, base, http }
    }

    /// The service's name, as it gives it itself.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The service's address.
    pub(super) fn base(&self) -> &str {
        self.base.as_str()
    }

    /// Asks once.
    pub(super) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let url = self.url(path);
        let request = self.http.get(url.clone()).query(query);
        self.send(url, request).await
    }

    /// Posts `body` once. `prefer` is a preference of RFC 7240.
    pub(super) async fn post(
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

    /// A passing failure of this service.
    pub(super) fn passing(&self, url: &str, reason: String) -> Failure {
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
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The answer's content on success, the refusal on a client error.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<Result<T, Refusal>, Failure> {
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
    pub(super) fn content<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let (service, url) = (self.service, self.url.clone());
        self.read()?.map_err(|refusal| {
            unexpected(
                service,
                &url,
                format!("{}: {}", refusal.status, refusal.detail),
            )
        })
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
    Failure::Final(ImportError::Unexpected {
        service,
        url: url.to_owned(),
        reason,
    })
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
