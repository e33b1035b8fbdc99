//! `GET /me/composes`: what a user's programs have asked for, and what became of it.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::gateway::Answer;
use crate::support::people::{self, basic};
use crate::support::{Gateway, Page, eventually};

async fn recent(gateway: &Gateway, login: &str) -> Vec<Value> {
    let answer = gateway.get_json(login, "/me/composes").await;
    answer.body["composes"].as_array().unwrap().clone()
}

fn members(composes: &[Value], name: &str) -> Vec<Value> {
    composes.iter().map(|each| each[name].clone()).collect()
}

/// Opens a window in `page` for ralf with a subject and returns its id.
async fn open(gateway: &Gateway, page: &mut Page, subject: &str) -> Value {
    let draft = json!({"to": ["Info <info@example.org>"], "subject": subject});
    let (answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["id"].clone()
}

#[tokio::test]
async fn each_user_sees_the_own_ones_newest_first_and_what_became_of_them() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let mut ids = Vec::new();
    for subject in ["First", "Second", "Third", "Fourth"] {
        ids.push(open(&gateway, &mut page, subject).await);
    }
    page.say(json!({"type": "seen", "id": ids[1]})).await;
    let discarded = json!({"type": "finished", "id": ids[2], "state": "discarded"});
    page.say(discarded).await;
    let mail = json!({"to": "info@example.org", "subject": "Fourth", "composeId": ids[3]});
    let sent = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    eventually("every state is known", async || {
        let states = members(&recent(&gateway, "ralf").await, "state");
        states == ["sent", "discarded", "seen", "opened"]
    })
    .await;
    let composes = recent(&gateway, "ralf").await;
    assert_eq!(
        members(&composes, "subject"),
        ["Fourth", "Third", "Second", "First"]
    );
    let first = &composes[3];
    assert_eq!(first["id"], ids[0]);
    assert_eq!(
        first["by"],
        json!({"kind": "user", "id": 5, "login": "ralf"})
    );
    assert_eq!(first["to"], json!(["Info <info@example.org>"]));
    assert!(first["created"].as_str().unwrap().ends_with('Z') && first["seenAt"].is_null());
    assert!(composes[0]["messageId"].is_string() && composes[0]["finishedAt"].is_string());
    assert_eq!(recent(&gateway, "anna").await, [Value::Null; 0]);
    for (query, status, count) in [
        ("limit=1", 200, 1),
        ("limit=100", 200, 4),
        ("other=1", 200, 4),
        ("limit=0", 400, 0),
        ("limit=101", 400, 0),
        ("limit=many", 400, 0),
    ] {
        let path = format!("/me/composes?{query}");
        let answer = gateway.get_json("ralf", &path).await;
        let composes = answer.body["composes"].as_array().map_or(0, Vec::len);
        assert_eq!((answer.status, composes), (status, count), "{query}");
        if status == 200 {
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn one_that_waits_for_a_page_is_there_too_and_a_restart_forgets_none() {
    let directory = TempDir::new().unwrap();
    let config = crate::web::configuration(directory.path());
    let gateway = crate::web::launch(&config).await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let request = gateway
        .request(Method::POST, "/mail/compose")
        .header("authorization", basic("ralf", &token))
        .header("prefer", "wait=20")
        .json(&json!({"subject": "Patience"}));
    let answer = tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await });
    eventually("it waits", async || {
        members(&recent(&gateway, "ralf").await, "state") == ["waiting"]
    })
    .await;
    let waiting = recent(&gateway, "ralf").await.remove(0);
    assert!(waiting["openedAt"].is_null() && waiting["created"].is_string());
    let mut page = Page::open(&gateway, "ralf").await;
    page.accept().await;
    assert_eq!(answer.await.unwrap().status, 200);
    let before = recent(&gateway, "ralf").await;
    assert_eq!(members(&before, "state"), ["opened"]);
    assert_eq!(before[0]["id"], waiting["id"]);
    assert_eq!(before[0]["by"]["remark"], "CRM");
    gateway.stop().await;
    let gateway = Gateway::launch(config).await;
    assert_eq!(recent(&gateway, "ralf").await, before);
}
