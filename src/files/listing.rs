//! Entries as JSON.

use actix_web::http::header::EntityTag;
use serde_json::{Value, json};

use super::{Entry, EntryKind};
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
