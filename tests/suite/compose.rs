//! `POST /mail[/<id>]/compose`: a 200 means that a live page confirmed.

use std::time::Duration;

use serde_json::json;

use crate::support::{Gateway, Page};

#[tokio::test]
async fn a_page_confirms_and_the_caller_gets_its_200() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    assert_eq!(page.hello["user"], json!({"id": 5, "login": "ralf", "name": "Ralf Becker"}));
    let draft = json!({"to": ["Info <info@example.org>"], "subject": "Hello", "body": "Text"});
    let (answer, offer) = tokio::join!(gateway.post_json("ralf", "/mail/1/compose", &draft), page.accept());
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.message(), "Request to open compose window sent");
    assert_eq!(answer.body["id"], offer["id"]);
    assert_eq!(offer["data"]["identity"], 1);
    assert_eq!(offer["data"]["subject"], "Hello");
    assert_eq!(offer["by"], json!({"kind": "user", "id": 5, "login": "ralf"}));
    let path = format!("/mail/compose/{}", offer["id"].as_str().unwrap());
    assert_eq!(gateway.get_json("ralf", &path).await.body["state"], "opened");
}

#[tokio::test]
async fn nobody_there_is_404_at_once() {
    let gateway = Gateway::start().await;
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.message(), "User 'ralf' (#5) is NOT online");
    assert_eq!(answer.body["details"]["reason"], "offline");
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_404_silent_and_has_it_withdrawn() {
    let gateway = Gateway::with(|config| config.presence.compose_deadline = Duration::from_millis(600)).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["details"]["reason"], "silent");
    let offer = page.next_of("compose").await;
    assert_eq!(page.next_of("withdraw").await["id"], offer["id"]);
}
