//! Composes that are too many, too large, or wait for too long.

use quillgate::telemetry::limits::Limit;
use serde_json::{Value, json};

use super::{assert_refused, counted};
use crate::support::gateway::Answer;
use crate::support::{Gateway, Page, eventually};

fn draft(bytes: usize) -> Value {
    json!({"subject": "Hello", "body": "x".repeat(bytes)})
}

/// A compose that waits for a page.
async fn wait_for_page(gateway: &Gateway, login: &str, bytes: usize) -> Answer {
    let request = gateway
        .post(login, "/mail/compose")
        .header("Prefer", "wait=40");
    Answer::of(request.json(&draft(bytes)).send().await.unwrap()).await
}

/// Does something while composes of ralf, one for each size, wait; then his page opens and takes them.
async fn while_waiting(gateway: &Gateway, sizes: &[usize], work: impl Future<Output = ()>) {
    let waiting = sizes
        .iter()
        .map(|bytes| wait_for_page(gateway, "ralf", *bytes));
    let rest = async {
        eventually("they wait", async || {
            gateway.load.composes().0 == sizes.len()
        })
        .await;
        work.await;
        let mut page = Page::open(gateway, "ralf").await;
        for _ in sizes {
            page.accept().await;
        }
        page
    };
    let (answers, page) = tokio::join!(futures_util::future::join_all(waiting), rest);
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    page.close().await;
}

/// A user whose page is there opens a window.
async fn assert_opens(gateway: &Gateway, login: &str, bytes: usize) {
    let mut page = Page::open(gateway, login).await;
    let draft = draft(bytes);
    let compose = gateway.post_json(login, "/mail/compose", &draft);
    let (answer, _) = tokio::join!(compose, page.accept());
    assert_eq!(answer.status, 200, "{}", answer.text);
    page.close().await;
}

#[tokio::test]
async fn composes_over_the_rate_are_429_until_the_minute_is_over() {
    let gateway = Gateway::with(|config| config.presence.composes_per_minute = 2).await;
    let mut page = Page::open(&gateway, "ralf").await;
    for _ in 0..2 {
        let draft = draft(1);
        let (answer, _) = tokio::join!(
            gateway.post_json("ralf", "/mail/compose", &draft),
            page.accept()
        );
        assert_eq!(answer.status, 200);
    }
    let answer = gateway.post_json("ralf", "/mail/compose", &draft(1)).await;
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let message = format!("More than 2 composes a minute, try again in {seconds} seconds");
    assert_eq!(answer.body, json!({"error": 429, "message": message}));
    counted(&gateway, Limit::ComposesPerMinute, 1).await;
    assert_opens(&gateway, "anna", 1).await;
}

#[tokio::test]
async fn more_requests_of_a_user_than_may_wait_are_429() {
    let gateway = Gateway::with(|config| config.presence.waiting_per_user = 2).await;
    let message = "More than 2 requests of the user wait for a page (presence.waiting_per_user), try again in 8 seconds";
    while_waiting(&gateway, &[1, 1], async {
        assert_refused(
            &wait_for_page(&gateway, "ralf", 1).await,
            429,
            message,
            2,
            Some(8),
        );
        counted(&gateway, Limit::WaitingPerUser, 1).await;
        assert_opens(&gateway, "anna", 1).await;
    })
    .await;
    assert_opens(&gateway, "ralf", 1).await;
    counted(&gateway, Limit::WaitingPerUser, 1).await;
}

