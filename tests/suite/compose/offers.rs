//! Which of several pages gets the window.

use std::time::Duration;

use serde_json::json;

use super::{opened, state};
use crate::support::{Gateway, Page};

#[tokio::test]
async fn the_focused_page_gets_it_and_the_other_never_hears_of_it() {
    let gateway = Gateway::start().await;
    let mut first = Page::open(&gateway, "ralf").await;
    let mut second = Page::open(&gateway, "ralf").await;
    first.pulse(true, true).await;
    second.pulse(false, true).await;
    opened(&gateway, &mut first).await;
    assert!(second.hears_no("compose", Duration::from_millis(100)).await);
    first.pulse(false, true).await;
    second.pulse(true, true).await;
    opened(&gateway, &mut second).await;
    assert!(first.hears_no("compose", Duration::from_millis(100)).await);
}

#[tokio::test]
async fn after_a_silence_the_next_page_is_offered_as_well_and_the_first_to_confirm_wins() {
    let gateway =
        Gateway::with(|config| config.presence.offer_stagger = Duration::from_millis(100)).await;
    let mut best = Page::open(&gateway, "ralf").await;
    let mut next = Page::open(&gateway, "ralf").await;
    best.pulse(true, true).await;
    let body = json!({});
    let pages = async {
        let silent = best.next_of("compose").await;
        let confirmed = next.accept().await;
        assert_eq!(silent["id"], confirmed["id"]);
        assert_eq!(best.next_of("withdraw").await["id"], silent["id"]);
        // Too late: it is withdrawn again, and the winner keeps its window.
        best.say(json!({"type": "ack", "id": silent["id"], "state": "opened"}))
            .await;
        assert_eq!(best.next_of("withdraw").await["id"], silent["id"]);
        assert!(next.hears_no("withdraw", Duration::from_millis(100)).await);
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), pages);
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_page_that_closes_during_its_offer_passes_it_on_at_once() {
    let gateway =
        Gateway::with(|config| config.presence.offer_stagger = Duration::from_secs(60)).await;
    let mut best = Page::open(&gateway, "ralf").await;
    let mut next = Page::open(&gateway, "ralf").await;
    best.pulse(true, true).await;
    let body = json!({});
    let pages = async {
        best.next_of("compose").await;
        best.close().await;
        next.accept().await;
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), pages);
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_page_that_reloads_during_its_offer_is_offered_again() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({});
    let reload = async {
        page.next_of("compose").await;
        page.close().await;
        let mut again = Page::open(&gateway, "ralf").await;
        again.say(json!({"type": "attach", "windows": []})).await;
        again.accept().await;
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), reload);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_page_that_comes_back_with_the_window_has_confirmed_it() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({});
    let reload = async {
        let offer = page.next_of("compose").await;
        page.close().await;
        let mut again = Page::open(&gateway, "ralf").await;
        again
            .say(json!({"type": "attach", "windows": [offer["id"]]}))
            .await;
        assert!(again.hears_no("withdraw", Duration::from_millis(100)).await);
        offer
    };
    let (answer, offer) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), reload);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        state(&gateway, offer["id"].as_str().unwrap()).await,
        "opened"
    );
}

#[tokio::test]
async fn a_compose_right_after_the_last_page_left_waits_for_its_reload() {
    let gateway = Gateway::start().await;
    Page::open(&gateway, "ralf").await.close().await;
    let body = json!({});
    let back = async {
        let mut page = Page::open(&gateway, "ralf").await;
        page.accept().await;
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), back);
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn acks_that_are_not_ones_own_confirm_nothing() {
    let gateway =
        Gateway::with(|config| config.presence.compose_deadline = Duration::from_millis(600)).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let mut stranger = Page::open(&gateway, "anna").await;
    let body = json!({});
    let pages = async {
        let offer = page.next_of("compose").await;
        stranger
            .say(json!({"type": "ack", "id": offer["id"], "state": "opened"}))
            .await;
        stranger
            .say(json!({"type": "attach", "windows": [offer["id"]]}))
            .await;
        page.say(json!({"type": "ack", "id": uuid::Uuid::new_v4(), "state": "opened"}))
            .await;
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), pages);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["details"]["reason"], "silent");
}

#[tokio::test]
async fn two_composes_at_once_open_two_windows() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let body = json!({});
    let accept = async {
        let one = page.accept().await;
        let two = page.accept().await;
        assert_ne!(one["id"], two["id"]);
    };
    let (one, two, ()) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &body),
        gateway.post_json("ralf", "/mail/compose", &body),
        accept
    );
    assert_eq!((one.status, two.status), (200, 200));
}
