//! What recipients of a writable share may do: replace the file, or add, replace and delete in the folder. It is the
//! owner's file and counts as the owner's.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETag, EntityTag, LOCATION};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::asked::Asked;
use super::refused::Refused;
use super::{Found, SharePage, Thing};
use crate::files::{self, EntryKind, Place};
use crate::http::error::ApiError;
use crate::http::file::Condition;
use crate::shares::Target;

impl SharePage {
    /// Writes a request's body to what it names: 201, or 204 where there was a file.
    pub(super) async fn write(
        &self,
        found: &Found,
        (asked, req): (&Asked, &HttpRequest),
        payload: Payload,
    ) -> Result<HttpResponse, Refused> {
        let Target::Live(id) = found.share.target else {
            return Err(read_only().into());
        };
        check_writable(found)?;
        let names = asked.names.clone().map_err(|reason| {
            ApiError::unprocessable(format!("This path cannot be used: {reason}"))
        })?;
        let place = match &found.thing {
            Thing::File(..) if names.is_empty() => Place::File(id),
            _ => Place::In {
                folder: Some(id),
                names,
            },
        };
        self.accesses.opened(&found.share.token);
        let files = &self.shares.files;
        let written = files::receive(files, found.share.owner, place, req, payload).await;
        let written = written.map_err(reworded)?;
        let mut response = match written.created {
            true => HttpResponse::Created(),
            false => HttpResponse::NoContent(),
        };
        if written.created {
            response.insert_header((LOCATION, req.uri().path()));
        }
        if let EntryKind::File(content) = written.entry.kind {
            response.insert_header(ETag(EntityTag::new_strong(content.sha256)));
        }
        Ok(response.finish())
    }

    /// Deletes something in the shared folder: 204.
    pub(super) async fn remove(
        &self,
        found: &Found,
        (asked, req): (&Asked, &HttpRequest),
    ) -> Result<HttpResponse, Refused> {
        check_writable(found)?;
        if asked.names.as_ref().is_ok_and(Vec::is_empty) {
            let message = "What is shared cannot be deleted here, only what is in a folder";
            return Err(ApiError::forbidden(message).into());
        }
        let (Thing::File(entry, _) | Thing::Folder(entry)) = &found.thing else {
            return Err(Refused::Gone);
        };
        self.accesses.opened(&found.share.token);
        let files = &self.shares.files;
        let condition = Condition::of(req);
        match files.remove(found.share.owner, entry.id, condition).await {
            Ok(true) => Ok(HttpResponse::NoContent().finish()),
            Ok(false) => Err(Refused::Gone),
            Err(error) => Err(reworded(error.into())),
        }
    }
}

fn check_writable(found: &Found) -> Result<(), ApiError> {
    if found.is_writable() {
        Ok(())
    } else {
        Err(read_only())
    }
}

fn read_only() -> ApiError {
    ApiError::forbidden("This share is for reading only")
}

/// How much room the owner has is not the recipient's business.
fn reworded(error: ApiError) -> Refused {
    match error.status() {
        StatusCode::NOT_FOUND => Refused::Gone,
        StatusCode::INSUFFICIENT_STORAGE => error.reworded("There is no room for this file").into(),
        _ => error.into(),
    }
}
