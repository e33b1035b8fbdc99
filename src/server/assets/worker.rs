//! The service worker: at the address that its scope needs, and told which files there are.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};

use super::library;
use crate::http::error::ApiError;

/// Its file, below `static/`.
pub const FILE: &str = "sw.js";
/// Where it learns of which version it is, and of what that consists.
const VERSION_MARK: &str = "const VERSION = '';";
const FILES_MARK: &str = "const FILES = [];";
/// Not part of the page.
const ELSEWHERE: &str = "share/";

/// It fetches what the page would fetch, and runs nothing but its own parts.
const POLICY: &str =
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// `GET /sw.js`. It changes with every version, which is how browsers find out that there is another one.
///
/// # Errors
/// 500 when the binary was built without it.
pub async fn worker() -> Result<HttpResponse, ApiError> {
    let file =
        library::find(FILE).ok_or_else(|| ApiError::internal("no service worker in the binary"))?;
    let paths = library::paths();
    let kept = |path: &&String| {
        !path.starts_with(ELSEWHERE) && ![FILE, super::PAGE].contains(&path.as_str())
    };
    let paths: Vec<_> = paths.iter().filter(kept).collect();
    let paths = serde_json::to_string(&paths).map_err(ApiError::internal)?;
    let version = library::version();
    let text = String::from_utf8_lossy(&file.data)
        .replacen(VERSION_MARK, &format!("const VERSION = '{version}';"), 1)
        .replacen(FILES_MARK, &format!("const FILES = {paths};"), 1);
    Ok(HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(text))
}
