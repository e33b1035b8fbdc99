//! Who is online, and who is told.

use std::time::Duration;

use quillgate::config::{Config, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::people::{self, basic};
use crate::support::{Gateway, Page, eventually};

async fn users(gateway: &Gateway, login: &str) -> Vec<Value> {
    let answer = gateway.get_json(login, "/presence").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["users"].as_array().unwrap().clone()
}

async fn logins(gateway: &Gateway, login: &str) -> Vec<String> {
    let users = users(gateway, login).await;
    users
        .iter()
        .map(|user| user["login"].as_str().unwrap().to_owned())
        .collect()
}

fn everyone(config: &mut Config) {
    config.presence.visibility = Visibility::Everyone;
}

#[tokio::test]
async fn one_sees_oneself_online_or_not_and_when_one_was_last_active() {
    let gateway = Gateway::start().await;
    let offline =
        json!([{"id": 5, "login": "ralf", "online": false, "sessions": 0, "lastActive": null}]);
    assert_eq!(json!(users(&gateway, "ralf").await), offline);
    let page = Page::open(&gateway, "ralf").await;
    let mut second = Page::open(&gateway, "ralf").await;
    let own = users(&gateway, "ralf").await[0].clone();
    assert_eq!(
        (&own["online"], &own["sessions"]),
        (&json!(true), &json!(2))
    );
    let connected = own["lastActive"].as_str().unwrap().to_owned();
    assert!(
        connected.starts_with("20") && connected.ends_with('Z'),
        "{connected}"
    );
    eventually("activity counts", async || {
        second.say(json!({"type": "active"})).await;
        second.next_of("pong").await;
        // Times of one form sort as texts do.
        users(&gateway, "ralf").await[0]["lastActive"]
            .as_str()
            .unwrap()
            > connected.as_str()
    })
    .await;
    page.close().await;
    second.close().await;
    eventually("both pages are gone", async || {
        json!(users(&gateway, "ralf").await) == offline
    })
    .await;
}

#[tokio::test]
async fn visibility_says_whom_one_sees_and_administrators_see_all() {
    let shy = Gateway::start().await;
    let open = Gateway::with(everyone).await;
    for gateway in [&shy, &open] {
        let _ralf = Page::open(gateway, "ralf").await;
        let _anna = Page::open(gateway, "anna").await;
        assert_eq!(logins(gateway, "root").await, ["ralf", "anna", "root"]);
    }
    let _anna = Page::open(&shy, "anna").await;
    assert_eq!(logins(&shy, "ralf").await, ["ralf"]);
    let _anna = Page::open(&open, "anna").await;
    assert_eq!(logins(&open, "ralf").await, ["ralf", "anna"]);
}

#[tokio::test]
async fn who_watches_hears_who_comes_and_goes_until_they_stop() {
    let gateway = Gateway::with(everyone).await;
    let mut watcher = Page::open(&gateway, "anna").await;
    watcher.say(json!({"type": "watch"})).await;
    settled(&mut watcher).await;
    let ralf = Page::open(&gateway, "ralf").await;
    let user = json!({"id": 5, "login": "ralf"});
    let told = |online: bool, sessions: u32| json!({"type": "presence", "user": user, "online": online, "sessions": sessions});
    assert_eq!(presence_of(&mut watcher, 5).await, told(true, 1));
    let second = Page::open(&gateway, "ralf").await;
    assert_eq!(presence_of(&mut watcher, 5).await, told(true, 2));
    second.close().await;
    assert_eq!(presence_of(&mut watcher, 5).await, told(true, 1));
    ralf.close().await;
    assert_eq!(presence_of(&mut watcher, 5).await, told(false, 0));
    watcher.say(json!({"type": "unwatch"})).await;
    settled(&mut watcher).await;
    let mut other = Page::open(&gateway, "root").await;
    other.say(json!({"type": "watch"})).await;
    settled(&mut other).await;
    let _ralf = Page::open(&gateway, "ralf").await;
    // Whoever still watches has heard of it by now, and so would she.
    presence_of(&mut other, 5).await;
    watcher.say(json!({"type": "ping"})).await;
    assert_eq!(watcher.next().await.unwrap()["type"], "pong");
}

#[tokio::test]
async fn who_may_not_see_somebody_does_not_hear_of_them_either() {
    let gateway = Gateway::start().await;
    let mut anna = Page::open(&gateway, "anna").await;
    let mut root = Page::open(&gateway, "root").await;
    let (_, token) = people::token(&gateway, None, "groupdav mail", None).await;
    let header = basic("root", &token);
    let mut token = Page::connect(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    for page in [&mut anna, &mut root, &mut token] {
        page.say(json!({"type": "watch"})).await;
        settled(page).await;
    }
    let _ralf = Page::open(&gateway, "ralf").await;
    presence_of(&mut root, 5).await;
    let _more = Page::open(&gateway, "anna").await;
    // Her own: the next that she hears, whether or not ralf's would have come first.
    assert_eq!(presence_frame(&mut anna).await["user"]["id"], 7);
    let _again = Page::open(&gateway, "root").await;
    assert_eq!(presence_frame(&mut token).await["user"]["id"], 9);
}

/// Waits until what the page said before has been taken in, and what happened before has been told.
async fn settled(page: &mut Page) {
    page.say(json!({"type": "ping"})).await;
    page.next_of("pong").await;
    while !page.hears_no("presence", Duration::from_millis(200)).await {}
}

async fn presence_frame(page: &mut Page) -> Value {
    page.next_of("presence").await
}

async fn presence_of(page: &mut Page, user: i64) -> Value {
    loop {
        let frame = presence_frame(page).await;
        if frame["user"]["id"] == user {
            return frame;
        }
    }
}

#[tokio::test]
async fn over_a_restart_who_was_online_counts_as_coming_back() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = Config::for_data_dir(&directory.path().join("data"));
    config.server.listen = vec![quillgate::config::Listen::Tcp("127.0.0.1:0".to_owned())];
    config.presence.resume_grace = Duration::from_secs(3600);
    let first = Gateway::launch(config.clone()).await;
    people::move_in(&first.store, &first.outbox()).await;
    // Connected a moment ago, the server stops at once.
    let mut page = Page::open(&first, "ralf").await;
    first.stop().await;
    let goodbye = page.next_of("close").await;
    assert_eq!(goodbye["reason"], "shutdown");
    assert!(goodbye["reconnectAfter"].as_u64().unwrap() >= 500);
    assert_eq!(page.closed().await, Some(1012));
    let second = Gateway::launch(config).await;
    assert_eq!(users(&second, "ralf").await[0]["online"], false);
    let draft = json!({"subject": "Hello"});
    let compose = second.post_json("ralf", "/mail/compose", &draft);
    let back = async {
        eventually("the compose waits", async || second.load.composes().0 == 1).await;
        let mut page = Page::open(&second, "ralf").await;
        (page.accept().await, page)
    };
    let (answer, (offer, _page)) = tokio::join!(compose, back);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(offer["data"]["subject"], "Hello");
    // Nobody waits for somebody who was not there.
    let answer = second.post_json("anna", "/mail/compose", &draft).await;
    assert_eq!(answer.body["details"]["reason"], "offline");
}

#[tokio::test]
async fn a_token_never_carries_administrator_rights() {
    let gateway = Gateway::start().await;
    let _anna = Page::open(&gateway, "anna").await;
    let (_, own) = people::token(&gateway, Some("root"), "groupdav mail", None).await;
    let (_, all) = people::token(&gateway, None, "groupdav mail", None).await;
    for token in [own, all] {
        let request = gateway.request(Method::GET, "/presence");
        let request = request.header("authorization", basic("root", &token));
        let users = Answer::of(request.send().await.unwrap()).await.body["users"].clone();
        assert_eq!(users.as_array().unwrap().len(), 1, "{users}");
    }
    let users = gateway.get_json("root", "/presence").await.body["users"].clone();
    assert_eq!(users.as_array().unwrap().len(), 2, "{users}");
}
