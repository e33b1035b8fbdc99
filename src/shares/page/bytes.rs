//! The bytes of a share, for tools and as what a browser saves.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;

use super::cap::{self, SetAside};
use super::preview;
use super::refused::Refused;
use super::{Found, SharePage, Transfer};
use crate::http::error::ApiError;
use crate::http::file::{Answer, Disposition, Part, Representation};
use crate::store::blobs::Reader;

/// What browsers run or lay out when they are told that it is one: served as the text that it is.
const PARTS_OF_PAGES: [&str; 4] = ["javascript", "ecmascript", "jscript", "css"];

impl SharePage {
    /// The file, the part of it that the request wants, or why there is none.
    pub(super) async fn download(
        &self,
        found: Found,
        req: &HttpRequest,
    ) -> Result<HttpResponse, Refused> {
        let Some((name, content, modified)) = found.file() else {
            return Err(Refused::Gone);
        };
        let representation = Representation {
            name,
            content_type: harmless(&content.content_type),
            size: content.size,
            sha256: &content.sha256,
            modified,
            disposition: Disposition::Attachment,
        };
        let used_up = cap::is_used_up(&found.share);
        let part = match representation.answer(req) {
            Answer::Send(part) if !used_up || part.first > 0 => part,
            _ if used_up => return Err(Refused::Gone),
            Answer::Done(response) => {
                self.accesses.opened(&found.share.token);
                return Ok(response);
            }
            Answer::Send(part) => part,
        };
        let (key, size) = (content.key.clone(), content.size);
        let blobs = self.blobs(&found.share);
        let reader = blobs.read(&key, part.first, part.length).await;
        let reader = reader.map_err(missing)?;
        let set_aside = self.limit(&found, &part, size).await?;
        self.accesses.opened(&found.share.token);
        Ok(part.with(Sending {
            reader,
            set_aside,
            _transfer: found.transfer,
        }))
    }

    async fn limit(
        &self,
        found: &Found,
        part: &Part,
        size: u64,
    ) -> Result<Option<SetAside>, Refused> {
        if found.share.max_downloads.is_some() {
            let counted = self.count(&found.share, &found.thing, part, size).await?;
            return counted.map(Some).ok_or(Refused::Gone);
        }
        if part.first == 0 {
            self.accesses.downloaded(&found.share.token);
        }
        Ok(None)
    }

    /// A picture to be shown. Nothing else is, and nothing of a share whose downloads are counted.
    pub(super) async fn picture(
        &self,
        found: Found,
        req: &HttpRequest,
    ) -> Result<HttpResponse, Refused> {
        let no_picture = || ApiError::not_found("There is no preview of it");
        let (name, content, modified) = match found.file() {
            Some(file) if found.share.max_downloads.is_none() => file,
            _ => return Err(no_picture().into()),
        };
        let blobs = self.blobs(&found.share);
        let picture = preview::picture(blobs, content).await.map_err(missing)?;
        let representation = Representation {
            name,
            content_type: picture.ok_or_else(no_picture)?,
            size: content.size,
            sha256: &content.sha256,
            modified,
            disposition: Disposition::Inline,
        };
        self.accesses.opened(&found.share.token);
        let part = match representation.answer(req) {
            Answer::Done(response) => return Ok(response),
            Answer::Send(part) => part,
        };
        let reader = blobs.read(&content.key, part.first, part.length).await;
        Ok(part.with(Sending {
            reader: reader.map_err(missing)?,
            set_aside: None,
            _transfer: found.transfer,
        }))
    }
}

/// A blob that has gone since it was looked up is a file that is gone.
pub fn missing(cause: io::Error) -> Refused {
    match cause.kind() {
        io::ErrorKind::NotFound => Refused::Gone,
        _ => ApiError::internal(format!("blobs: {cause}")).into(),
    }
}

/// The type that a file is served with.
fn harmless(content_type: &str) -> &str {
    let kind = content_type.to_ascii_lowercase();
    if PARTS_OF_PAGES.iter().any(|part| kind.contains(part)) {
        "text/plain"
    } else if kind.starts_with("multipart/") {
        // Some are taken apart and shown piece by piece.
        "application/octet-stream"
    } else {
        content_type
    }
}

/// Bytes on their way, until the share ends.
struct Sending {
    reader: Reader,
    set_aside: Option<SetAside>,
    _transfer: Transfer,
}

impl Stream for Sending {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let next = Pin::new(&mut self.reader).poll_next(context);
        if let (Poll::Ready(Some(Ok(piece))), Some(set_aside)) = (&next, &mut self.set_aside) {
            set_aside.sent(piece.len());
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_are_made_of_is_served_as_text() {
        for (stored, served) in [
            ("text/javascript; charset=utf-8", "text/plain"),
            ("application/x-JavaScript", "text/plain"),
            ("application/ecmascript", "text/plain"),
            ("text/jscript", "text/plain"),
            ("Text/CSS", "text/plain"),
            ("multipart/x-mixed-replace", "application/octet-stream"),
            ("text/html", "text/html"),
            ("application/pdf", "application/pdf"),
        ] {
            assert_eq!(harmless(stored), served);
        }
    }
}
