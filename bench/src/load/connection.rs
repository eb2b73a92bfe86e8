//! One connection that is kept alive, with one request on it at a time.

use std::{io, net::Ipv4Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Answers are smaller than this as a rule; a greater one makes the buffer grow.
const USUAL_ANSWER: usize = 64 * 1024;

const MOST_HEADERS: usize = 32;

/// How much of a refused request's answer is told.
const TOLD: usize = 300;

/// Why load could not be applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The connection failed.
    #[error("the connection to port {0} failed: {1}")]
    Connection(u16, io::Error),
    /// What came back is no answer that this client reads.
    #[error("the answer on port {0} can't be read: {1}")]
    Unreadable(u16, String),
    /// The answer is not 2xx.
    #[error("the answer on port {port} is {status}: {body}")]
    Refused {
        /// Who answered.
        port: u16,
        /// The status.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
}

/// A connection to a port of this machine.
pub(crate) struct Connection {
    port: u16,
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer that was read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: &'a [u8],
}

/// Where the parts of an answer end.
struct Shape {
    status: u16,
    head: usize,
    end: usize,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// [`LoadError::Connection`]
    pub(crate) async fn open(port: u16) -> Result<Self, LoadError> {
        let failed = |error| LoadError::Connection(port, error);
        let address = (Ipv4Addr::LOCALHOST, port);
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self {
            port,
            stream,
            received: Vec::with_capacity(USUAL_ANSWER),
        })
    }

    /// Sends a request and waits for its answer, which must be 2xx.
    ///
    /// # Errors
    /// [`LoadError`]
    pub(crate) async fn exchange(&mut self, request: &str) -> Result<Answer<'_>, LoadError> {
        let port = self.port;
        let answer = self.exchange_any(request).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let told = answer.body.get(..TOLD).unwrap_or(answer.body);
        Err(LoadError::Refused {
            port,
            status: answer.status,
            body: String::from_utf8_lossy(told).into_owned(),
        })
    }

    /// Sends a request and waits for its answer, whatever it is.
    ///
    /// # Errors
    /// [`LoadError`] but `Refused`.
    pub(crate) async fn exchange_any(&mut self, request: &str) -> Result<Answer<'_>, LoadError> {
        let port = self.port;
        let failed = |error| LoadError::Connection(port, error);
        let written = self.stream.write_all(request.as_bytes()).await;
        written.map_err(failed)?;
        self.received.clear();
        loop {
            let read = self.stream.read_buf(&mut self.received).await;
            if read.map_err(failed)? == 0 {
                return Err(failed(io::ErrorKind::UnexpectedEof.into()));
            }
            let shape = shape(&self.received);
            let shape = shape.map_err(|reason| LoadError::Unreadable(port, reason))?;
            if let Some(Shape { status, head, end }) = shape
                && self.received.len() >= end
            {
                let body = self.received.get(head..end).unwrap_or_default();
                return Ok(Answer { status, body });
            }
        }
    }
}

/// `None` as long as the head is not there.
fn shape(received: &[u8]) -> Result<Option<Shape>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(received).map_err(|error| error.to_string());
    let httparse::Status::Complete(head) = parsed? else {
        return Ok(None);
    };
    let status = response.code.unwrap_or_default();
    let length = match content_length(response.headers) {
        Some(length) => length,
        None if matches!(status, 204 | 304) => 0,
        None => return Err("it has no Content-Length".to_owned()),
    };
    Ok(Some(Shape {
        status,
        head,
        end: head + length,
    }))
}

fn content_length(headers: &[httparse::Header<'_>]) -> Option<usize> {
    let length = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))?;
    std::str::from_utf8(length.value).ok()?.trim().parse().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let text = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
        let shape = shape(text).unwrap().unwrap();
        assert_eq!((shape.status, shape.end), (201, text.len()));
        assert_eq!(&text[shape.head..shape.end], b"{}");
    }

    #[test]
    fn half_a_head_is_no_answer_yet() {
        assert!(shape(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap().is_none());
    }

    #[test]
    fn an_answer_without_a_length_is_not_read() {
        assert!(shape(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(shape(b"HTTP/1.1 204 No Content\r\n\r\n").is_ok());
    }
}
