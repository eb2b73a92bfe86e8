//! A client of one service.

use std::time::{Duration, Instant};

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

/// Longer than the 30 s for which a service may hold an answer back.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Speaks to one service.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    port: u16,
    base: String,
}

/// What a service answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null if it is not JSON.
    pub body: Value,
    /// From the request to the end of the answer.
    pub took: Duration,
}

impl Client {
    /// A client of the service on this port of loopback.
    pub fn new(port: u16) -> Self {
        Self::with_timeout(port, TIMEOUT)
    }

    /// As [`Self::new`]; a request that is not answered so long counts as not answered.
    pub fn with_timeout(port: u16, timeout: Duration) -> Self {
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .no_proxy()
            .build();
        Self {
            http: http.unwrap(),
            port,
            base: format!("http://127.0.0.1:{port}"),
        }
    }

    /// The service's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The service's address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request with these headers and, unless it is null, this body.
    ///
    /// # Errors
    /// If no answer came.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer, reqwest::Error> {
        let began = Instant::now();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?;
        Ok(Answer {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
            took: began.elapsed(),
        })
    }

    /// Sends a request that must be answered.
    ///
    /// # Panics
    /// If no answer came.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        match self.try_send(method.clone(), path, headers, body).await {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {}{path}: no answer: {error:?}", self.base),
        }
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], &Value::Null).await
    }

    /// `POST`
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], body).await
    }

    /// `PUT`
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, &[], body).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], &Value::Null).await
    }

    /// The status of this path; 0 if nothing answers.
    pub async fn status(&self, path: &str) -> u16 {
        let answer = self.try_send(Method::GET, path, &[], &Value::Null).await;
        answer.map_or(0, |answer| answer.status)
    }
}

impl Answer {
    /// The answer, which must have this status.
    ///
    /// # Panics
    /// If it has another.
    #[track_caller]
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The record's id.
    ///
    /// # Panics
    /// If the body has none.
    #[track_caller]
    pub fn id(&self) -> i64 {
        match self.body["id"].as_i64() {
            Some(id) => id,
            None => panic!("{} has no id: {}", self.status, self.body),
        }
    }

    /// This header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
