//! A file as an HTTP answer: which of its bytes, and what a browser may do with them.

mod condition;
pub mod disposition;
mod range;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETag, EntityTag, HeaderName, HeaderValue, LAST_MODIFIED, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::{Stream, stream};

use super::answer::pretty;
use super::date::http_date;
use super::error::ApiError;
pub use condition::{Condition, Current};
pub use disposition::Disposition;
use range::Wanted;

/// What a browser says that it wants a file for. Older ones do not say.
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Uses that would run a file, or show it as a part of a page.
const RUNNING: [&str; 15] = [
    "audioworklet",
    "embed",
    "fencedframe",
    "frame",
    "iframe",
    "json",
    "manifest",
    "object",
    "paintworklet",
    "script",
    "serviceworker",
    "sharedworker",
    "style",
    "worker",
    "xslt",
];

/// What a browser is told that wants a file for such a use.
pub const NO_PART: &str = "A stored file is no part of a page";

/// Whether a browser says that it wants to run what it asks for, or to show it as a part of a page.
pub fn is_for_a_page(req: &HttpRequest) -> bool {
    let dest = req.headers().get(SEC_FETCH_DEST);
    dest.is_some_and(|dest| RUNNING.iter().any(|bad| dest.as_bytes() == bad.as_bytes()))
}

/// A file that somebody asks for.
#[derive(Clone, Debug)]
pub struct Representation<'a> {
    /// What people call it.
    pub name: &'a str,
    /// As it was stored, safe for a header.
    pub content_type: &'a str,
    /// Bytes.
    pub size: u64,
    /// Its strong validator: SHA-256 of the bytes, hexadecimal.
    pub sha256: &'a str,
    /// Milliseconds since 1970, where it may change.
    pub modified: Option<i64>,
    pub disposition: Disposition,
}

/// What is to be answered.
pub enum Answer {
    /// Nothing is to be read: the answer as it is.
    Done(HttpResponse),
    /// These bytes.
    Send(Part),
}

/// The bytes that are to be sent.
pub struct Part {
    head: HttpResponseBuilder,
    pub first: u64,
    pub length: u64,
}

impl Part {
    /// The answer, its bytes from `stream`.
    pub fn with(
        mut self,
        stream: impl Stream<Item = std::io::Result<Bytes>> + 'static,
    ) -> HttpResponse {
        self.head.body(SizedStream::new(self.length, stream))
    }
}

impl Representation<'_> {
    /// What `req` gets: the file, the part of it that it wants, or why it gets none.
    pub fn answer(&self, req: &HttpRequest) -> Answer {
        let size = self.size;
        if is_for_a_page(req) {
            return Answer::Done(self.refusal(StatusCode::FORBIDDEN, NO_PART));
        }
        let (status, first, length) = match Wanted::by(req, &self.tag(), self.modified, size) {
            Wanted::Whole => (StatusCode::OK, 0, size),
            Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last + 1 - first),
            Wanted::NotModified => {
                return Answer::Done(self.head(StatusCode::NOT_MODIFIED).finish());
            }
            Wanted::Failed => {
                let message = "The file is not the one that the request's conditions name";
                return Answer::Done(self.refusal(StatusCode::PRECONDITION_FAILED, message));
            }
            Wanted::Unsatisfiable => {
                let message = format!("Range is outside of the file's {size} bytes");
                let mut response = self.refusal(StatusCode::RANGE_NOT_SATISFIABLE, &message);
                if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
                    response.headers_mut().insert(CONTENT_RANGE, range);
                }
                return Answer::Done(response);
            }
        };
        let mut head = self.head(status);
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {first}-{}/{size}", first + length - 1);
            head.insert_header((CONTENT_RANGE, range));
        }
        head.insert_header((CONTENT_TYPE, self.content_type))
            .insert_header((CONTENT_DISPOSITION, self.disposition.header(self.name)));
        let part = Part {
            head,
            first,
            length,
        };
        match *req.method() {
            Method::HEAD => Answer::Done(part.with(stream::empty())),
            _ => Answer::Send(part),
        }
    }

    /// The file's `ETag`.
    pub fn tag(&self) -> EntityTag {
        EntityTag::new_strong(self.sha256.to_owned())
    }

    /// In the common shape of errors.
    fn refusal(&self, status: StatusCode, message: &str) -> HttpResponse {
        pretty(
            &mut self.head(status),
            &ApiError::new(status, message).body(),
        )
    }

    /// What every such answer carries. It is somebody's file and never a page of this origin: it is what its type says
    /// and nothing else, and has no rights should a browser show it.
    fn head(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(status);
        response
            .insert_header(ETag(self.tag()))
            .insert_header((ACCEPT_RANGES, "bytes"))
            .insert_header((CACHE_CONTROL, "private, no-cache"))
            .insert_header((VARY, "Accept"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
        if let Some(modified) = self.modified {
            response.insert_header((LAST_MODIFIED, http_date(modified)));
        }
        response
    }
}
