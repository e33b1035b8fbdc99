//! What every answer about a share carries, and the policy of its pages.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, VARY,
};

use crate::http::client::Client;
use crate::http::public_url::{self, PublicUrl};
use crate::http::share_host::THEME;

/// The scripts of the page.
pub const SCRIPTS: [&str; 6] = [
    "/static/share/share.js",
    "/static/share/download.js",
    "/static/share/upload.js",
    "/static/share/remove.js",
    "/static/share/transfer.js",
    "/static/share/words.js",
];
/// Its sheets; the first one is the web client's, too.
pub const STYLES: [&str; 2] = [THEME, "/static/share/share.css"];
pub const ICON: &str = "/static/share/icon.svg";

/// Keeps the URL, which opens the share, to those who have it.
pub fn finish(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(REFERRER_POLICY, "no-referrer");
    set(CACHE_CONTROL, "private, no-cache");
    set(VARY, "Accept");
    set(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    response
}

/// A page's policy: its own few files, and the share at `root`. Each is named whole, for on the same host lie files of
/// strangers; both as the configuration and as the client calls the host.
pub fn policy(public_url: &PublicUrl, client: &Client, root: &str) -> String {
    let mut origins = vec![public_url.share_origin(client)];
    origins.extend(public_url::asked(client));
    origins.dedup();
    let all = |paths: &[&str]| {
        let sources = origins.iter();
        let sources =
            sources.flat_map(|origin| paths.iter().map(move |path| format!("{origin}{path}")));
        sources.collect::<Vec<_>>().join(" ")
    };
    // A path with a slash at its end stands for all below it.
    let below = format!("{root}/");
    let share = all(&[root, &below]);
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src {} {share}; connect-src {share}; \
         form-action {share}; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        all(&SCRIPTS),
        all(&STYLES),
        all(&[ICON]),
    )
}
