//! `/mail/attachments/…`: store an upload, get it back, remove it.

use std::io;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::error::AttachmentError;
use super::name::Name;
use super::{Attachments, Stored};
use crate::auth::May;
use crate::auth::caller::{ReadUpload, Upload};
use crate::draft::attachment_ref::UploadRef;
use crate::draft::error::shown;
use crate::http::accept;
use crate::http::answer::pretty;
use crate::http::body::Body;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::public_url::PublicUrl;
use crate::ids::UserId;
use crate::store::incoming::Announced;

/// `POST /mail/attachments[/<filename>]`: the body is the file.
///
/// An early refusal is answered at once. For a while the HTTP server then reads and drops what the client still sends
/// (`client_disconnect_timeout`), so that a client that sends everything first sees the answer, too.
///
/// # Errors
/// 400 for a digest that does not match and for a body that ends early, 413, 415, 422 for the name, 507.
pub async fn upload(
    caller: May<Upload>,
    req: HttpRequest,
    payload: web::Payload,
    attachments: web::Data<Attachments>,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let mut body = Body::of(&req, payload)?;
    let stored = receive(&attachments, caller.user.id, &req, &mut body).await?;
    let wants_location = !header(&req, "x-no-location").eq_ignore_ascii_case("true");
    let status = match attachments.settings.upload_status {
        201 if wants_location => StatusCode::CREATED,
        _ if wants_location => StatusCode::FOUND,
        _ => StatusCode::OK,
    };
    let mut response = HttpResponse::build(status);
    if wants_location {
        let location = public_url.location(&Client::of(&req), &stored.encoded_location());
        response.insert_header((LOCATION, location));
    }
    let told = if status == StatusCode::CREATED {
        201
    } else {
        200
    };
    Ok(pretty(&mut response, &confirmation(told, &stored)))
}

async fn receive(
    attachments: &Arc<Attachments>,
    user: UserId,
    req: &HttpRequest,
    body: &mut Body,
) -> Result<Stored, ApiError> {
    let name = Name::in_path(req.uri().path())?;
    let announced = Announced::by(req).map_err(AttachmentError::from)?;
    let mut upload = attachments.receive(user, name, announced).await?;
    while let Some(piece) = body.next().await? {
        upload.write(piece).await?;
    }
    Ok(upload.store().await?)
}

/// `GET` and `HEAD /mail/attachments/<name>--<token>`, `/mail/attachment/<token>`: what is known of the upload for an
/// `Accept` that names JSON, which is what follows the redirect of an upload; else, and with `?download`, its bytes.
///
/// # Errors
/// 404.
pub async fn download(
    caller: May<ReadUpload>,
    req: HttpRequest,
    attachments: web::Data<Attachments>,
) -> Result<HttpResponse, ApiError> {
    let token = token(&req).ok_or_else(|| not_found(&req))?;
    let found = attachments.find(caller.user.id, &token).await?;
    let stored = found.ok_or_else(|| not_found(&req))?;
    if accept::names(&req, "application/json") && !accept::asks_for(&req, "download") {
        let mut known = confirmation(200, &stored);
        known["name"] = stored.name.as_str().into();
        known["size"] = stored.size.into();
        known["type"] = stored.content_type.as_str().into();
        known["sha256"] = stored.sha256.as_str().into();
        let mut response = HttpResponse::Ok();
        response
            .insert_header((VARY, "Accept"))
            .insert_header((CACHE_CONTROL, "private, no-cache"));
        return Ok(pretty(&mut response, &known));
    }
    match attachments.answer(&req, &stored).await {
        Err(AttachmentError::Disk(cause)) if cause.kind() == io::ErrorKind::NotFound => {
            Err(not_found(&req))
        }
        answer => Ok(answer?),
    }
}

/// `DELETE` of the same paths: 204.
///
/// # Errors
/// 404.
pub async fn delete(
    caller: May<Upload>,
    req: HttpRequest,
    attachments: web::Data<Attachments>,
) -> Result<HttpResponse, ApiError> {
    let token = token(&req).ok_or_else(|| not_found(&req))?;
    match attachments.delete(caller.user.id, &token).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(not_found(&req)),
    }
}

fn confirmation(status: u16, stored: &Stored) -> Value {
    json!({
        "status": status,
        "message": "Attachment stored",
        "location": stored.location(),
    })
}

/// The token in the path; the name before it is for people.
fn token(req: &HttpRequest) -> Option<String> {
    let path = req.uri().path().trim_end_matches('/');
    UploadRef::parse(path).ok().map(|reference| reference.token)
}

fn not_found(req: &HttpRequest) -> ApiError {
    ApiError::not_found(format!("Attachment {} NOT found", shown(req.uri().path())))
}

/// A header's value; empty when there is none or it is no text.
fn header<'a>(req: &'a HttpRequest, name: &str) -> &'a str {
    let value = req
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok());
    value.unwrap_or("").trim()
}

#[cfg(test)]
mod tests;
