//! What becomes of a window that was opened.

use std::time::Duration;

use serde_json::json;

use super::{after_change, opened, state};
use crate::support::{Gateway, Page};

#[tokio::test]
async fn what_the_person_does_is_told_to_who_waits_for_it() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = opened(&gateway, &mut page).await;
    let seen = async {
        page.say(json!({"type": "seen", "id": id})).await;
    };
    let (answer, ()) = tokio::join!(after_change(&gateway, &id), seen);
    // The change may have come before the question.
    if answer.body["state"] == "opened" {
        assert_eq!(answer.header("preference-applied"), Some("wait=10"));
    }
    assert_eq!(state(&gateway, &id).await, "seen");
    let discard = async {
        page.say(json!({"type": "finished", "id": id, "state": "discarded"}))
            .await;
    };
    tokio::join!(after_change(&gateway, &id), discard);
    let end = after_change(&gateway, &id).await;
    assert_eq!(end.body["state"], "discarded");
    for member in ["openedAt", "seenAt", "finishedAt"] {
        assert!(
            end.body[member].as_str().unwrap().ends_with('Z'),
            "{member}: {}",
            end.text
        );
    }
    assert_eq!(end.body["messageId"], json!(null));
}

#[tokio::test]
async fn a_page_keeps_its_windows_over_a_reload_and_a_second_page_gets_none_of_them() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = opened(&gateway, &mut page).await;
    // The end of the old connection may be noticed after the new page has come.
    let mut again = Page::open(&gateway, "ralf").await;
    again.say(json!({"type": "attach", "windows": [id]})).await;
    page.close().await;
    assert!(again.hears_no("withdraw", Duration::from_millis(900)).await);
    let mut copy = Page::open(&gateway, "ralf").await;
    copy.say(json!({"type": "attach", "windows": [id]})).await;
    assert_eq!(copy.next_of("withdraw").await["id"], json!(id));
}

#[tokio::test]
async fn a_finished_window_is_withdrawn_from_a_page_that_comes_back_with_it() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = opened(&gateway, &mut page).await;
    page.say(json!({"type": "finished", "id": id, "state": "discarded"}))
        .await;
    page.say(json!({"type": "attach", "windows": [id]})).await;
    assert_eq!(page.next_of("withdraw").await["id"], json!(id));
    let mut stranger = Page::open(&gateway, "anna").await;
    stranger
        .say(json!({"type": "attach", "windows": [id]}))
        .await;
    assert!(
        stranger
            .hears_no("withdraw", Duration::from_millis(200))
            .await
    );
}

#[tokio::test]
async fn records_and_windows_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = quillgate::config::Config::for_data_dir(directory.path());
    config.server.listen = vec![quillgate::config::Listen::Tcp("127.0.0.1:0".to_owned())];
    let gateway = Gateway::launch(config.clone()).await;
    crate::support::people::move_in(&gateway.store, &gateway.outbox()).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = opened(&gateway, &mut page).await;
    page.say(json!({"type": "seen", "id": id})).await;
    if state(&gateway, &id).await == "opened" {
        after_change(&gateway, &id).await;
    }
    let stopping = tokio::spawn(gateway.stop());
    let goodbye = page.next_of("close").await;
    assert_eq!(goodbye["reason"], "shutdown");
    assert!(goodbye["reconnectAfter"].as_u64().unwrap() >= 500);
    assert_eq!(page.closed().await, Some(1012));
    stopping.await.unwrap();

    let gateway = Gateway::launch(config).await;
    assert_eq!(state(&gateway, &id).await, "seen");
    // The user was online: a compose waits for the page to come back.
    let body = json!({});
    let back = async {
        let mut page = Page::open(&gateway, "ralf").await;
        page.say(json!({"type": "attach", "windows": [id]})).await;
        page.accept().await;
        assert!(page.hears_no("withdraw", Duration::from_millis(100)).await);
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), back);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_stop_of_the_server_ends_every_wait() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "anna").await;
    let waiting = gateway
        .post("ralf", "/mail/compose")
        .header("Prefer", "wait=50")
        .json(&json!({}))
        .send();
    let offered = gateway
        .post("anna", "/mail/compose")
        .json(&json!({}))
        .send();
    let (waiting, offered) = (tokio::spawn(waiting), tokio::spawn(offered));
    page.next_of("compose").await;
    while gateway.load.composes().0 < 2 {
        tokio::task::yield_now().await;
    }
    gateway.stop().await;
    for request in [waiting, offered] {
        let answer = request.await.unwrap().unwrap();
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
    }
}

#[tokio::test]
async fn a_window_that_nobody_finished_becomes_expired() {
    let gateway =
        Gateway::with(|config| config.presence.compose_keep = Duration::from_millis(300)).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = opened(&gateway, &mut page).await;
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(state(&gateway, &id).await, "expired");
}

#[tokio::test]
async fn a_large_payload_is_fetched_by_the_page_and_is_only_for_its_user() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let text = "line\n".repeat(200_000);
    let body = json!({"subject": "Large", "body": text});
    let open = async {
        let offer = page.next_of("compose").await;
        assert!(offer.get("data").is_none());
        let href = offer["href"].as_str().unwrap();
        let payload = gateway.get_json("ralf", href).await;
        assert_eq!(payload.status, 200);
        assert_eq!(payload.header("cache-control"), Some("no-store"));
        assert_eq!(payload.body["body"], json!(text));
        assert_eq!(payload.body["identity"], 1);
        assert_eq!(gateway.get_json("anna", href).await.status, 404);
        page.say(json!({"type": "ack", "id": offer["id"], "state": "opened"}))
            .await;
        offer
    };
    let (answer, offer) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &body), open);
    assert_eq!(answer.status, 200);
    assert!(gateway.load.composes().2 > 1_000_000);
    page.say(json!({"type": "finished", "id": offer["id"], "state": "discarded"}))
        .await;
    after_change(&gateway, offer["id"].as_str().unwrap()).await;
    assert_eq!(gateway.load.composes().2, 0);
}

#[tokio::test]
async fn html_of_a_caller_is_sanitised_before_a_page_gets_it() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let html = r#"<p onclick="x()">Hi <b>you</b><script>alert(1)</script><img src=x onerror=alert(1)></p>"#;
    let body = json!({"bodyHtml": html});
    let (_, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &body),
        page.accept()
    );
    let shown = offer["data"]["bodyHtml"].as_str().unwrap();
    assert!(shown.contains("Hi <b>you</b>"), "{shown}");
    for word in ["script", "onclick", "onerror", "alert"] {
        assert!(!shown.contains(word), "{shown}");
    }
}

#[tokio::test]
async fn attachments_go_to_the_page_by_reference_and_share_passwords_not_at_all() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let upload = gateway
        .post("ralf", "/mail/attachments/report.txt")
        .header("X-No-Location", "true");
    let upload = upload
        .header("Content-Type", "text/plain")
        .body("twelve bytes")
        .send()
        .await
        .unwrap();
    let location = upload.json::<serde_json::Value>().await.unwrap()["location"].clone();
    let body =
        json!({"attachments": [location], "sharePassword": "hidden", "shareExpiration": "+2days"});
    let (answer, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &body),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    let data = &offer["data"];
    let expected =
        json!([{"location": location, "name": "report.txt", "size": 12, "type": "text/plain"}]);
    assert_eq!(data["attachments"], expected);
    assert_eq!(data["hasSharePassword"], true);
    assert_eq!(data["shareExpiration"], "+2days");
    assert!(!offer.to_string().contains("hidden"));
}
