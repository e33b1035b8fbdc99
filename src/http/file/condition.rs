//! Conditions of requests that change a file (RFC 9110, section 13.1).

use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, Header, IF_UNMODIFIED_SINCE, IfMatch, IfNoneMatch};

use crate::http::date::from_http_date;

/// What has to be true of a file for a request to change it.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    matches: Option<Tags>,
    matches_none: Option<Tags>,
    /// Seconds since 1970.
    unmodified_since: Option<i64>,
}

#[derive(Clone, Debug)]
enum Tags {
    Any,
    These(Vec<EntityTag>),
}

/// What there is at the time of asking.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// SHA-256 of the bytes, hexadecimal; none of a folder.
    pub sha256: Option<&'a str>,
    /// Milliseconds since 1970.
    pub modified: i64,
}

impl Condition {
    /// Those of a request. A tag that is none matches nothing.
    pub fn of(req: &HttpRequest) -> Self {
        let has = |name| req.headers().contains_key(name);
        let matches = has(IfMatch::name()).then(|| match IfMatch::parse(req) {
            Ok(IfMatch::Any) => Tags::Any,
            Ok(IfMatch::Items(tags)) => Tags::These(tags),
            Err(_) => Tags::These(Vec::new()),
        });
        let matches_none = has(IfNoneMatch::name()).then(|| match IfNoneMatch::parse(req) {
            Ok(IfNoneMatch::Any) => Tags::Any,
            Ok(IfNoneMatch::Items(tags)) => Tags::These(tags),
            Err(_) => Tags::These(Vec::new()),
        });
        let since = req.headers().get(IF_UNMODIFIED_SINCE);
        let since = since.and_then(|value| from_http_date(value.to_str().ok()?));
        Self {
            // Tags say more than a date.
            unmodified_since: since.filter(|_| matches.is_none()),
            matches,
            matches_none,
        }
    }

    /// Whether all of it is true. None: there is nothing yet.
    pub fn holds(&self, current: Option<Current<'_>>) -> bool {
        let Some(current) = current else {
            return self.matches.is_none();
        };
        let tag = current
            .sha256
            .map(|sha256| EntityTag::new_strong(sha256.to_owned()));
        let is_one = |tags: &Tags, same: fn(&EntityTag, &EntityTag) -> bool| match tags {
            Tags::Any => true,
            Tags::These(tags) => tag
                .as_ref()
                .is_some_and(|tag| tags.iter().any(|known| same(known, tag))),
        };
        let matches = self.matches.as_ref();
        let matches_none = self.matches_none.as_ref();
        // Dates know only whole seconds.
        let seconds = current.modified.div_euclid(1000);
        matches.is_none_or(|tags| is_one(tags, EntityTag::strong_eq))
            && matches_none.is_none_or(|tags| !is_one(tags, EntityTag::weak_eq))
            && self.unmodified_since.is_none_or(|since| seconds <= since)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Of nothing, of a file with the tag "abc", of a folder; both made on Sun, 06 Nov 1994 08:49:37 GMT.
    fn holds(headers: &[(&str, &str)]) -> [bool; 3] {
        let mut req = TestRequest::put();
        for header in headers {
            req = req.insert_header(*header);
        }
        let condition = Condition::of(&req.to_http_request());
        let modified = 784_111_777_500;
        let current = |sha256| Some(Current { sha256, modified });
        [None, current(Some("abc")), current(None)].map(|current| condition.holds(current))
    }

    #[test]
    fn conditions_are_about_what_is_there() {
        let (all, new) = ([true, true, true], [true, false, false]);
        assert_eq!(holds(&[]), all);
        assert_eq!(holds(&[("If-None-Match", "*")]), new);
        assert_eq!(holds(&[("If-Match", "*")]), [false, true, true]);
        let file = [false, true, false];
        assert_eq!(holds(&[("If-Match", "\"abc\"")]), file);
        assert_eq!(holds(&[("If-Match", "\"x\", \"abc\"")]), file);
        let no_file = [true, false, true];
        assert_eq!(holds(&[("If-None-Match", "W/\"abc\"")]), no_file);
        for other in ["\"x\"", "W/\"abc\"", "abc", ""] {
            assert_eq!(holds(&[("If-Match", other)]), [false; 3], "{other}");
        }
    }

    #[test]
    fn dates_count_where_no_tag_is_named() {
        let before = ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT");
        let same = ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(holds(&[before]), [true, false, false]);
        assert_eq!(holds(&[same]), [true; 3]);
        assert_eq!(holds(&[("If-Unmodified-Since", "yesterday")]), [true; 3]);
        let tag = ("If-Match", "\"abc\"");
        assert_eq!(holds(&[tag, before]), [false, true, false]);
    }
}
