//! Entries as JSON.

use std::future::ready;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, ContentType, EntityTag};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream::{empty, once, try_unfold};
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};

use super::{Entry, EntryKind, Pages};
use crate::store::StoreError;
use crate::store::time::rfc3339;

/// What is in a folder, as an answer that is asked for anew each time. However large the folder is, a page of it is in
/// memory at a time.
pub fn answer(req: &HttpRequest, pages: Pages) -> HttpResponse {
    let mut response = not_kept();
    response.content_type(ContentType::json());
    match *req.method() {
        Method::HEAD => response.streaming(empty::<Result<Bytes, StoreError>>()),
        _ => response.streaming(streamed(pages)),
    }
}

/// The beginning of such an answer.
pub(super) fn not_kept() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "private, no-cache"));
    response
}

/// One entry: `etag` is null of a folder.
fn described(entry: &Entry) -> Value {
    let (kind, size, etag) = match &entry.kind {
        EntryKind::Folder => ("folder", 0, None),
        EntryKind::File(content) => {
            let tag = EntityTag::new_strong(content.sha256.clone());
            ("file", content.size, Some(tag.to_string()))
        }
    };
    json!({
        "name": entry.name,
        "type": kind,
        "size": size,
        "modified": rfc3339(entry.modified),
        "etag": etag,
    })
}

fn streamed(pages: Pages) -> impl Stream<Item = Result<Bytes, StoreError>> {
    let text = |text| once(ready(Ok(Bytes::from_static(text))));
    let entries = try_unfold((pages, ""), async |(mut pages, mut between)| {
        let Some(page) = pages.next().await? else {
            return Ok(None);
        };
        let mut text = String::new();
        for entry in &page {
            text += between;
            text += &described(entry).to_string();
            between = ",\n";
        }
        Ok(Some((text.into(), (pages, between))))
    });
    text(b"{\"entries\":[").chain(entries).chain(text(b"]}\n"))
}
