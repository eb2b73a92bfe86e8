//! `If-None-Match`: answer only if the client does not hold this representation already.

use actix_web::HttpRequest;
use actix_web::http::header::IF_NONE_MATCH;

use super::EntityTag;
use super::tag_list::TagList;

/// Whether the client already holds what `current` names, so that a GET is answered with 304. The
/// comparison is weak (RFC 9110, 13.1.2) and takes all of the tag.
pub fn if_none_match(request: &HttpRequest, current: &EntityTag) -> bool {
    match TagList::of(request.headers(), &IF_NONE_MATCH) {
        TagList::Absent => false,
        TagList::Any => true,
        TagList::Tags(tags) => {
            let opaque = current.opaque();
            tags.iter().any(|tag| tag.opaque == opaque)
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn holds(lines: &[&str]) -> bool {
        let request = lines
            .iter()
            .fold(TestRequest::get(), |request, line| {
                request.append_header((IF_NONE_MATCH, *line))
            })
            .to_http_request();
        if_none_match(&request, &EntityTag::new(1, 3, 0xab))
    }

    #[test]
    fn the_whole_tag_must_be_equal() {
        assert!(holds(&["\"1-3.00000000000000ab\""]));
        assert!(!holds(&["\"1-3.00000000000000ac\""]));
        assert!(!holds(&["\"1-3\""]));
        assert!(!holds(&[]));
    }

    #[test]
    fn weak_tags_lists_lines_and_the_star_count() {
        assert!(holds(&["W/\"1-3.00000000000000ab\""]));
        assert!(holds(&["\"a,b\" ,, \"1-3.00000000000000ab\""]));
        assert!(holds(&["\"a\"", "\"1-3.00000000000000ab\""]));
        assert!(holds(&[" * "]));
    }

    #[test]
    fn what_can_not_be_read_matches_nothing() {
        assert!(!holds(&["1-3.00000000000000ab"]));
        assert!(!holds(&["\"1-3.00000000000000ab"]));
        assert!(!holds(&["\"1-3.00000000000000ab\"x"]));
        assert!(!holds(&["w/\"1-3.00000000000000ab\""]));
    }
}
