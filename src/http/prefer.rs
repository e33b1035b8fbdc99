//! `Prefer: wait=<seconds>` (RFC 7240).

use std::time::Duration;

use actix_web::HttpRequest;

/// How long the caller wants to wait, capped by `cap`. None: not at all.
pub fn wait(req: &HttpRequest, cap: Duration) -> Option<Duration> {
    req.headers()
        .get_all("prefer")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .find_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            if !name.trim().eq_ignore_ascii_case("wait") {
                return None;
            }
            let seconds: u64 = value.trim().trim_matches('"').parse().ok()?;
            Some(Duration::from_secs(seconds).min(cap))
        })
}

/// What `Preference-Applied` says about it.
pub fn applied(wait: Duration) -> String {
    format!("wait={}", wait.as_secs())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_wait_is_found_among_other_preferences_and_capped() {
        let cap = Duration::from_secs(50);
        let wait_of = |value: &str| {
            let req = TestRequest::default()
                .insert_header(("Prefer", value))
                .to_http_request();
            wait(&req, cap)
        };
        assert_eq!(wait_of("wait=5"), Some(Duration::from_secs(5)));
        assert_eq!(
            wait_of("respond-async, Wait=10"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(wait_of("wait=600"), Some(cap));
        assert_eq!(wait_of("return=minimal"), None);
        assert_eq!(wait_of("wait=soon"), None);
    }
}
