//! What a request wants to get: the types that its `Accept` names, the language that it prefers, and flags in its query.

use std::cmp::Reverse;

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE};

/// Languages that are looked at: nobody reads more.
const LANGUAGES_MAX: usize = 50;

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

/// Which of `known` (languages without a region) `Accept-Language` prefers: the one of the highest weight, and of several
/// the one that stands first (RFC 9110, section 12.5.4). None: it names none of them, or refuses them.
pub fn language<'a>(req: &HttpRequest, known: &[&'a str]) -> Option<&'a str> {
    let values = req.headers().get_all(ACCEPT_LANGUAGE);
    let ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let ranges: Vec<(&str, u16)> = ranges.take(LANGUAGES_MAX).filter_map(weighted).collect();
    let best = |wanted: &str| {
        let named = ranges.iter().enumerate().filter(|(_, (range, _))| {
            let language = range.split('-').next().unwrap_or_default();
            language.eq_ignore_ascii_case(wanted)
        });
        named.map(|(at, (_, weight))| (Reverse(*weight), at)).min()
    };
    let any = best("*");
    let weighed = known
        .iter()
        .filter_map(|language| Some((best(language).or(any)?, *language)));
    let accepted = weighed.filter(|((Reverse(weight), _), _)| *weight > 0);
    let preferred = accepted.min_by_key(|(rank, _)| *rank);
    preferred.map(|(_, language)| language)
}

/// What an element of such a list names, and its weight in thousandths. None: it cannot be read.
fn weighted(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next()?;
    let given = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    Some((name, given.map_or(Some(1000), thousandths)?))
}

/// A weight (RFC 9110, section 12.4.2).
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (whole, format!("{fraction:0<3}").parse().ok()?) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
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
    fn the_language_that_is_liked_best_is_spoken() {
        let known = ["en", "de"];
        for (wanted, expected) in [
            ("de", Some("de")),
            ("DE-at, en;q=0.9", Some("de")),
            ("en-US,en;q=0.9,de;q=0.8", Some("en")),
            ("fr, de;q=0.3, en;q=0.2", Some("de")),
            ("en;q=0.5, de; q=0.500", Some("en")),
            ("de-CH;q=0.1, de;q=0.7, en;q=0.5", Some("de")),
            ("de;q=0", None),
            ("en;q=0, *", Some("de")),
            ("fr, *;q=0.1", Some("en")),
            ("de;q=0.001, *;q=0", Some("de")),
            ("den, entsprechend", None),
            ("", None),
            // What cannot be read counts as not said.
            ("de;q=NaN, en;q=0.1", Some("en")),
            ("de;q=inf, de;q=1.001, de;q=-1, de;q=0.1234, de;q=", None),
            (";;;,,,q=1;de", None),
            (&format!("{}de", "x,".repeat(LANGUAGES_MAX)), None),
        ] {
            let req = TestRequest::get().insert_header((ACCEPT_LANGUAGE, wanted));
            assert_eq!(
                language(&req.to_http_request(), &known),
                expected,
                "{wanted}"
            );
        }
        let silent = TestRequest::get().to_http_request();
        assert_eq!(language(&silent, &known), None);
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
