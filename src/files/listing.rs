//! Entries as JSON.

use std::future::ready;

use actix_web::http::header::EntityTag;
use actix_web::web::Bytes;
use futures_util::stream::{once, try_unfold};
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};

use super::{Entry, EntryKind, Pages};
use crate::store::StoreError;
use crate::store::time::rfc3339;

/// What is in a folder, as `GET` of it answers.
pub fn listing(entries: &[Entry]) -> Value {
    let entries: Vec<Value> = entries.iter().map(described).collect();
    json!({"entries": entries})
}

/// One entry: `etag` is null of a folder.
pub fn described(entry: &Entry) -> Value {
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

/// The same as [`listing`] as text, a page at a time.
pub(super) fn streamed(pages: Pages) -> impl Stream<Item = Result<Bytes, StoreError>> {
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
