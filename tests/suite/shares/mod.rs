//! Files that mails carry as links: what goes out, what is kept, and what becomes of it.

mod send;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use mail_parser::MimeHeaders;
use quillgate::auth::admin::AdminError;
use quillgate::files::rows as files;
use quillgate::shares::rows;
use quillgate::store::StoreError;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::Gateway;
use crate::support::post::parsed;

/// Uploads as ralf, and returns its location.
async fn uploaded(gateway: &Gateway, name: &str, content: &[u8]) -> String {
    let path = format!("/mail/attachments/{name}");
    let request = gateway.post("ralf", &path).body(content.to_vec());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["location"].as_str().unwrap().to_owned()
}

/// Puts a file of ralf's where it belongs, as far as rows and blobs go; replaces the one that is there. `None`: a folder.
async fn filed(gateway: &Gateway, path: &str, content: Option<&[u8]>) -> i32 {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parent = files::HOME;
    for name in folder.split('/').filter(|name| !name.is_empty()) {
        let found = entry(gateway, parent, name).await;
        parent = found.unwrap_or_else(|| panic!("no folder {name}")).id;
    }
    let key = content.map(|content| {
        let key = quillgate::ids::random_secret();
        let blob = gateway.data.join("blobs/files").join(&key);
        std::fs::write(blob, content).unwrap();
        key
    });
    let old = entry(gateway, parent, name).await;
    let row = files::ActiveModel {
        id: old.map_or(sea_orm::ActiveValue::NotSet, |old| Set(old.id)),
        user_id: Set(5),
        parent: Set(parent),
        name: Set(name.to_owned()),
        folder: Set(content.is_none()),
        content: Set(key),
        size: Set(content.map_or(0, |content| content.len() as i64)),
        sha256: Set(content.map_or_else(String::new, |content| {
            HEXLOWER.encode(&Sha256::digest(content))
        })),
        content_type: Set(content.map_or("", |_| "text/plain").to_owned()),
        modified: Set(0),
    };
    let saved = gateway
        .store
        .read(move |db| async move { row.save(&db).await });
    saved.await.unwrap().id.unwrap()
}

async fn entry(gateway: &Gateway, parent: i32, name: &str) -> Option<files::Model> {
    let name = name.to_owned();
    let query = move |db| async move {
        files::Entity::find()
            .filter(files::Column::UserId.eq(5))
            .filter(files::Column::Parent.eq(parent))
            .filter(files::Column::Name.eq(name))
            .one(&db)
            .await
    };
    gateway.store.read(query).await.unwrap()
}

/// All shares, the oldest first.
async fn shares(gateway: &Gateway) -> Vec<rows::Model> {
    let query = |db| async move {
        rows::Entity::find()
            .order_by_asc(rows::Column::Created)
            .all(&db)
            .await
    };
    gateway.store.read(query).await.unwrap()
}

/// Changes rows behind the server's back.
async fn change<F>(
    gateway: &Gateway,
    work: impl FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static,
) where
    F: Future<Output = Result<(), DbErr>> + Send + 'static,
{
    let work = move |db| async move {
        work(db)
            .await
            .map_err(StoreError::from)
            .map_err(AdminError::from)?;
        Ok(Vec::new())
    };
    gateway.change(work).await;
}

/// The frozen copies on disk.
fn copies(gateway: &Gateway) -> Vec<Vec<u8>> {
    let copies = crate::support::post::below(&gateway.data.join("blobs/shares"));
    copies
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// What a mail shows its reader.
struct Shown {
    text: String,
    html: Option<String>,
    /// The names of its other parts.
    parts: Vec<String>,
}

/// Sends a mail as ralf that must go out, and returns what it shows and its answer.
async fn sent(gateway: &Gateway, mail: &Value) -> (Shown, Value) {
    let before = gateway.sent();
    let answer = gateway.post_json("ralf", "/mail", mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut new = gateway.sent();
    new.retain(|message| !before.contains(message));
    assert_eq!(new.len(), 1);
    (shown(&new[0]), answer.body)
}

fn shown(message: &str) -> Shown {
    let message = parsed(message);
    let kind = |part: &&mail_parser::MessagePart<'_>, name| {
        part.content_type().and_then(|kind| kind.subtype()) == Some(name)
    };
    let texts = message.parts.iter().filter(|part| part.is_text());
    let of = |name| {
        let mut parts = texts.clone().filter(|part| kind(part, name));
        parts
            .next()
            .map(|part| part.text_contents().unwrap().replace("\r\n", "\n"))
    };
    Shown {
        text: of("plain").unwrap(),
        html: of("html"),
        parts: message
            .attachments()
            .map(|part| part.attachment_name().unwrap_or("").to_owned())
            .collect(),
    }
}

/// A mail with these attributes over the usual ones.
fn mail(attributes: Value) -> Value {
    let mut mail = json!({"to": ["Info <info@example.com>"], "subject": "Files", "body": "Hello"});
    for (name, value) in attributes.as_object().unwrap() {
        mail[name] = value.clone();
    }
    mail
}

/// The address of a share.
fn url(gateway: &Gateway, token: &str) -> String {
    format!("http://{}/egroupware/share.php/{token}", gateway.address)
}
