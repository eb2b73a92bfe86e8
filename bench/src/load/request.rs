//! Requests as they go over the wire.

use std::fmt::{Display, Write};

/// Appends a `GET` of `path`.
pub(crate) fn write_get(buffer: &mut String, path: impl Display) {
    // Writing to a string can't fail.
    let _written = write!(buffer, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

/// Appends a `POST` of a JSON `body` to `path`.
pub(crate) fn write_post(buffer: &mut String, path: impl Display, body: &str) {
    let _written = write!(
        buffer,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_says_how_long_its_body_is() {
        let mut buffer = String::new();
        write_post(&mut buffer, format_args!("/authors/{}", 7), "{\"é\":1}");
        assert_eq!(
            buffer,
            "POST /authors/7 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: 8\r\n\r\n{\"é\":1}"
        );
    }
}
