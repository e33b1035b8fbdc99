//! Signing in and out, being signed out, and being away.

use std::time::Duration;

use fantoccini::Locator;
use quillgate::config::Listen;
use serde_json::{Value, json};

use super::{open_window, signed_in};
use crate::support::browser::Record;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway, eventually};

fn draft() -> Value {
    json!({"to": ["a@example.org"], "subject": "Offer", "body": "Text"})
}

/// Waits until the gateway knows of so many sessions of ralf.
pub async fn sessions_become(gateway: &Gateway, sessions: u64) {
    eventually("the gateway knows of the sessions", async || {
        let answer = gateway.get_json("ralf", "/presence").await;
        let users = answer.body["users"].as_array().unwrap();
        users
            .iter()
            .any(|user| user["login"] == "ralf" && user["sessions"] == sessions)
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_told_and_the_right_one_works() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&gateway.url("/")).await;
    browser.fill_sign_in("ralf", "guessed").await;
    browser.button("Sign in").await.click().await.unwrap();
    browser
        .see_text("#sign-in-error[role=alert]", "Wrong login or password")
        .await;
    assert_eq!(
        browser
            .labelled("Login")
            .await
            .prop("value")
            .await
            .unwrap()
            .as_deref(),
        Some("ralf")
    );
    browser.sign_in("ralf", PASSWORD).await;
    browser.see_text("#welcome-title", "Ralf Becker").await;
    sessions_become(&gateway, 1).await;
}

#[tokio::test]
async fn signing_out_ends_the_socket_at_once_and_keeps_the_drafts_for_their_owner() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&id).await.add("Message", " and more").await;
    browser.button("Sign out").await.click().await.unwrap();
    browser.see("#sign-in").await;
    browser.state("signed-out").await;
    sessions_become(&gateway, 0).await;
    let answer = gateway.post_json("ralf", "/mail/compose", &draft()).await;
    assert_eq!(
        (answer.status, answer.body["details"]["reason"].as_str()),
        (404, Some("offline"))
    );
    browser.refresh().await.unwrap();
    browser.see("#sign-in").await;

    browser.sign_in("anna", PASSWORD).await;
    browser.see_text("#account-name", "Anna").await;
    assert!(browser.windows_shown().await.is_empty());
    browser.button("Sign out").await.click().await.unwrap();
    browser.see("#sign-in").await;
    browser.sign_in("ralf", PASSWORD).await;
    browser
        .window(&id)
        .await
        .holds("Message", "Text and more")
        .await;
}

#[tokio::test]
async fn who_signs_out_while_the_page_comes_up_stays_signed_out() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&id).await.add("Message", " and more").await;
    browser.window(&id).await.has_stored("and more").await;
    // Another tab takes it over, once it has learned, late, that the first one is gone.
    let slow = "const {request} = LockManager.prototype; \
         window.held = []; \
         LockManager.prototype.request = async function (...asked) { \
             if (asked[1].ifAvailable && !window.released) await new Promise((go) => { window.held.push(go) }); \
             return request.apply(this, asked); \
         }";
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.turn_to(&first).await;
    browser.close_window().await.unwrap();
    browser.turn_to(&second).await;
    let script = browser.before_every_page(slow).await;
    browser.open(&gateway.url("/")).await;
    browser.until("return window.held.length", vec![]).await;
    browser.button("Sign out").await.click().await.unwrap();
    browser.see_text("#sign-in-hint", "signed out").await;
    // Whatever it begins then, and not only what is left of that.
    let release = "window.begun = []; \
         const {setItem} = Storage.prototype; \
         Storage.prototype.setItem = function (...pair) { window.begun.push(pair[0]); return setItem.apply(this, pair) }; \
         window.WebSocket = class extends WebSocket { constructor(...to) { super(...to); window.begun.push('socket') } }; \
         window.released = true; \
         window.held.forEach((go) => go()); \
         setTimeout(() => { window.late = true }, 1000)";
    browser.ask(release).await;
    browser.until("return window.late", vec![]).await;
    // The draft is this tab's by now, for its owner.
    let begun = "return window.begun.filter((what) => !what.startsWith('quillgate.draft.'))";
    assert_eq!(browser.ask(begun).await, json!([]));
    assert!(browser.windows_shown().await.is_empty());
    browser.state("signed-out").await;
    sessions_become(&gateway, 0).await;
    browser.sign_in("ralf", PASSWORD).await;
    let window = browser.window(&id).await;
    window.holds("Message", "Text and more").await;
    browser.no_more(&script).await;
}

