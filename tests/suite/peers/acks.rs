//! Pages that go during an offer, and pages that confirm what is not theirs, twice or too late.

use std::time::Duration;

use serde_json::{Value, json};

use super::scene::{Scene, assert_offline};
use crate::support::Page;
use crate::support::people::{PASSWORD, Peer};
use crate::support::proxy::Proxy;

fn ack(id: &Value) -> Value {
    json!({"type": "ack", "id": id, "state": "opened", "visible": true})
}

fn discarded(id: &Value) -> Value {
    json!({"type": "finished", "id": id, "state": "discarded"})
}

/// Waits until what the page said before has been taken in.
async fn settled(page: &mut Page) {
    page.say(json!({"type": "ping"})).await;
    page.next_of("pong").await;
}

#[tokio::test]
async fn pages_that_go_or_confirm_at_the_wrong_moment() {
    // Nobody is dropped for silence here.
    let scene = Scene::with(6, Duration::from_secs(30), Duration::from_secs(3)).await;
    let [close, fin, rst, back, wrong, late] = &scene.peers[..] else {
        panic!("six peers");
    };
    tokio::join!(
        goes_during_its_offer(&scene, close, Way::Close),
        goes_during_its_offer(&scene, fin, Way::Fin),
        goes_during_its_offer(&scene, rst, Way::Rst),
        has_another_page(&scene, back),
        confirms_what_is_not_its_own(&scene, wrong),
        confirms_too_late(&scene, late),
    );
    scene.ends_well().await;
}

#[derive(Clone, Copy)]
enum Way {
    Close,
    Fin,
    Rst,
}

async fn goes_during_its_offer(scene: &Scene, peer: &Peer, way: Way) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    let goes = async {
        page.next_of("compose").await;
        match way {
            Way::Close => page.close().await,
            Way::Fin => proxy.half_close(),
            Way::Rst => proxy.reset(),
        }
    };
    // Back before the grace ended, it would have had the offer again.
    let (answer, ()) = tokio::join!(scene.compose(peer), goes);
    assert_offline(&answer);
    scene.goes_offline(peer).await;
}

async fn has_another_page(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    let mut other = Page::open(&scene.gateway, &peer.login).await;
    page.pulse(true, true).await;
    let goes = async {
        let offer = page.next_of("compose").await;
        proxy.reset();
        assert_eq!(other.accept().await["id"], offer["id"]);
        offer
    };
    let (answer, offer) = tokio::join!(scene.compose(peer), goes);
    assert_eq!(answer.status, 200, "{}", answer.text);
    other.say(discarded(&offer["id"])).await;
    settled(&mut other).await;
    other.close().await;
    scene.goes_offline(peer).await;
}

async fn confirms_what_is_not_its_own(scene: &Scene, peer: &Peer) {
    let mut page = scene.page(peer, &scene.gateway.address).await;
    let mut stranger = Page::open(&scene.gateway, "root").await;
    let confirms = async {
        let offer = page.next_of("compose").await;
        let id = &offer["id"];
        // None of these confirms anything.
        stranger.say(ack(id)).await;
        stranger
            .say(json!({"type": "attach", "windows": [id]}))
            .await;
        stranger.say(discarded(id)).await;
        settled(&mut stranger).await;
        for _ in 0..300 {
            page.say(ack(&json!(uuid::Uuid::new_v4()))).await;
        }
        // Each unknown one is withdrawn, or overlooked when there are too many at a time.
        page.next_of("withdraw").await;
        settled(&mut page).await;
        page.say(ack(id)).await;
        page.say(ack(id)).await;
        settled(&mut page).await;
        offer
    };
    let (answer, offer) = tokio::join!(scene.compose(peer), confirms);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = &offer["id"];
    page.say(ack(id)).await;
    // Nothing of this takes its window from it.
    let until = tokio::time::Instant::now() + Duration::from_millis(700);
    while let Ok(frame) = tokio::time::timeout_at(until, page.next()).await {
        let frame = frame.unwrap();
        assert!(frame["type"] != "withdraw" || frame["id"] != *id, "{frame}");
    }
    stranger.say(ack(id)).await;
    assert_eq!(stranger.next_of("withdraw").await["id"], *id);
    let path = format!("/mail/compose/{}", id.as_str().unwrap());
    let state = scene.gateway.get_json(&peer.login, &path).await;
    assert_eq!(state.body["state"], "opened");
    page.say(discarded(id)).await;
    settled(&mut page).await;
    page.close().await;
    stranger.close().await;
    scene.goes_offline(peer).await;
}

async fn confirms_too_late(scene: &Scene, peer: &Peer) {
    let mut late = scene.page(peer, &scene.gateway.address).await;
    // It lives, and says nothing to its offer.
    let silent = async {
        let offer = late.next_of("compose").await;
        assert_eq!(late.next_of("withdraw").await["id"], offer["id"]);
        offer
    };
    let (answer, offer) = tokio::join!(scene.compose(peer), silent);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["details"]["reason"], "silent");
    late.say(ack(&offer["id"])).await;
    assert_eq!(late.next_of("withdraw").await["id"], offer["id"]);
    // Refused by one page, opened by another, then opened by the first after all.
    let mut other = Page::at(&scene.gateway.address, &peer.login, PASSWORD).await;
    late.pulse(true, true).await;
    let both = async {
        let offer = late.next_of("compose").await;
        late.say(json!({"type": "ack", "id": offer["id"], "state": "refused"}))
            .await;
        other.accept().await;
        // Taken in before the late one comes.
        settled(&mut other).await;
        late.say(ack(&offer["id"])).await;
        assert_eq!(late.next_of("withdraw").await["id"], offer["id"]);
        offer
    };
    let (answer, offer) = tokio::join!(scene.compose(peer), both);
    assert_eq!(answer.status, 200, "{}", answer.text);
    other.say(discarded(&offer["id"])).await;
    settled(&mut other).await;
    late.close().await;
    other.close().await;
    scene.goes_offline(peer).await;
}
