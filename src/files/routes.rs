//! `/files/…`: folders are listed, files are read, written, moved and removed. `/files/home/<login>` is the caller's own
//! home and nobody else's.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{ETag, EntityTag, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::{Value, json};

use super::error::FileError;
use super::path::FilePath;
use super::{Content, Entry, EntryKind, Files, Place, listing, receive};
use crate::auth::May;
use crate::auth::caller::{Caller, UseFiles};
use crate::draft::error::shown;
use crate::http::answer::pretty;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::file::disposition::encoded;
use crate::http::file::{Condition, Disposition, Representation};
use crate::http::public_url::PublicUrl;
use crate::ids::FileId;
use crate::store::blobs::Blobs;

/// `GET /files`: there is `home`.
pub async fn root(_: May<UseFiles>) -> HttpResponse {
    folders(&["home"])
}

/// `GET /files/home`: the homes that the caller may see.
pub async fn homes(caller: May<UseFiles>) -> HttpResponse {
    folders(&[&caller.user.login])
}

/// Folders that nobody made.
fn folders(names: &[&str]) -> HttpResponse {
    let entry =
        |name| json!({"name": name, "type": "folder", "size": 0, "modified": null, "etag": null});
    let entries: Vec<Value> = names.iter().map(entry).collect();
    pretty(&mut listing::not_kept(), &json!({"entries": entries}))
}

/// `GET` and `HEAD`: what is in a folder, the bytes of a file.
///
/// # Errors
/// 403, 404, 422.
pub async fn read(
    caller: May<UseFiles>,
    req: HttpRequest,
    files: Data<Files>,
) -> Result<HttpResponse, ApiError> {
    let names = own_path(&caller, &req)?.names;
    let owner = caller.user.id;
    let folder = if names.is_empty() {
        None
    } else {
        let found = files.below(owner, None, names).await?;
        let entry = found.ok_or(FileError::NotFound)?;
        if let EntryKind::File(content) = &entry.kind {
            return bytes(&req, files.blobs(), &entry, content).await;
        }
        Some(entry.id)
    };
    let found = files.pages(owner, folder).await?;
    let pages = found.ok_or(FileError::NotFound)?;
    Ok(listing::answer(&req, pages))
}

async fn bytes(
    req: &HttpRequest,
    blobs: &Blobs,
    entry: &Entry,
    content: &Content,
) -> Result<HttpResponse, ApiError> {
    let representation = Representation {
        name: &entry.name,
        content_type: &content.content_type,
        size: content.size,
        sha256: &content.sha256,
        modified: Some(entry.modified),
        disposition: Disposition::Attachment,
    };
    let answer = blobs.answer(req, &representation, &content.key).await;
    Ok(answer.map_err(FileError::from)?)
}

/// `PUT`: the body is the file. 201, or 204 where there was one.
///
/// # Errors
/// 403, and those of [`receive()`].
pub async fn write(
    caller: May<UseFiles>,
    req: HttpRequest,
    payload: Payload,
    files: Data<Files>,
    public_url: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let path = own_path(&caller, &req)?;
    let place = Place::In {
        folder: None,
        names: path.names.clone(),
    };
    let written = receive(&files, caller.user.id, place, &req, payload).await?;
    let mut response = if written.created {
        HttpResponse::Created()
    } else {
        HttpResponse::NoContent()
    };
    if let EntryKind::File(content) = written.entry.kind {
        response.insert_header(ETag(EntityTag::new_strong(content.sha256)));
    }
    match written.created {
        true => Ok(created(response, &req, &public_url, &path, "File stored")),
        false => Ok(response.finish()),
    }
}

