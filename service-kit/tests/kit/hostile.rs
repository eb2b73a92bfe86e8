//! Whatever is sent, reading it ends in a value or a 4xx.

use actix_web::FromRequest as _;
use actix_web::test::TestRequest;
use proptest::prelude::*;
use service_kit::conditional::{EntityTag, IfMatch, if_none_match};
use service_kit::correlation::CorrelationId;
use service_kit::json_body;
use service_kit::path_id;
use service_kit::prefer::Prefer;
use service_kit::query::QueryParams;

use crate::sample::Thing;

fn refused_by_the_client_s_fault(status: u16) -> bool {
    (400..500).contains(&status)
}

proptest! {
    #[test]
    fn any_bytes_as_a_body(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(problem) = json_body::parse::<Thing>(&bytes) {
            prop_assert!(refused_by_the_client_s_fault(problem.kind().status().as_u16()));
        }
    }

    #[test]
    fn any_json_like_text_as_a_body(text in r#"(\{|\}|\[|\]|"name"|"tags"|"pages"|:|,|null|-?[0-9e.]{1,9}|"\\u[0-9a-f]{4}"| ){0,24}"#) {
        if let Err(problem) = json_body::parse::<Thing>(text.as_bytes()) {
            prop_assert!(refused_by_the_client_s_fault(problem.kind().status().as_u16()));
        }
    }

    #[test]
    fn any_query(query in "((skip|limit|name|%[0-9a-fG]{0,2}|[ -~]{0,3})[=&]){0,8}") {
        let mut params = QueryParams::parse(&query);
        let skip = params.u64("skip", 0, 0..=10);
        prop_assert!(skip <= 10);
        params.text("name");
        if let Err(problem) = params.finish() {
            prop_assert_eq!(problem.kind().status().as_u16(), 422);
        }
    }

    #[test]
    fn any_headers(value in r#"(W/|"|,|\*|1-3|\.|wait=|;|\\|[!-~\x80-\xff ]){0,12}"#) {
        let request = ["if-match", "if-none-match", "prefer", "x-correlation-id"]
            .into_iter()
            .fold(TestRequest::get(), |request, name| request.insert_header((name, value.as_str())))
            .to_http_request();
        let mut payload = actix_web::dev::Payload::None;
        let condition = IfMatch::from_request(&request, &mut payload).into_inner();
        prop_assert!(condition.is_ok());
        let _held = if_none_match(&request, &EntityTag::new(1, 3, 0));
        if let Some(wait) = Prefer::wait(&request) {
            prop_assert!(wait.as_secs() <= 30);
        }
        if let Some(id) = CorrelationId::parse(&value) {
            prop_assert_eq!(id.as_str(), value);
        }
    }

    #[test]
    fn any_path_segment(segment in any::<String>()) {
        if let Ok(id) = path_id::parse(&segment, "thing") {
            prop_assert!(id > 0);
            prop_assert_eq!(id.to_string(), segment);
        }
    }
}
