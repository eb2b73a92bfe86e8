//! A representation with the tag that names it.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::EntityTag;
use super::entity_tag::digest;
use crate::problem::Problem;

/// Long enough for most records, so that the text need not grow while it is written.
const ROOM: usize = 1_024;

/// A record's representation as JSON, and its tag. It is written once: the tag holds a digest of the
/// very text that goes out, so whatever changes in it changes the tag.
#[derive(Debug)]
pub struct Tagged {
    tag: EntityTag,
    json: Vec<u8>,
}

impl Tagged {
    /// The representation of a record in this epoch and version.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn new(epoch: i64, version: i64, representation: &impl Serialize) -> Result<Self, Problem> {
        let mut json = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut json, representation)
            .map_err(|error| Problem::internal(&error))?;
        let tag = EntityTag::new(epoch, version, digest(&json));
        Ok(Self { tag, json })
    }

    /// Its tag.
    pub fn tag(&self) -> EntityTag {
        self.tag
    }

    /// Answers with it.
    pub fn answer(self, response: &mut HttpResponseBuilder) -> HttpResponse {
        response
            .insert_header(self.tag)
            .content_type(ContentType::json())
            .body(self.json)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, ETAG};
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_changes_in_a_representation_changes_its_tag() {
        let tag = |representation| Tagged::new(1, 3, &representation).unwrap().tag();
        let first = tag(json!({"id": 1, "books": [{"title": "Mort"}]}));
        assert_eq!(first, tag(json!({"id": 1, "books": [{"title": "Mort"}]})));
        assert_ne!(
            first,
            tag(json!({"id": 1, "books": [{"title": "Sourcery"}]}))
        );
        assert_ne!(first, tag(json!({"id": 1, "books": []})));
    }

    #[test]
    fn the_answer_carries_the_tag_and_is_json() {
        let tagged = Tagged::new(1, 3, &json!({"id": 1})).unwrap();
        let tag = tagged.tag().to_string();
        assert!(tag.starts_with("\"1-3."), "{tag}");
        let answer = tagged.answer(&mut HttpResponse::Created());
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.headers().get(ETAG).unwrap(), tag.as_str());
        assert_eq!(
            answer.headers().get(CONTENT_TYPE).unwrap(),
            "application/json"
        );
    }
}
