//! Which bytes of a file a request wants (RFC 9110, sections 13 and 14).
//!
//! Not by `actix_files::NamedFile`: it names a file by its inode instead of its content, ignores `If-Range` (a download
//! would go on with bytes of another file), and answers `bytes=0-` with 200 and units that it does not know with 416.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ETag, EntityTag, Header, IF_MODIFIED_SINCE, IF_RANGE, IF_UNMODIFIED_SINCE, IfMatch,
    IfNoneMatch, RANGE,
};

use crate::http::date::from_http_date;

/// What to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: 200.
    Whole,
    /// 206; `first` and `last` are both part of it.
    Part { first: u64, last: u64 },
    /// 304: the caller has it.
    NotModified,
    /// 412: the caller wants another one.
    Failed,
    /// 416: there are no such bytes.
    Unsatisfiable,
}

impl Wanted {
    /// What `req` wants of a file of `size` bytes, which was changed at `modified` (milliseconds since 1970) where it
    /// may change at all.
    pub fn by(req: &HttpRequest, tag: &EntityTag, modified: Option<i64>, size: u64) -> Self {
        let header = |name| {
            req.headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        // Dates know only whole seconds.
        let date = |name| Some((modified?.div_euclid(1000), from_http_date(header(name)?)?));
        match IfMatch::parse(req) {
            Ok(IfMatch::Items(tags)) if !tags.is_empty() => {
                if !tags.iter().any(|known| known.strong_eq(tag)) {
                    return Self::Failed;
                }
            }
            Ok(IfMatch::Any) if req.headers().contains_key(IfMatch::name()) => {}
            _ => {
                if date(IF_UNMODIFIED_SINCE).is_some_and(|(modified, since)| modified > since) {
                    return Self::Failed;
                }
            }
        }
        let known = match IfNoneMatch::parse(req) {
            _ if !req.headers().contains_key(IfNoneMatch::name()) => {
                date(IF_MODIFIED_SINCE).is_some_and(|(modified, since)| modified <= since)
            }
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
            Err(_) => false,
        };
        if known {
            return Self::NotModified;
        }
        // Any other validator than this file's own, a date for instance, is about another file.
        let is_ours = |value: &str| value == ETag(tag.clone()).to_string();
        if *req.method() != Method::GET || !header(IF_RANGE).is_none_or(is_ours) {
            return Self::Whole;
        }
        header(RANGE).map_or(Self::Whole, |range| Self::range(range, size))
    }

    /// Ranges that are not understood, and several at once, may be answered with everything.
    fn range(header: &str, size: u64) -> Self {
        let Some((first, last)) = header
            .strip_prefix("bytes=")
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Self::Whole;
        };
        let end = size.saturating_sub(1);
        let (first, last) = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => (first, last.min(end)),
            (Some(first), None) if last.is_empty() => (first, end),
            (None, Some(length)) if first.is_empty() && length > 0 => {
                (size.saturating_sub(length), end)
            }
            (None, Some(0)) if first.is_empty() => return Self::Unsatisfiable,
            _ => return Self::Whole,
        };
        if first < size {
            Self::Part { first, last }
        } else {
            Self::Unsatisfiable
        }
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are beyond any file's end.
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, and a bit.
    const MODIFIED: i64 = 784_111_777_500;
    const WHOLE: Wanted = Wanted::Whole;
    const NO_BYTES: Wanted = Wanted::Unsatisfiable;

    fn part(first: u64, last: u64) -> Wanted {
        Wanted::Part { first, last }
    }

    fn wanted(headers: &[(&str, &str)], size: u64) -> Wanted {
        let mut req = TestRequest::get();
        for header in headers {
            req = req.insert_header(*header);
        }
        let tag = EntityTag::new_strong("abc".to_owned());
        Wanted::by(&req.to_http_request(), &tag, Some(MODIFIED), size)
    }

    #[test]
    fn ranges_give_the_bytes_that_they_name() {
        for (range, size, expected) in [
            ("bytes=0-0", 10, part(0, 0)),
            ("bytes=0-", 10, part(0, 9)),
            ("bytes=3-5", 10, part(3, 5)),
            ("bytes=3-50", 10, part(3, 9)),
            ("bytes=3-99999999999999999999999", 10, part(3, 9)),
            ("bytes=-3", 10, part(7, 9)),
            ("bytes=-30", 10, part(0, 9)),
            ("bytes=10-", 10, NO_BYTES),
            ("bytes=99999999999999999999999-", 10, NO_BYTES),
            ("bytes=-0", 10, NO_BYTES),
            ("bytes=0-", 0, NO_BYTES),
            ("bytes=-1", 0, NO_BYTES),
            ("bytes=5-3", 10, WHOLE),
            ("bytes=0-1,3-4", 10, WHOLE),
            ("bytes=a-b", 10, WHOLE),
            ("bytes=+1-2", 10, WHOLE),
            ("bytes=-", 10, WHOLE),
            ("lines=1-2", 10, WHOLE),
        ] {
            assert_eq!(
                wanted(&[("Range", range)], size),
                expected,
                "{range} of {size}"
            );
        }
    }

    #[test]
    fn conditions_are_about_the_content() {
        let range = ("Range", "bytes=1-2");
        assert_eq!(wanted(&[], 10), WHOLE);
        assert_eq!(
            wanted(&[("If-None-Match", "\"abc\"")], 10),
            Wanted::NotModified
        );
        assert_eq!(
            wanted(&[("If-None-Match", "\"x\", W/\"abc\"")], 10),
            Wanted::NotModified
        );
        assert_eq!(wanted(&[("If-None-Match", "*")], 10), Wanted::NotModified);
        assert_eq!(wanted(&[("If-None-Match", "\"x\"")], 10), WHOLE);
        assert_eq!(wanted(&[("If-Match", "\"x\"")], 10), Wanted::Failed);
        assert_eq!(wanted(&[("If-Match", "\"abc\""), range], 10), part(1, 2));
        assert_eq!(wanted(&[("If-Match", "*"), range], 10), part(1, 2));
        assert_eq!(wanted(&[("If-Range", "\"abc\""), range], 10), part(1, 2));
        assert_eq!(wanted(&[("If-Range", "\"x\""), range], 10), WHOLE);
        assert_eq!(wanted(&[("If-Range", "W/\"abc\""), range], 10), WHOLE);
    }

    #[test]
    fn dates_count_where_no_tag_is_named() {
        let before = "Sun, 06 Nov 1994 08:49:36 GMT";
        let same = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(
            wanted(&[("If-Modified-Since", same)], 10),
            Wanted::NotModified
        );
        assert_eq!(wanted(&[("If-Modified-Since", before)], 10), WHOLE);
        assert_eq!(wanted(&[("If-Modified-Since", "yesterday")], 10), WHOLE);
        assert_eq!(wanted(&[("If-Unmodified-Since", same)], 10), WHOLE);
        assert_eq!(
            wanted(&[("If-Unmodified-Since", before)], 10),
            Wanted::Failed
        );
        let other = ("If-None-Match", "\"x\"");
        assert_eq!(wanted(&[other, ("If-Modified-Since", same)], 10), WHOLE);
        let ours = ("If-Match", "\"abc\"");
        assert_eq!(wanted(&[ours, ("If-Unmodified-Since", before)], 10), WHOLE);
    }
}