#[tokio::test]
async fn whoever_waits_for_a_change_takes_a_place_too() {
    let gateway = Gateway::with(|config| config.presence.waiting_per_user = 1).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let draft = draft(1);
    let (opened, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    let path = format!("/mail/compose/{}", opened.body["id"].as_str().unwrap());
    let follow = async |wait: &str| {
        let request = gateway.get("ralf", &path).header("Prefer", wait);
        Answer::of(request.send().await.unwrap()).await
    };
    let rest = async {
        eventually("it waits", async || gateway.load.waiting() == 1).await;
        assert_eq!(follow("wait=40").await.status, 429);
        counted(&gateway, Limit::WaitingPerUser, 1).await;
        assert_eq!(
            gateway
                .post_json("ralf", "/mail/compose", &draft)
                .await
                .status,
            429
        );
        counted(&gateway, Limit::WaitingPerUser, 2).await;
        // Without waiting there is nothing to take a place for.
        assert_eq!(follow("wait=0").await.body["state"], "opened");
        page.say(json!({"type": "seen", "id": offer["id"]})).await;
    };
    let (followed, ()) = tokio::join!(follow("wait=40"), rest);
    assert_eq!(followed.body["state"], "seen", "{}", followed.text);
    page.close().await;
    assert_opens(&gateway, "ralf", 1).await;
}

#[tokio::test]
async fn whoever_repeats_a_request_that_waits_takes_a_place_too() {
    let gateway = Gateway::with(|config| config.presence.waiting_per_user = 2).await;
    let draft = draft(1);
    let ask = async || {
        let request = gateway
            .post("ralf", "/mail/compose")
            .header("Prefer", "wait=40")
            .header("Idempotency-Key", "one");
        Answer::of(request.json(&draft).send().await.unwrap()).await
    };
    let rest = async {
        eventually("both wait", async || gateway.load.waiting() == 2).await;
        assert_eq!(ask().await.status, 429);
        counted(&gateway, Limit::WaitingPerUser, 1).await;
        let mut page = Page::open(&gateway, "ralf").await;
        page.accept().await;
    };
    let (first, second, ()) = tokio::join!(ask(), ask(), rest);
    assert_eq!((first.status, &first.text), (200, &second.text));
    eventually("nobody waits", async || gateway.load.waiting() == 0).await;
}

#[tokio::test]
async fn more_requests_of_all_than_may_wait_are_503() {
    let gateway = Gateway::with(|config| config.presence.waiting_total = 2).await;
    let message =
        "More than 2 requests wait for a page (presence.waiting_total), try again in 8 seconds";
    while_waiting(&gateway, &[1, 1], async {
        assert_refused(
            &wait_for_page(&gateway, "anna", 1).await,
            503,
            message,
            2,
            Some(8),
        );
        counted(&gateway, Limit::Waiting, 1).await;
        // Whoever does not wait is served.
        super::assert_served(&gateway, "anna").await;
    })
    .await;
    assert_opens(&gateway, "anna", 1).await;
    counted(&gateway, Limit::Waiting, 1).await;
}

#[tokio::test]
async fn payloads_of_one_user_fill_the_users_own_share() {
    let gateway = Gateway::with(|config| config.presence.payloads_per_user = 5000).await;
    let message = "More than 5000 bytes of the user's composes wait to be opened (presence.payloads_per_user), \
                   try again in 8 seconds";
    while_waiting(&gateway, &[2000, 2000], async {
        assert_refused(
            &wait_for_page(&gateway, "ralf", 2000).await,
            429,
            message,
            5000,
            Some(8),
        );
        counted(&gateway, Limit::PayloadsPerUser, 1).await;
        assert_opens(&gateway, "anna", 4000).await;
    })
    .await;
    // What was opened makes room.
    assert_opens(&gateway, "ralf", 4000).await;
    let never = gateway
        .post_json("ralf", "/mail/compose", &draft(5000))
        .await;
    let message = "The window is filled with more than 5000 bytes (presence.payloads_per_user)";
    assert_refused(&never, 413, message, 5000, None);
    counted(&gateway, Limit::PayloadsPerUser, 2).await;
}

#[tokio::test]
async fn payloads_of_all_fill_the_memory_there_is_for_them() {
    let gateway = Gateway::with(|config| config.presence.payloads_total = 5000).await;
    let message = "More than 5000 bytes of composes wait to be opened (presence.payloads_total), \
                   try again in 8 seconds";
    while_waiting(&gateway, &[2000, 2000], async {
        assert_refused(
            &wait_for_page(&gateway, "anna", 2000).await,
            503,
            message,
            5000,
            Some(8),
        );
        counted(&gateway, Limit::Payloads, 1).await;
        // A small one still fits.
        assert_opens(&gateway, "anna", 500).await;
    })
    .await;
    assert_opens(&gateway, "anna", 4000).await;
    counted(&gateway, Limit::Payloads, 1).await;
}