/// `POST …?mkdir` makes a folder, `POST …?move=/home/<login>/<path>` moves what is there: 201.
///
/// # Errors
/// 400 for anything else, 403, 404, 409, 412, 422, 507.
pub async fn change(
    caller: May<UseFiles>,
    req: HttpRequest,
    files: Data<Files>,
    public_url: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let path = own_path(&caller, &req)?;
    let owner = caller.user.id;
    let (made, message) = match Wish::of(&req)? {
        Wish::Folder => {
            files.make_folder(owner, path.names.clone()).await?;
            (path, "Folder made")
        }
        Wish::Move(to) => {
            let to = FilePath::parse(&to).map_err(|reason| unusable(&to, reason))?;
            check_owner(&caller, &to)?;
            let id = existing(&files, &caller, path).await?;
            let condition = Condition::of(&req);
            files
                .relocate(owner, id, to.names.clone(), condition)
                .await?;
            (to, "Moved")
        }
    };
    let response = HttpResponse::Created();
    Ok(created(response, &req, &public_url, &made, message))
}

/// What a `POST` is to do.
enum Wish {
    Folder,
    Move(String),
}

impl Wish {
    fn of(req: &HttpRequest) -> Result<Self, ApiError> {
        let query = req.query_string().as_bytes();
        let mut wishes = form_urlencoded::parse(query).filter_map(|(name, value)| match &*name {
            "mkdir" => Some(Self::Folder),
            "move" => Some(Self::Move(value.into_owned())),
            _ => None,
        });
        match (wishes.next(), wishes.next()) {
            (Some(wish), None) => Ok(wish),
            _ => Err(ApiError::bad_request(
                "POST takes either ?mkdir or ?move=/home/<login>/<path>; a file is written with PUT",
            )),
        }
    }
}

/// `DELETE`: a file, or a folder with all in it; 204.
///
/// # Errors
/// 403, 404, 412, 422 for the home.
pub async fn remove(
    caller: May<UseFiles>,
    req: HttpRequest,
    files: Data<Files>,
) -> Result<HttpResponse, ApiError> {
    let path = own_path(&caller, &req)?;
    let id = existing(&files, &caller, path).await?;
    let files: &Arc<Files> = &files;
    match files
        .remove(caller.user.id, id, Condition::of(&req))
        .await?
    {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(FileError::NotFound.into()),
    }
}

/// What a path names, unless it is the home.
async fn existing(files: &Files, caller: &Caller, path: FilePath) -> Result<FileId, ApiError> {
    if path.names.is_empty() {
        return Err(FileError::IsHome.into());
    }
    let found = files.below(caller.user.id, None, path.names).await?;
    Ok(found.ok_or(FileError::NotFound)?.id)
}

/// The path that a request is about.
fn own_path(caller: &Caller, req: &HttpRequest) -> Result<FilePath, ApiError> {
    let path = req.uri().path();
    let below = path.trim_start_matches('/').split_once('/');
    let below = below.map_or("", |(_, below)| below);
    let path = FilePath::in_url(below).map_err(|reason| unusable(path, reason))?;
    check_owner(caller, &path)?;
    Ok(path)
}

/// Whoever asks: nobody sees whether there is such a user.
fn check_owner(caller: &Caller, path: &FilePath) -> Result<(), ApiError> {
    if path.login == caller.user.login {
        return Ok(());
    }
    let message = "Files are NOT available for users other than the one you authenticated!";
    Err(ApiError::forbidden(message))
}

fn unusable(path: &str, reason: &str) -> ApiError {
    ApiError::unprocessable(format!("Invalid path '{}': {reason}", shown(path)))
}

/// The answer to somebody who made something.
fn created(
    mut response: HttpResponseBuilder,
    req: &HttpRequest,
    public_url: &PublicUrl,
    path: &FilePath,
    message: &str,
) -> HttpResponse {
    let names = || std::iter::once(&path.login).chain(&path.names);
    let in_url: String = names().map(|name| format!("/{}", encoded(name))).collect();
    let location = public_url.location(&Client::of(req), &format!("/files/home{in_url}"));
    let text: String = names().map(|name| format!("/{name}")).collect();
    let body = json!({
        "status": StatusCode::CREATED.as_u16(),
        "message": message,
        "path": format!("/home{text}"),
    });
    pretty(response.insert_header((LOCATION, location)), &body)
}
