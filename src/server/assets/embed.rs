//! The web client within pages of other origins: the script that they load, and the page that it puts into a frame.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{DemoMode, nothing, policy};
use crate::http::error::ApiError;
use crate::server::gate::GateSettings;

/// Below `static/`.
const SCRIPT: &str = "embed/embed.js";

/// `GET /embed`: the page without header and pages, for a frame of pages of `server.allowed_origins`. In frames of
/// others browsers do not show it.
///
/// # Errors
/// 500 when the binary was built without it.
pub async fn page(
    req: HttpRequest,
    gate: web::Data<GateSettings>,
    demo: web::Data<DemoMode>,
) -> Result<HttpResponse, ApiError> {
    let text = super::page(&req, &gate, **demo, true)?;
    let policy = policy::embedded(&gate.origins.hosts);
    Ok(super::page_answer(&req, text, policy))
}

/// `GET /embed.js`: what a page of another origin loads. Its address has no version: it is written into that page.
///
/// # Errors
/// 404 when the binary was built without it.
pub async fn script(
    req: HttpRequest,
    gate: web::Data<GateSettings>,
) -> Result<HttpResponse, ApiError> {
    let mut response =
        super::answer(&req, SCRIPT, false, &gate.origins.hosts).ok_or_else(nothing)?;
    response.headers_mut().insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}
