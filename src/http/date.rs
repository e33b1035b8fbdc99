//! Times in HTTP headers (RFC 9110, section 5.6.7).

use std::time::{Duration, UNIX_EPOCH};

/// A time in milliseconds since 1970 as headers write it.
pub fn http_date(millis: i64) -> String {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

/// The time in a header, in seconds since 1970.
pub fn from_http_date(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}
