//! The bytes of an upload as an HTTP answer.

use std::io::{self, SeekFrom};

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETag, EntityTag, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::range::Wanted;
use super::{Stored, name};
use crate::http::answer::pretty;
use crate::http::error::ApiError;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// Answers with the file, or with the part of it that `req` wants.
///
/// # Errors
/// When the file cannot be opened.
pub async fn bytes(req: &HttpRequest, stored: &Stored) -> io::Result<HttpResponse> {
    let size = stored.size;
    let tag = EntityTag::new_strong(stored.sha256.clone());
    let wanted = Wanted::by(req, &tag, size);
    let mut file = File::open(&stored.path).await?;
    let (status, first, length) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last + 1 - first),
        Wanted::NotModified => return Ok(head(StatusCode::NOT_MODIFIED, tag).finish()),
        Wanted::Failed => {
            let message = "The attachment is not the one that If-Match names";
            return Ok(refusal(StatusCode::PRECONDITION_FAILED, tag, message));
        }
        Wanted::Unsatisfiable => {
            let message = format!("Range is outside of the attachment's {size} bytes");
            let mut response = refusal(StatusCode::RANGE_NOT_SATISFIABLE, tag, &message);
            let range =
                HeaderValue::try_from(format!("bytes */{size}")).map_err(io::Error::other)?;
            response.headers_mut().insert(CONTENT_RANGE, range);
            return Ok(response);
        }
    };
    let mut response = head(status, tag);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{size}", first + length - 1);
        response.insert_header((CONTENT_RANGE, range));
    }
    file.seek(SeekFrom::Start(first)).await?;
    let stream = ReaderStream::with_capacity(file.take(length), CHUNK);
    Ok(response
        .insert_header((CONTENT_TYPE, stored.content_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, disposition(&stored.name)))
        .body(SizedStream::new(length, stream)))
}

/// In the common shape of errors.
fn refusal(status: StatusCode, tag: EntityTag, message: &str) -> HttpResponse {
    pretty(
        &mut head(status, tag),
        &ApiError::new(status, message).body(),
    )
}

/// What every such answer carries. An upload is somebody's file and never a page of this origin: it is to be saved, not
/// shown, is what its type says and nothing else, and has no rights should a browser show it after all.
fn head(status: StatusCode, tag: EntityTag) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header(ETag(tag))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Accept"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    response
}

/// `attachment` with the name twice (RFC 6266): in ASCII for old clients, and exactly (RFC 8187).
fn disposition(file_name: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || " !#$&'()+,-.=@[]^_`{}~".contains(*c);
    let ascii: String = file_name
        .chars()
        .map(|c| if is_plain(&c) { c } else { '_' })
        .collect();
    let exact = name::encoded(file_name);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            disposition("Größe \"1\"; x=y\\.pdf"),
            "attachment; filename=\"Gr__e _1__ x=y_.pdf\"; \
             filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%3B%20x%3Dy%5C.pdf"
        );
        assert_eq!(
            disposition("report.pdf"),
            "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"
        );
    }
}
