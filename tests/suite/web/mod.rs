//! The web client in a real browser: keys and clicks on one side, the wire and the outbox on the other.

mod attachments;
mod attention;
mod budgets;
mod connection;
mod demo;
mod editor;
mod embed;
mod for_everyone;
mod frozen;
mod home;
mod hostile;
mod html;
mod layout;
mod mailto;
mod my_files;
mod my_shares;
mod notify;
mod outgoing;
mod recipients;
pub mod screenshots;
mod sending;
mod server_words;
mod session;
mod settings;
mod sharing;
mod story;
mod tabs;
mod types;
mod windows;
mod words;

use std::path::Path;

use quillgate::config::{Config, Listen};
use serde_json::{Value, json};

use crate::support::gateway::ANY_PORT;
use crate::support::people::{self, PASSWORD};
use crate::support::{Browser, Gateway};

/// A browser with the page of `login`, online.
async fn signed_in(gateway: &Gateway, login: &str) -> Option<Browser> {
    arrive(Browser::start().await?, gateway, login).await
}

/// The same, where pages get their service worker.
async fn signed_in_with_worker(gateway: &Gateway, login: &str) -> Option<Browser> {
    arrive(Browser::start_with_worker().await?, gateway, login).await
}

/// The same, in a browser that keeps its requests and other events.
async fn signed_in_observed(gateway: &Gateway, login: &str) -> Option<Browser> {
    arrive(Browser::start_observed().await?, gateway, login).await
}

/// The form is not filled in: that takes longer than all the rest, and is looked at in [`session`].
async fn arrive(browser: Browser, gateway: &Gateway, login: &str) -> Option<Browser> {
    let url = gateway.url("/");
    let request = gateway.http.post(gateway.url("/login"));
    let request = request.header("User-Agent", browser.user_agent().await);
    let answer = request
        .json(&json!({"login": login, "password": PASSWORD}))
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    browser.take_cookie(&url, cookie).await;
    browser.open(&url).await;
    browser.can_undo_for(0).await;
    browser.online().await;
    Some(browser)
}

/// Asks for a compose window, which a page has to confirm, and returns its id.
async fn open_window(gateway: &Gateway, login: &str, draft: &Value) -> String {
    let answer = gateway.post_json(login, "/mail/compose", draft).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// What `GET /mail/compose/<id>` says became of it.
async fn state(gateway: &Gateway, login: &str, id: &str) -> String {
    let answer = gateway
        .get_json(login, &format!("/mail/compose/{id}"))
        .await;
    answer.body["state"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.text))
        .to_owned()
}

/// For a gateway that is stopped and started again on the same directory.
pub fn configuration(directory: &Path) -> Config {
    let mut config = Config::for_data_dir(&directory.join("data"));
    config.server.listen = vec![Listen::Tcp(ANY_PORT.to_owned())];
    config.server.workers = 2;
    config
}

/// Its first start.
pub async fn launch(config: &Config) -> Gateway {
    let gateway = Gateway::launch(config.clone()).await;
    people::move_in(&gateway.store, &gateway.outbox()).await;
    gateway
}
