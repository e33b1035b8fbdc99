//! The web client, carried in the binary.

pub mod embed;
mod frame;
pub mod library;
mod policy;
mod worker;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH,
    VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, web};

use super::gate::{GateSettings, UnderBase};
use crate::http::error::ApiError;
use library::{Asset, Coding};
pub use worker::worker;

/// The page's file, below `static/`.
const PAGE: &str = "index.html";
/// Where the page learns how it was reached, and of which version it is.
const BASE_MARK: &str = "<base href=\"/\">";
const DEMO_MARK: &str = "data-demo=\"false\"";
const VERSION_MARK: &str = "data-version=\"\"";
/// Where it learns whether it is in a frame, and of which pages it may be.
const EMBEDDED_MARK: &str = "data-embedded=\"false\"";
const FILE_MARK: &str = "=\"static/";
const MODULES_MARK: &str = "</head>";

/// An address with a version in it never means anything else.
const FOR_EVER: &str = "max-age=31536000, immutable";

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
    let text = page(&req, &gate, **demo, false)?;
    Ok(page_answer(&req, text, policy::page()))
}

/// The page with its policy.
fn page_answer(req: &HttpRequest, text: String, policy: String) -> HttpResponse {
    let asset = Asset::of(Bytes::from(text));
    let packed = packed(req, PAGE, &asset);
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()))
        .insert_header((CONTENT_SECURITY_POLICY, policy));
    whole(response, asset, packed)
}

/// In fewer bytes, if whoever asks can unpack them.
fn packed(req: &HttpRequest, path: &str, asset: &Asset) -> Option<(Coding, Bytes)> {
    Coding::ALL
        .into_iter()
        .filter(|coding| accepts(req, *coding))
        .find_map(|coding| Some((coding, library::packed(path, asset, coding)?)))
}

fn whole(
    mut response: HttpResponseBuilder,
    asset: Asset,
    packed: Option<(Coding, Bytes)>,
) -> HttpResponse {
    match packed {
        Some((coding, data)) => response
            .insert_header((CONTENT_ENCODING, coding.name()))
            .body(data),
        None => response.body(asset.data),
    }
}

/// The page as it is for this request.
fn page(
    req: &HttpRequest,
    gate: &GateSettings,
    demo: DemoMode,
    embedded: bool,
) -> Result<String, ApiError> {
    let page =
        library::find(PAGE).ok_or_else(|| ApiError::internal("no index.html in the binary"))?;
    let version = library::version();
    let mut text = String::from_utf8_lossy(&page.data)
        .replace(FILE_MARK, &format!("=\"static/{version}/"))
        .replace(VERSION_MARK, &format!("data-version=\"{version}\""));
    let hosts = gate.origins.hosts.join(" ");
    let place = format!("data-embedded=\"{embedded}\" data-hosts=\"{hosts}\"");
    text = text.replace(EMBEDDED_MARK, &place);
    if req.extensions().get::<UnderBase>().is_some() {
        text = text.replace(BASE_MARK, &format!("<base href=\"{}/\">", gate.base_path));
    }
    if demo.0 {
        text = text.replace(DEMO_MARK, "data-demo=\"true\"");
    }
    let modules = library::first_modules()
        .iter()
        .map(|path| format!("<link rel=\"modulepreload\" href=\"static/{version}/{path}\">\n"));
    let modules: String = modules.collect();
    Ok(text.replacen(MODULES_MARK, &format!("{modules}{MODULES_MARK}"), 1))
}

/// `GET /static/<version>/<path>`, and without the version for those that can be told of changes only by being asked.
///
/// # Errors
/// 404, also for files of another version.
pub async fn file(
    req: HttpRequest,
    path: web::Path<String>,
    gate: web::Data<GateSettings>,
) -> Result<HttpResponse, ApiError> {
    let versioned = path
        .split_once('/')
        .and_then(|(version, rest)| (version == library::version()).then_some(rest));
    let path = versioned.unwrap_or(&path);
    answer(&req, path, versioned.is_some(), &gate.origins.hosts)
        .filter(|_| path != PAGE && path != worker::FILE)
        .ok_or_else(nothing)
}

fn nothing() -> ApiError {
    ApiError::not_found("There is nothing at this path")
}

/// A file as the answer to this request. There are many of them: each has the headers that it needs and no more.
fn answer(
    req: &HttpRequest,
    path: &str,
    versioned: bool,
    hosts: &[String],
) -> Option<HttpResponse> {
    let (asset, policy) = if path == frame::FILE {
        let frame = frame::frame()?;
        (frame.asset.clone(), policy::frame(&frame.script, hosts))
    } else {
        (library::find(path)?, policy::of_file(path).to_owned())
    };
    let media_type = media_type(path);
    let packed = is_text(&media_type)
        .then(|| packed(req, path, &asset))
        .flatten();
    let tag = match &packed {
        Some((coding, _)) => format!("\"{}-{}\"", asset.digest, coding.name()),
        None => format!("\"{}\"", asset.digest),
    };
    let unchanged = req
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response.insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if versioned {
        response.insert_header((CACHE_CONTROL, FOR_EVER));
    } else {
        response
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((ETAG, tag));
    }
    response.insert_header((CONTENT_SECURITY_POLICY, policy));
    if unchanged {
        return Some(response.finish());
    }
    response.content_type(media_type);
    Some(whole(response, asset, packed))
}

/// Whether `Accept-Encoding` names this coding, and does not refuse it (RFC 9110, section 12.5.3).
fn accepts(req: &HttpRequest, coding: Coding) -> bool {
    let values = req.headers().get_all(ACCEPT_ENCODING);
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|each| {
            let (name, weight) = each.split_once(";q=").unwrap_or((each, "1"));
            let refused = weight.trim().parse() == Ok(0.0);
            name.trim().eq_ignore_ascii_case(coding.name()) && !refused
        })
}

fn media_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if kind.type_() == mime_guess::mime::TEXT {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || ["image/svg+xml", "application/json"].contains(&media_type)
}
