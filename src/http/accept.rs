//! What a request wants to get: the types that its `Accept` names, and flags in its query.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

/// Whether `Accept` names this type itself: `*/*` names none, and `q=0` refuses it (RFC 9110, section 12.5.1).
pub fn names(req: &HttpRequest, media_type: &str) -> bool {
    let values = req.headers().get_all(ACCEPT);
    let ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges
        .map(|range| range.split(';').map(str::trim))
        .any(|mut parts| {
            let is_named = parts
                .next()
                .is_some_and(|kind| kind.eq_ignore_ascii_case(media_type));
            let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
            is_named && weight.and_then(|weight| weight.parse().ok()) != Some(0.0)
        })
}

/// Whether the query has this parameter, with whatever value.
pub fn asks_for(req: &HttpRequest, parameter: &str) -> bool {
    let mut parameters = req.query_string().split('&');
    parameters.any(|given| given.split('=').next() == Some(parameter))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_type_is_for_those_who_name_it() {
        for (accept, named) in [
            ("application/json", true),
            ("text/html, Application/JSON;q=0.5", true),
            ("application/json;charset=utf-8", true),
            ("application/json; q=0", false),
            ("application/json;q=0.0, */*", false),
            ("*/*", false),
            ("application/*", false),
            ("application/json-patch+json", false),
            ("", false),
        ] {
            let req = TestRequest::get().insert_header((ACCEPT, accept));
            let req = req.to_http_request();
            assert_eq!(names(&req, "application/json"), named, "{accept}");
        }
        let silent = TestRequest::get().to_http_request();
        assert!(!names(&silent, "application/json"));
    }

    #[test]
    fn a_parameter_is_there_with_and_without_a_value() {
        for (query, asked) in [
            ("?download", true),
            ("?x=1&download=1", true),
            ("?downloads", false),
            ("", false),
        ] {
            let req = TestRequest::get().uri(&format!("/x{query}"));
            let req = req.to_http_request();
            assert_eq!(asks_for(&req, "download"), asked, "{query}");
        }
    }
}
