//! What people without an account get of a share: in a browser, with tools, and not at all.

mod answer;
mod cap;
mod gone;
mod hostile;
mod hosts;
mod languages;
mod parts;
mod passwords;
mod revoked;
mod shown;
mod writing;

use std::sync::Arc;

use quillgate::auth::admin::users;
use quillgate::shares::rows;
use quillgate::store::changes::{self, Change};
use quillgate::store::{Store, StoreError};
use reqwest::{Method, RequestBuilder};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, UpdateMany};
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Writes a file of ralf's, and makes the folders that it lies in.
async fn filed(gateway: &Gateway, path: &str, kind: &str, content: impl Into<reqwest::Body>) {
    for (at, _) in path.match_indices('/') {
        let made = format!("/files/home/ralf/{}?mkdir", &path[..at]);
        gateway.post("ralf", &made).send().await.unwrap();
    }
    let url = format!("/files/home/ralf/{path}");
    let request = gateway
        .request(Method::PUT, &url)
        .basic_auth("ralf", Some(PASSWORD))
        .header("content-type", kind)
        .body(content);
    let status = request.send().await.unwrap().status();
    assert!(status == 201 || status == 204, "{path}: {status}");
}

/// Mails a file of ralf's to somebody, and returns the token of its share.
async fn shared(gateway: &Gateway, path: &str, kind: &str, terms: Value) -> String {
    let before = tokens(gateway).await;
    let path = format!("/home/ralf/{path}");
    let mut mail = json!({"to": ["info@example.com"], "subject": "S", "attachments": [path], "attachmentType": kind});
    for (name, value) in terms.as_object().into_iter().flatten() {
        mail[name] = value.clone();
    }
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut after = tokens(gateway).await;
    after.retain(|token| !before.contains(token));
    assert_eq!(after.len(), 1);
    after.remove(0)
}

/// Writes and shares a file of this name with this content.
async fn share_of(
    gateway: &Gateway,
    name: &str,
    content: impl Into<reqwest::Body>,
    kind: &str,
) -> String {
    filed(gateway, name, "", content).await;
    shared(gateway, name, kind, Value::Null).await
}

async fn tokens(gateway: &Gateway) -> Vec<String> {
    let rows = gateway
        .store
        .read(|db| async move { rows::Entity::find().all(&db).await });
    rows.await
        .unwrap()
        .into_iter()
        .map(|row| row.token)
        .collect()
}

/// The row of a share.
async fn row(gateway: &Gateway, token: &str) -> rows::Model {
    row_in(&gateway.store, token).await
}

async fn row_in(store: &Store, token: &str) -> rows::Model {
    let find = rows::Entity::find_by_id(token);
    let row = store.read(|db| async move { find.one(&db).await });
    row.await.unwrap().unwrap()
}

/// Changes the row of a share as managing it does, and lets the gateway apply it.
async fn change(
    gateway: &Gateway,
    token: &str,
    column: rows::Column,
    value: impl Into<sea_orm::Value>,
) {
    let (token, value) = (token.to_owned(), Expr::value(value));
    let update = rows::Entity::update_many()
        .col_expr(column, value)
        .filter(rows::Column::Token.eq(&token));
    tell(gateway, update, Change::Share(token)).await;
}

/// Removes the row of a share.
async fn revoke(gateway: &Gateway, token: &str) {
    let token = token.to_owned();
    let delete = rows::Entity::delete_by_id(token.clone());
    let work = move |db: Arc<DatabaseTransaction>| async move {
        delete.exec(&*db).await.map_err(StoreError::from)?;
        Ok(((), vec![Change::Share(token)]))
    };
    gateway.store.write::<_, StoreError, _>(work).await.unwrap();
    changes::settle(&gateway.data).await;
}

async fn tell(gateway: &Gateway, update: UpdateMany<rows::Entity>, change: Change) {
    let work = move |db: Arc<DatabaseTransaction>| async move {
        update.exec(&*db).await.map_err(StoreError::from)?;
        Ok(((), vec![change]))
    };
    gateway.store.write::<_, StoreError, _>(work).await.unwrap();
    changes::settle(&gateway.data).await;
}

/// Disables ralf, as the command does.
async fn disable_ralf(gateway: &Gateway) {
    let disable = |db: Arc<DatabaseTransaction>| async move { users::disable(&db, "ralf").await };
    gateway.change(disable).await;
}

fn path(token: &str) -> String {
    format!("/egroupware/share.php/{token}")
}

/// A request without any of the gateway's credentials, as a tool sends it.
fn tool(gateway: &Gateway, method: Method, path: &str) -> RequestBuilder {
    gateway.request(method, path).header("accept", "*/*")
}

async fn get(gateway: &Gateway, path: &str) -> Answer {
    Answer::of(tool(gateway, Method::GET, path).send().await.unwrap()).await
}

/// What a browser gets when somebody opens the URL.
async fn opened(gateway: &Gateway, path: &str) -> Answer {
    let request = gateway.request(Method::GET, path).header("accept", HTML);
    Answer::of(request.send().await.unwrap()).await
}

async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}
