//! What the files of the web client may do in a browser.

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

/// What a file may do when it is opened by itself: nothing.
pub fn of_file(path: &str) -> &'static str {
    if path.ends_with(".js") || path.ends_with(".css") {
        // A browser shows them as text: there is nothing to forbid but a frame around it.
        "frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    }
}

/// The frame that shows and edits HTML of others: in an origin of its own it runs its one script, and loads nothing.
/// Pages of `hosts` may hold the page that holds it.
pub fn frame(script: &str, hosts: &[String]) -> String {
    let ancestors = ancestors(hosts);
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; require-trusted-types-for 'script'; \
         trusted-types editor"
    )
}
