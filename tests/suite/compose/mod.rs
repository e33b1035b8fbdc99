//! `POST /mail[/<id>]/compose`: a 200 means that a live page confirmed.

mod offers;
mod races;
mod recent;
mod repeats;
mod warm;
mod windows;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::{Gateway, Page};

/// Opens a window in `page` for ralf and returns its id.
async fn opened(gateway: &Gateway, page: &mut Page) -> String {
    let draft = json!({"subject": "Hello"});
    let (answer, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["id"], offer["id"]);
    offer["id"].as_str().unwrap().to_owned()
}

async fn state(gateway: &Gateway, id: &str) -> Value {
    gateway
        .get_json("ralf", &format!("/mail/compose/{id}"))
        .await
        .body["state"]
        .clone()
}

/// What became of a compose, after the next change.
async fn after_change(gateway: &Gateway, id: &str) -> Answer {
    let request = gateway
        .get("ralf", &format!("/mail/compose/{id}"))
        .header("Prefer", "wait=10");
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_page_confirms_and_the_caller_gets_its_200() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    assert_eq!(
        page.hello["user"],
        json!({"id": 5, "login": "ralf", "name": "Ralf Becker"})
    );
    let draft = json!({"to": ["Info <info@example.org>"], "subject": "Hello", "body": "Text", "priority": 1});
    let (answer, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/1/compose", &draft),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = offer["id"].as_str().unwrap();
    let expected =
        json!({"status": 200, "message": "Request to open compose window sent", "id": id});
    assert_eq!(answer.text, format!("{expected:#}\n"));
    assert_eq!(
        offer["by"],
        json!({"kind": "user", "id": 5, "login": "ralf"})
    );
    let data = &offer["data"];
    assert_eq!(data["identity"], 1);
    assert_eq!(data["to"], json!(["Info <info@example.org>"]));
    assert_eq!(
        (&data["subject"], &data["body"], &data["priority"]),
        (&json!("Hello"), &json!("Text"), &json!(1))
    );
    assert_eq!(state(&gateway, id).await, "opened");
}

#[tokio::test]
async fn nobody_there_is_404_at_once() {
    let gateway = Gateway::start().await;
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    let expected = json!({
        "error": 404,
        "message": "User 'ralf' (#5) is NOT online",
        "details": {"reason": "offline"},
    });
    assert_eq!((answer.status, answer.body), (404, expected));
    assert_eq!(gateway.load.composes(), (0, 0, 0));
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_404_silent_and_has_it_withdrawn() {
    let gateway =
        Gateway::with(|config| config.presence.compose_deadline = Duration::from_millis(600)).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["details"]["reason"], "silent");
    let offer = page.next_of("compose").await;
    assert_eq!(page.next_of("withdraw").await["id"], offer["id"]);
    // An ack after the answer opens nothing.
    page.say(json!({"type": "ack", "id": offer["id"], "state": "opened"}))
        .await;
    assert_eq!(page.next_of("withdraw").await["id"], offer["id"]);
}

#[tokio::test]
async fn a_page_that_refuses_is_404_refused_at_once() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({});
    let refuse = async {
        let offer = page.next_of("compose").await;
        page.say(json!({"type": "ack", "id": offer["id"], "state": "refused", "reason": "full"}))
            .await;
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), refuse);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["details"]["reason"], "refused");
}

#[tokio::test]
async fn waiting_ends_with_the_sign_in_of_the_user() {
    let gateway = Gateway::start().await;
    let request = gateway
        .post("ralf", "/mail/compose")
        .header("Prefer", "wait=30")
        .json(&json!({}))
        .send();
    let sign_in = async {
        // Another user's page does not end the wait.
        let mut other = Page::open(&gateway, "anna").await;
        let mut page = Page::open(&gateway, "ralf").await;
        page.accept().await;
        assert!(other.hears_no("compose", Duration::from_millis(50)).await);
    };
    let (answer, ()) = tokio::join!(request, sign_in);
    let answer = Answer::of(answer.unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("preference-applied"), Some("wait=30"));
}

#[tokio::test]
async fn a_wait_is_capped_and_ends_in_404() {
    let gateway = Gateway::with(|config| config.presence.wait_max = Duration::from_secs(1)).await;
    let request = gateway
        .post("ralf", "/mail/compose")
        .header("Prefer", "wait=600")
        .json(&json!({}));
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("preference-applied"), Some("wait=1"));
}

#[tokio::test]
async fn the_window_of_a_token_names_its_remark() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let (id, token) =
        crate::support::people::token(&gateway, Some("ralf"), "groupdav mail:compose", None).await;
    let url = gateway.url("/mail/compose");
    let request = gateway
        .http
        .post(url)
        .basic_auth("ralf", Some(&token))
        .json(&json!({}))
        .send();
    let (answer, offer) = tokio::join!(request, page.accept());
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(
        offer["by"],
        json!({"kind": "token", "id": id, "remark": "CRM"})
    );
    // The credential that made it may follow it, another of its kind may not.
    let path = gateway.url(&format!("/mail/compose/{}", offer["id"].as_str().unwrap()));
    let follow = gateway
        .http
        .get(&path)
        .basic_auth("ralf", Some(&token))
        .send()
        .await
        .unwrap();
    assert_eq!(follow.status(), 200);
    let (_, other) =
        crate::support::people::token(&gateway, Some("ralf"), "groupdav mail:compose", None).await;
    let follow = gateway
        .http
        .get(&path)
        .basic_auth("ralf", Some(&other))
        .send()
        .await
        .unwrap();
    assert_eq!(follow.status(), 404);
}

#[tokio::test]
async fn too_many_composes_a_minute_are_429_for_that_credential_and_user() {
    let gateway = Gateway::with(|config| config.presence.composes_per_minute = 2).await;
    for _ in 0..2 {
        assert_eq!(
            gateway
                .post_json("ralf", "/mail/compose", &json!({}))
                .await
                .status,
            404
        );
    }
    let refused = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(refused.status, 429);
    assert!(
        refused
            .header("retry-after")
            .unwrap()
            .parse::<u64>()
            .unwrap()
            <= 60
    );
    assert_eq!(
        gateway
            .post_json("anna", "/mail/compose", &json!({}))
            .await
            .status,
        404
    );
}
