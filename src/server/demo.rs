//! The demo's outbox in the browser: `GET /demo/outbox` and its messages.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use mail_parser::{Address, HeaderName, MessageParser};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::auth::May;
use crate::auth::caller::HoldSession;
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::store::time::rfc3339;

/// Messages in the list, the newest ones.
const LISTED: usize = 100;
/// Bytes of a message that its header is looked for in.
const HEADER_MAX: u64 = 64 * 1024;

/// Where the demo's mails go.
#[derive(Clone, Debug)]
pub struct Outbox(pub PathBuf);

/// `GET /demo/outbox`: the newest messages first.
///
/// # Errors
/// 500 when the directory cannot be read.
pub async fn list(
    _: May<HoldSession>,
    outbox: web::Data<Outbox>,
) -> Result<HttpResponse, ApiError> {
    let mut names = Vec::new();
    // Before the first mail there is no directory.
    if let Ok(mut entries) = tokio::fs::read_dir(&outbox.0).await {
        while let Some(entry) = entries.next_entry().await.map_err(ApiError::internal)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_message(&name) {
                names.push(name);
            }
        }
    }
    // Names begin with the time.
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(LISTED);
    let mut messages = Vec::new();
    for name in names {
        messages.extend(describe(&outbox.0, name).await);
    }
    Ok(pretty(
        &mut HttpResponse::Ok(),
        &json!({"messages": messages}),
    ))
}

async fn describe(outbox: &Path, name: String) -> Option<Value> {
    let file = tokio::fs::File::open(outbox.join(&name)).await.ok()?;
    let metadata = file.metadata().await.ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let mut start = Vec::new();
    file.take(HEADER_MAX).read_to_end(&mut start).await.ok()?;
    let header = MessageParser::new().parse_headers(&start)?;
    Some(json!({
        "name": name,
        "size": metadata.len(),
        "modified": rfc3339(i64::try_from(modified.as_millis()).ok()?),
        "from": header.from().map(addresses),
        "to": header.header(HeaderName::To).and_then(|to| to.as_address()).map(addresses),
        "subject": header.subject(),
    }))
}

fn addresses(list: &Address) -> String {
    list.iter()
        .map(|mailbox| match (mailbox.name(), mailbox.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (name, address) => address.or(name).unwrap_or_default().to_owned(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// `GET /demo/outbox/<name>`: the message as it went out.
///
/// # Errors
/// 404.
pub async fn message(
    _: May<HoldSession>,
    name: web::Path<String>,
    outbox: web::Data<Outbox>,
) -> Result<HttpResponse, ApiError> {
    let unknown = || ApiError::not_found("There is no such message");
    if !is_message(&name) {
        return Err(unknown());
    }
    let bytes = tokio::fs::read(outbox.0.join(name.as_str()))
        .await
        .map_err(|_| unknown())?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(bytes))
}

fn is_message(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    name.ends_with(".eml") && !name.starts_with('.') && name.bytes().all(plain)
}
