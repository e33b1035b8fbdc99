//! `Idempotency-Key`: a repeated request joins the first one.

use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::{Gateway, Page};

async fn post(gateway: &Gateway, key: &str, body: &Value) -> Answer {
    let request = gateway
        .post("ralf", "/mail/compose")
        .header("Idempotency-Key", key)
        .json(body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_repeated_request_opens_one_window_and_gets_the_same_answer() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({"subject": "Once"});
    let (one, two, offer) = tokio::join!(
        post(&gateway, "k1", &body),
        post(&gateway, "k1", &body),
        page.accept()
    );
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(one.text, two.text);
    assert_eq!(one.body["id"], offer["id"]);
    let later = post(&gateway, "k1", &body).await;
    assert_eq!(later.text, one.text);
    let (other, offer) = tokio::join!(post(&gateway, "k2", &body), page.accept());
    assert_eq!(other.body["id"], offer["id"]);
    assert_ne!(other.body["id"], one.body["id"]);
}

#[tokio::test]
async fn a_key_with_another_body_or_an_unusable_key_is_422() {
    let gateway = Gateway::start().await;
    let first = post(&gateway, "k1", &json!({"subject": "One"})).await;
    assert_eq!(first.status, 404);
    let other = post(&gateway, "k1", &json!({"subject": "Two"})).await;
    assert_eq!(other.status, 422, "{}", other.text);
    assert_eq!(
        post(&gateway, &"k".repeat(256), &json!({})).await.status,
        422
    );
    // Another user's key is another key.
    let request = gateway
        .post("anna", "/mail/compose")
        .header("Idempotency-Key", "k1")
        .json(&json!({}));
    assert_eq!(request.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_request_that_failed_a_check_may_be_corrected_under_its_key() {
    let gateway = Gateway::start().await;
    let wrong = post(&gateway, "k1", &json!({"to": ["nobody"]})).await;
    assert_eq!(wrong.status, 422);
    let right = post(&gateway, "k1", &json!({"to": ["nobody@example.org"]})).await;
    assert_eq!(right.status, 404);
    assert_eq!(right.body["details"]["reason"], "offline");
}

#[tokio::test]
async fn a_caller_that_hangs_up_and_repeats_gets_what_became_of_the_first() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({"subject": "Hello"});
    let first = gateway
        .post("ralf", "/mail/compose")
        .header("Idempotency-Key", "k1")
        .json(&body)
        .send();
    let offer = tokio::select! {
        _ = first => panic!("answered before a page had confirmed"),
        offer = page.next_of("compose") => offer,
    };
    // The request is dropped here, its connection with it; the offer runs on.
    page.say(json!({"type": "ack", "id": offer["id"], "state": "opened"}))
        .await;
    let again = post(&gateway, "k1", &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["id"], offer["id"]);
}
