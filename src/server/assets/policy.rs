//! What the files of the web client may do in a browser.

use crate::http::client::Client;

/// The page: nothing from elsewhere, no inline script or style, and no text that becomes markup or code by accident.
/// `quillgate` is the one policy for Trusted Types that its script makes, for the address of the service worker.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; frame-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; \
     form-action 'self'; base-uri 'self'; require-trusted-types-for 'script'; \
     trusted-types quillgate";

/// The page, in no frame.
pub fn page() -> String {
    format!("{PAGE}; frame-ancestors 'none'")
}

/// The page in a frame of pages of these origins; of none: in no frame.
pub fn embedded(hosts: &[String]) -> String {
    match hosts {
        [] => page(),
        hosts => format!("{PAGE}; frame-ancestors {}", ancestors(hosts)),
    }
}

fn ancestors(hosts: &[String]) -> String {
    ["'self'"]
        .into_iter()
        .chain(hosts.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The frame that shows and edits HTML of others, below `static/`.
const EDITOR: &str = "editor/editor.html";

/// What a file may do when it is opened by itself: nothing, but for the frame, which runs its own script in an origin
/// of its own and loads nothing. Pages of `hosts` may hold the page that holds it.
pub fn of_file(path: &str, client: &Client, hosts: &[String]) -> String {
    if path.ends_with(".js") || path.ends_with(".css") {
        // A browser shows them as text: there is nothing to forbid but a frame around it.
        return "frame-ancestors 'none'".to_owned();
    }
    if path != EDITOR {
        return "default-src 'none'; frame-ancestors 'none'".to_owned();
    }
    // 'self' means nothing in an opaque origin to some browsers: the host is named as well.
    let host = client.host.as_deref().filter(|host| {
        host.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
        })
    });
    let ancestors = ancestors(hosts);
    let scheme = if client.https { "https" } else { "http" };
    let origin = host
        .map(|host| format!(" {scheme}://{host}"))
        .unwrap_or_default();
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'self'{origin}; style-src 'unsafe-inline' 'self'{origin}; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'; trusted-types editor"
    )
}
