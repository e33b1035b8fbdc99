//! `GET /ws`: pages that are too many, silent, or do not read.

use std::time::Duration;

use serde_json::json;

use crate::support::{Gateway, Page, eventually};
use crate::websocket::answer_to;

#[tokio::test]
async fn a_session_too_many_closes_the_longest_dormant_else_the_longest_idle() {
    let gateway = Gateway::with(|config| {
        config.presence.sessions_per_user = 2;
        config.presence.pulse = Duration::from_millis(100);
    })
    .await;
    let mut idle = Page::open(&gateway, "ralf").await;
    let mut active = Page::open(&gateway, "ralf").await;
    let _annas = Page::open(&gateway, "anna").await;
    eventually("the other one is active later", async || {
        answer_to(&mut active, json!({"type": "active"})).await["type"] == "pong"
    })
    .await;
    let mut third = Page::open(&gateway, "ralf").await;
    assert_eq!(idle.closed().await, Some(4408));
    // Whoever has pulsed once and then misses two pulses is dormant, however active before.
    third.pulse(true, true).await;
    answer_to(&mut third, json!({"type": "active"})).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let _fourth = Page::open(&gateway, "ralf").await;
    assert_eq!(third.closed().await, Some(4408));
    assert_eq!(
        answer_to(&mut active, json!({"type": "ping"})).await["type"],
        "pong"
    );
}

#[tokio::test]
async fn a_silent_peer_is_dropped_and_one_that_answers_pings_stays() {
    let gateway =
        Gateway::with(|config| config.presence.heartbeat = Duration::from_millis(400)).await;
    let mut living = Page::open(&gateway, "ralf").await;
    let silent = Page::open(&gateway, "anna").await;
    let online = async |login: &str| {
        gateway.get_json(login, "/presence").await.body["users"][0]["online"] == true
    };
    assert!(online("anna").await);
    // Reading is what answers pings: anna's page does not, ralf's does.
    let reading = async {
        loop {
            living.next().await.unwrap();
        }
    };
    tokio::select! {
        () = reading => {}
        () = eventually("the silent page is dropped", async || !online("anna").await) => {}
    }
    assert!(online("ralf").await);
    drop(silent);
}

#[tokio::test]
async fn a_page_that_does_not_read_is_closed_and_holds_nobody_up() {
    let gateway = Gateway::with(|config| {
        config.presence.queue = 8;
        config.presence.push_inline_max = 1 << 20;
        config.presence.offer_stagger = Duration::from_millis(1);
        config.presence.compose_deadline = Duration::from_millis(400);
    })
    .await;
    let stuck = Page::open(&gateway, "ralf").await;
    let draft = json!({"body": "x".repeat(500_000)});
    let sessions =
        async || gateway.get_json("ralf", "/presence").await.body["users"][0]["sessions"].clone();
    assert_eq!(sessions().await, 1);
    // More than its queue and what the kernel holds for it.
    eventually("the stuck page is closed", async || {
        let composes = (0..8).map(|_| gateway.post_json("ralf", "/mail/compose", &draft));
        for answer in futures_util::future::join_all(composes).await {
            assert_eq!(answer.status, 404, "{}", answer.text);
        }
        sessions().await == 0
    })
    .await;
    drop(stuck);
    // Somebody else's page and the user's next one have not noticed anything.
    for login in ["anna", "ralf"] {
        let mut page = Page::open(&gateway, login).await;
        let draft = json!({"subject": "Hello"});
        let (answer, _) = tokio::join!(
            gateway.post_json(login, "/mail/compose", &draft),
            page.accept()
        );
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}
