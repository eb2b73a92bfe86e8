//! What is asked for over HTTP.

use std::fmt::Write;

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Records {
    /// authors-service.
    Authors,
    /// books-service.
    Books,
}

impl Records {
    /// Where they are.
    pub fn path(self) -> &'static str {
        match self {
            Self::Authors => "/authors",
            Self::Books => "/books",
        }
    }

    /// The path of a search for `query` whose answer has at most `limit` records.
    pub fn search(self, query: &str, limit: u32) -> String {
        let mut path = format!("{}?limit={limit}&query=", self.path());
        for byte in query.bytes() {
            if byte.is_ascii_alphanumeric() {
                path.push(char::from(byte));
            } else {
                // Writing to a string can't fail.
                let _written = write!(path, "%{byte:02X}");
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_a_part_of_a_url() {
        assert_eq!(
            Records::Authors.search("Ö'b &1", 5),
            "/authors?limit=5&query=%C3%96%27b%20%261"
        );
    }
}
