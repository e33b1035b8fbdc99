//! The size of a request's head.

use actix_web::dev::RequestHead;
use actix_web::http::StatusCode;

use crate::http::error::ApiError;
use crate::telemetry::limits::Limit;

/// Lines of a header: three times what browsers and proxies send. The HTTP parser itself ends at 96.
const LINES: usize = 64;
/// Beside name and value of a line: colon, space and line end.
const LINE: usize = 4;
/// Beside method and URL of the first line: two spaces, version and line end.
const FIRST_LINE: usize = 12;

/// What is configured, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct HeadBounds {
    pub header: usize,
    pub url: usize,
}

impl HeadBounds {
    /// Refuses a head that is too large.
    ///
    /// # Errors
    /// 414 and 431.
    pub fn check(self, head: &RequestHead) -> Result<(), ApiError> {
        let path = head
            .uri
            .path_and_query()
            .map_or(1, |path| path.as_str().len());
        // "http://host" before the path, as a proxy may ask.
        let before = match (head.uri.scheme_str(), head.uri.authority()) {
            (scheme, Some(authority)) => {
                scheme.map_or(0, |scheme| scheme.len() + 3) + authority.as_str().len()
            }
            _ => 0,
        };
        let url = before + path;
        if url > self.url {
            return Err(refuse(
                StatusCode::URI_TOO_LONG,
                format!("The URL is longer than {} bytes", self.url),
                Limit::Url,
                self.url,
            ));
        }
        let (mut lines, mut bytes) = (0, head.method.as_str().len() + url + FIRST_LINE);
        for (name, value) in &head.headers {
            lines += 1;
            bytes += name.as_str().len() + value.len() + LINE;
        }
        if bytes > self.header {
            return Err(refuse(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!("The header is larger than {} bytes", self.header),
                Limit::Header,
                self.header,
            ));
        }
        if lines > LINES {
            return Err(ApiError::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                format!("The header has more than {LINES} lines"),
            )
            .limit(Limit::Header));
        }
        Ok(())
    }
}

fn refuse(status: StatusCode, what: String, limit: Limit, most: usize) -> ApiError {
    ApiError::new(status, format!("{what} ({})", limit.name()))
        .detail("limit", most)
        .limit(limit)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn status(bounds: HeadBounds, request: TestRequest) -> u16 {
        let request = request.to_http_request();
        match bounds.check(request.head()) {
            Ok(()) => 200,
            Err(error) => error.status().as_u16(),
        }
    }

    #[test]
    fn bytes_are_counted_as_they_are_sent() {
        // "GET /abc HTTP/1.1", "host: x" and "a: bcd", each with its line end.
        let request = || {
            TestRequest::with_uri("/abc")
                .insert_header(("host", "x"))
                .insert_header(("a", "bcd"))
        };
        let size = 19 + 9 + 8;
        let bounds = |header, url| HeadBounds { header, url };
        // The empty line behind is not counted.
        assert_eq!(status(bounds(size, 4), request()), 200);
        assert_eq!(status(bounds(size - 1, 4), request()), 431);
        assert_eq!(status(bounds(size, 3), request()), 414);
        let absolute = TestRequest::with_uri("http://host/abc");
        assert_eq!(status(bounds(100, 15), absolute), 200);
        let absolute = TestRequest::with_uri("http://host/abc");
        assert_eq!(status(bounds(100, 14), absolute), 414);
    }

    #[test]
    fn lines_are_counted_even_when_they_are_short() {
        let bounds = HeadBounds {
            header: 10_000,
            url: 100,
        };
        let request = |lines| {
            (0..lines).fold(TestRequest::with_uri("/"), |request, _| {
                request.append_header(("a", "b"))
            })
        };
        assert_eq!(status(bounds, request(LINES)), 200);
        assert_eq!(status(bounds, request(LINES + 1)), 431);
    }
}
