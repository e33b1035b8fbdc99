//! A compose for somebody who is not online calls their browsers, and waits.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::service::PushService;
use super::{ask, gateway, subscribe, subscriptions};
use crate::support::people::{self, sign_in};
use crate::support::{Page, eventually};

/// Ends by itself soon enough for a test, and late enough for a busy machine.
const SHORT: Duration = Duration::from_millis(2500);

fn offer(subject: &str) -> Value {
    json!({"to": ["a@example.org"], "subject": subject, "body": "Secret text"})
}

#[tokio::test]
async fn the_caller_gets_200_once_a_page_has_the_window() {
    let gateway = gateway(|_| {}).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let subscriber = subscribe(&gateway, &cookie, &service).await;
    let key = gateway.get_json("ralf", "/me/push").await.body["publicKey"].clone();
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail:compose", None).await;

    let subject = "€".repeat(300);
    let request = gateway
        .request(Method::POST, "/mail/compose")
        .basic_auth("ralf", Some(&token))
        .json(&offer(&subject));
    let calling = tokio::spawn(async move { request.send().await.unwrap().status() });
    let delivery = service.next().await;
    assert!(!calling.is_finished(), "nobody has the window yet");

    assert_eq!(delivery.path, "/push/of-this-browser");
    let header = |name: &str| delivery.headers[name].as_str();
    assert_eq!(header("content-encoding"), "aes128gcm");
    assert_eq!(header("urgency"), "high");
    assert!((1..=25).contains(&header("ttl").parse::<u64>().unwrap()));
    assert_eq!(header("topic").len(), 32);
    assert!(delivery.body.len() < 1500, "{}", delivery.body.len());
    let claims = service.verified(&delivery, key.as_str().unwrap());
    assert_eq!(
        claims["aud"],
        service
            .endpoint()
            .strip_suffix("/push/of-this-browser")
            .unwrap()
    );
    let now = quillgate::store::time::now() / 1000;
    let left = claims["exp"].as_i64().unwrap() - now;
    assert!((3600..=24 * 3600).contains(&left), "{left}");

    let message = subscriber.read(&delivery.body);
    assert_eq!(message["type"], "compose");
    assert_eq!(message["subject"], format!("{}…", "€".repeat(100)));
    assert_eq!(message["by"]["remark"], "CRM");
    assert!(!message.to_string().contains("Secret text"));

    let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    let frame = page.accept().await;
    assert_eq!(frame["id"], message["id"]);
    assert_eq!(calling.await.unwrap(), 200);
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_taken_back_and_told_as_offline() {
    let gateway = gateway(|config| config.presence.push_wait = SHORT).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let second = sign_in(&gateway, "ralf").await;
    let other = PushService::start().await;
    let subscriber = subscribe(&gateway, &cookie, &service).await;
    let elsewhere = subscribe(&gateway, &second, &other).await;
    let answer = gateway
        .post_json("ralf", "/mail/compose", &offer("Hello"))
        .await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert_eq!(answer.body["details"]["reason"], "offline");
    let (call, end) = (service.next().await, service.next().await);
    assert_eq!(call.headers["topic"], end.headers["topic"]);
    let (_, also) = (other.next().await, other.next().await);
    let call = subscriber.read(&call.body);
    let end = elsewhere.read(&also.body);
    assert_eq!(call["type"], "compose");
    assert_eq!(
        (&end["type"], &end["id"]),
        (&json!("withdraw"), &call["id"])
    );
    assert_eq!(end["subject"], "Hello");
}

#[tokio::test]
async fn other_browsers_hear_that_one_has_the_window() {
    let gateway = gateway(|_| {}).await;
    let (first, second) = (PushService::start().await, PushService::start().await);
    let cookies = [
        sign_in(&gateway, "ralf").await,
        sign_in(&gateway, "ralf").await,
    ];
    subscribe(&gateway, &cookies[0], &first).await;
    let loser = subscribe(&gateway, &cookies[1], &second).await;
    let opening = async {
        first.next().await;
        second.next().await;
        let mut page = Page::connect(&gateway, &[("cookie", &cookies[0])])
            .await
            .unwrap();
        page.accept().await;
    };
    let draft = offer("Hello");
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &draft), opening);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let news = loser.read(&second.next().await.body);
    assert_eq!(
        (&news["type"], &news["id"]),
        (&json!("opened"), &answer.body["id"])
    );
}

#[tokio::test]
async fn nobody_is_called_who_is_there_or_whom_the_caller_does_not_wait_for() {
    let gateway = gateway(|config| config.presence.resume_grace = Duration::ZERO).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let subscriber = subscribe(&gateway, &cookie, &service).await;
    let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    let there = offer("There");
    let (answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &there),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    drop(page);
    eventually("ralf is offline", async || {
        let answer = gateway.get_json("ralf", "/presence").await;
        answer.body["users"][0]["online"] == false
    })
    .await;
    let request = gateway
        .post("ralf", "/mail/compose")
        .json(&offer("In a hurry"));
    let answer = request.header("prefer", "wait=0").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    // The first call of all is this one.
    let called = offer("Called");
    tokio::join!(
        async {
            gateway.post_json("ralf", "/mail/compose", &called).await;
        },
        async {
            let delivery = service.next().await;
            assert_eq!(subscriber.read(&delivery.body)["subject"], "Called");
            let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
                .await
                .unwrap();
            page.accept().await;
        }
    );
}

#[tokio::test]
async fn switched_off_nobody_is_called() {
    let gateway = gateway(|config| config.presence.push_wait = Duration::ZERO).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    subscribe(&gateway, &cookie, &service).await;
    let began = std::time::Instant::now();
    let answer = gateway
        .post_json("ralf", "/mail/compose", &offer("Hello"))
        .await;
    assert_eq!(answer.status, 404);
    assert!(began.elapsed() < Duration::from_secs(20), "it waited");
}

#[tokio::test]
async fn a_busy_push_service_is_asked_again_and_one_that_knows_no_such_browser_is_not() {
    let gateway = gateway(|_| {}).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let subscriber = subscribe(&gateway, &cookie, &service).await;
    service.will_say("429 Too Many Requests\r\nRetry-After: 1\r\n");
    let draft = offer("Hello");
    let (answer, _) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &draft), async {
        let first = service.next().await;
        let again = service.next().await;
        assert_eq!(first.body, again.body);
        assert_eq!(subscriber.read(&again.body)["subject"], "Hello");
        Page::open(&gateway, "ralf").await.accept().await;
    });
    assert_eq!(answer.status, 200, "{}", answer.text);

    for status in ["404 Not Found\r\n", "410 Gone\r\n"] {
        let gone = PushService::start().await;
        let cookie = sign_in(&gateway, "anna").await;
        subscribe(&gateway, &cookie, &gone).await;
        gone.will_say(status);
        let (answer, ()) =
            tokio::join!(gateway.post_json("anna", "/mail/compose", &draft), async {
                gone.next().await;
                eventually("the subscription is gone", async || {
                    let answer = ask(&gateway, &cookie, Method::GET, "/me/push", None).await;
                    answer.body["subscriptions"] == json!([])
                })
                .await;
                Page::open(&gateway, "anna").await.accept().await;
            });
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(subscriptions(&gateway).await, 1);
}