#[tokio::test]
async fn a_session_that_ends_elsewhere_asks_to_sign_in_again_and_keeps_the_windows() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&id).await.add("Message", ", precious").await;
    let tab = browser.tab().await;
    browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    // The other tab has the same cookie.
    browser.button("Sign out").await.click().await.unwrap();
    browser.see("#sign-in").await;
    browser.turn_to(&tab).await;
    browser
        .see_text("#sign-in-hint", "Your session has ended")
        .await;
    assert!(
        !browser
            .find(Locator::Css("[role=dialog]"))
            .await
            .unwrap()
            .is_displayed()
            .await
            .unwrap()
    );
    sessions_become(&gateway, 0).await;

    browser.fill_sign_in("ralf", PASSWORD).await;
    browser.button("Sign in").await.click().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("Message", "Text, precious").await;
    window.press("Send").await;
    window.is_sent().await;
    assert!(gateway.sent()[0].contains("Text, precious"));
}

#[tokio::test]
async fn the_page_works_under_the_base_path_and_stays_there() {
    let gateway = Gateway::start().await;
    let base = gateway.url("/egroupware/groupdav.php");
    let Some(browser) = Browser::start_observed().await else {
        return;
    };
    browser.sign_in_at(&base, "ralf", PASSWORD).await;
    browser
        .see_text(
            "[data-example=compose] pre code",
            &format!("{base}/mail/1/compose"),
        )
        .await;
    let draft = json!({"to": ["a@example.org"], "subject": "Base", "bodyHtml": "<p>Hello</p>"});
    let answer = gateway
        .post_json("ralf", "/egroupware/groupdav.php/mail/1/compose", &draft)
        .await;
    let window = browser.window(answer.body["id"].as_str().unwrap()).await;
    window.enter_message().await;
    browser.see_text("#message", "Hello").await;
    browser.enter_parent_frame().await.unwrap();
    browser.refresh().await.unwrap();
    browser.online().await;
    window.press("Send").await;
    window.is_sent().await;
    let strayed: Vec<_> = browser
        .requests()
        .await
        .into_iter()
        .filter(|url| url.starts_with("http") && !url.starts_with(&base))
        .collect();
    assert_eq!(strayed, [""; 0]);
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_closed_tab_is_offline_after_the_grace_time() {
    let gateway =
        Gateway::with(|config| config.presence.resume_grace = Duration::from_millis(300)).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let tab = browser.tab().await;
    let other = browser.new_tab().await;
    browser.turn_to(&tab).await;
    browser.close_window().await.unwrap();
    browser.turn_to(&other).await;
    sessions_become(&gateway, 0).await;
    let answer = gateway.post_json("ralf", "/mail/compose", &draft()).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.message(), "User 'ralf' (#5) is NOT online");
    assert_eq!(answer.body["details"]["reason"], "offline");
}

#[tokio::test]
async fn a_caller_that_waits_gets_its_window_when_the_person_signs_in() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&gateway.url("/")).await;
    browser.see("#sign-in").await;
    let request = gateway
        .post("ralf", "/mail/compose")
        .header("prefer", "wait=20")
        .json(&draft());
    let answer = tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await });
    browser.sign_in("ralf", PASSWORD).await;
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("preference-applied"), Some("wait=20"));
    browser
        .window(answer.body["id"].as_str().unwrap())
        .await
        .holds("Message", "Text")
        .await;
}

#[tokio::test]
async fn the_page_works_over_plain_http_where_browsers_offer_less() {
    // The address that people use has to be known before the gateway starts.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://mail.example.test:{port}/");
    let gateway = Gateway::with(|config| {
        config.server.listen = vec![Listen::Tcp(format!("127.0.0.1:{port}"))];
        config.server.public_url = Some(url.parse().unwrap());
    })
    .await;
    let Some(browser) = Browser::with(
        Record::Complaints,
        &["--host-resolver-rules=MAP mail.example.test 127.0.0.1"],
    )
    .await
    else {
        return;
    };
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    assert_eq!(
        browser
            .ask("return isSecureContext || 'locks' in navigator")
            .await,
        false
    );
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&id).await.add("Message", ", kept").await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("Message", "Text, kept").await;
    assert_eq!(browser.windows_shown().await, [id]);
    window.press("Send").await;
    window.is_sent().await;
    let html = json!({"to": ["a@example.org"], "subject": "Second", "bodyHtml": "<p>Hello</p>"});
    let id = open_window(&gateway, "ralf", &html).await;
    let window = browser.window(&id).await;
    window.enter_message().await;
    browser.see_text("#message", "Hello").await;
    browser.enter_parent_frame().await.unwrap();
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(browser.complaints().await, [""; 0]);
}
