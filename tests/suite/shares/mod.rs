//! Files that mails carry as links: what goes out, what is kept, and what becomes of it.

mod cleanup;
mod compose;
mod manage;
mod reuse;
mod send;

use std::path::PathBuf;

use mail_parser::MimeHeaders;
use quillgate::shares::rows;
use reqwest::Method;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::post::{below, parsed};

/// Uploads as ralf, and returns its location.
async fn uploaded(gateway: &Gateway, name: &str, content: &'static str) -> String {
    let path = format!("/mail/attachments/{name}");
    let request = gateway.post("ralf", &path).body(content);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["location"].as_str().unwrap().to_owned()
}

/// Asks as a user with the usual password.
async fn ask(gateway: &Gateway, login: &str, method: &str, path: &str, body: String) -> Answer {
    let method: Method = method.parse().unwrap();
    let request = gateway.request(method, path).body(body);
    let request = request.basic_auth(login, Some(PASSWORD));
    Answer::of(request.send().await.unwrap()).await
}

/// Stores a file of ralf's, and returns its path.
async fn file(gateway: &Gateway, path: &str, content: &str) -> String {
    let path = format!("/home/ralf/{path}");
    let content = content.to_owned();
    let answer = ask(gateway, "ralf", "PUT", &format!("/files{path}"), content).await;
    assert!(matches!(answer.status, 201 | 204), "{}", answer.text);
    path
}

/// Makes a folder of ralf's, and returns its path.
async fn folder(gateway: &Gateway, path: &str) -> String {
    let path = format!("/home/ralf/{path}");
    let url = format!("/files{path}?mkdir");
    let answer = ask(gateway, "ralf", "POST", &url, String::new()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    path
}

/// Removes a file of ralf's.
async fn remove(gateway: &Gateway, path: &str) {
    let answer = ask(
        gateway,
        "ralf",
        "DELETE",
        &format!("/files{path}"),
        String::new(),
    )
    .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// All shares, the oldest first.
async fn shares(gateway: &Gateway) -> Vec<rows::Model> {
    let query = |db| async move {
        let all = rows::Entity::find().order_by_asc(rows::Column::Created);
        all.all(&db).await
    };
    gateway.store.read(query).await.unwrap()
}

/// Changes shares behind the server's back.
async fn change(gateway: &Gateway, column: rows::Column, value: impl Into<sea_orm::Value>) {
    let value = Expr::value(value);
    let update = rows::Entity::update_many().col_expr(column, value);
    let update = move |db| async move { update.exec(&db).await };
    gateway.store.read(update).await.unwrap();
}

/// Runs SQL behind the server's back.
async fn run(gateway: &Gateway, statement: &str) {
    let statement = statement.to_owned();
    let run = move |db: DatabaseConnection| async move { db.execute_unprepared(&statement).await };
    gateway.store.read(run).await.unwrap();
}

/// How many rows tell which mail carries a share.
async fn mails(gateway: &Gateway) -> usize {
    let query = |db: DatabaseConnection| async move {
        let all = "SELECT count(*) FROM share_mails";
        let all = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, all);
        let row = db.query_one_raw(all).await?;
        row.unwrap().try_get_by_index::<i64>(0)
    };
    gateway.store.read(query).await.unwrap() as usize
}

/// The frozen copies on disk.
fn copies(gateway: &Gateway) -> Vec<PathBuf> {
    below(&gateway.data.join("blobs/shares"))
}

/// What a mail shows its reader.
struct Shown {
    text: String,
    html: Option<String>,
    /// Name and bytes of its other parts.
    parts: Vec<(String, Vec<u8>)>,
    message_id: String,
}

/// Sends a mail as ralf that must go out, and returns what it shows and its answer.
async fn sent(gateway: &Gateway, mail: &Value) -> (Shown, Value) {
    let before = gateway.sent();
    let answer = gateway.post_json("ralf", "/mail", mail).await;
    assert_eq!(answer.status, 200, "{mail}: {}", answer.text);
    let mut new = gateway.sent();
    new.retain(|message| !before.contains(message));
    assert_eq!(new.len(), 1);
    (shown(&new[0]), answer.body)
}

fn shown(message: &str) -> Shown {
    let message = parsed(message);
    let text = |name: &str| {
        let mut parts = message.parts.iter().filter(|part| {
            let kind = part.content_type();
            kind.and_then(|kind| kind.subtype()) == Some(name) && part.attachment_name().is_none()
        });
        let part = parts.next()?;
        Some(part.text_contents()?.replace("\r\n", "\n"))
    };
    let files = message.parts.iter().filter_map(|part| {
        let name = part.attachment_name()?.to_owned();
        Some((name, part.contents().to_owned()))
    });
    Shown {
        text: text("plain").unwrap(),
        html: text("html"),
        parts: files.collect(),
        message_id: message.message_id().unwrap().to_owned(),
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
