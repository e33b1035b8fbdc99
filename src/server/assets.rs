//! The web client, carried in the binary.

use std::borrow::Cow;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use data_encoding::HEXLOWER;
use rust_embed::{Embed, EmbeddedFile};

use super::gate::{GateSettings, UnderBase};
use crate::http::client::Client;
use crate::http::error::ApiError;

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// The page: nothing from elsewhere, no inline script or style.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; frame-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; \
     base-uri 'self'; frame-ancestors 'none'";

/// The frame that shows and edits HTML of others.
const EDITOR: &str = "editor.html";

/// Where the page learns how it was reached.
const BASE_MARK: &str = "<base href=\"/\">";
const DEMO_MARK: &str = "data-demo=\"false\"";

/// Whether this is the demo, with its outbox.
#[derive(Clone, Copy, Debug)]
pub struct DemoMode(pub bool);

/// `GET /`: the page, with or without credentials.
///
/// # Errors
/// 500 when the binary was built without it.
pub async fn index(
    req: HttpRequest,
    gate: web::Data<GateSettings>,
    demo: web::Data<DemoMode>,
) -> Result<HttpResponse, ApiError> {
    let page = Files::get("index.html")
        .ok_or_else(|| ApiError::internal("no index.html in the binary"))?;
    let mut text = String::from_utf8_lossy(&page.data).into_owned();
    if req.extensions().get::<UnderBase>().is_some() {
        text = text.replace(BASE_MARK, &format!("<base href=\"{}/\">", gate.base_path));
    }
    if demo.0 {
        text = text.replace(DEMO_MARK, "data-demo=\"true\"");
    }
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .body(text))
}

/// `GET /static/<path>`.
///
/// # Errors
/// 404.
pub async fn file(req: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let file = Files::get(&path).filter(|_| path.as_str() != "index.html");
    let file = file.ok_or_else(|| ApiError::not_found("There is nothing at this path"))?;
    let tag = format!(
        "\"{}\"",
        HEXLOWER.encode(&file.metadata.sha256_hash()[..16])
    );
    let unchanged = req
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_SECURITY_POLICY, policy(&path, &Client::of(&req))));
    if path.starts_with("editor.") {
        // The frame has an origin of its own.
        response.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    if unchanged {
        return Ok(response.finish());
    }
    Ok(response.content_type(media_type(&path)).body(bytes(file)))
}

fn bytes(file: EmbeddedFile) -> web::Bytes {
    match file.data {
        Cow::Borrowed(data) => web::Bytes::from_static(data),
        Cow::Owned(data) => web::Bytes::from(data),
    }
}

fn media_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if kind.type_() == mime_guess::mime::TEXT {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

/// What a file may do when it is opened by itself: nothing, but for the frame, which runs its own script in an origin
/// of its own and loads nothing.
fn policy(path: &str, client: &Client) -> String {
    if path != EDITOR {
        return "default-src 'none'; frame-ancestors 'none'".to_owned();
    }
    // 'self' means nothing in an opaque origin to some browsers: the host is named as well.
    let host = client.host.as_deref().filter(|host| {
        host.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
        })
    });
    let scheme = if client.https { "https" } else { "http" };
    let origin = host
        .map(|host| format!(" {scheme}://{host}"))
        .unwrap_or_default();
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'self'{origin}; style-src 'unsafe-inline' 'self'{origin}; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}
