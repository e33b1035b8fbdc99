//! The home page: what programs have asked for lately, and who is online.

use quillgate::config::Visibility;
use serde_json::{Value, json};

use super::{open_window, signed_in};
use crate::support::people::{self, basic};
use crate::support::{Gateway, Page};

fn draft(subject: &str) -> Value {
    json!({"to": ["Info <info@example.org>"], "subject": subject, "body": "Text"})
}

/// A row of the list, in a state.
fn row(id: &str, state: &str) -> String {
    format!("#recent-list [data-id='{id}'][data-state='{state}']")
}

#[tokio::test]
async fn recent_messages_tell_what_becomes_of_them_and_bring_their_windows_up() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser
        .see_text("#recent-empty", "Keep this page open")
        .await;
    browser.see("#connect[open]").await;

    let sent = open_window(&gateway, "ralf", &draft("Your order")).await;
    let text = browser.see_text(&row(&sent, "seen"), "Your order").await;
    assert!(
        text.contains("To Info <info@example.org>") && text.contains("asked by ralf"),
        "{text}"
    );
    browser.see_no("#recent-empty:not([hidden])").await;
    browser.window(&sent).await.press("Send").await;
    browser.see_text(&row(&sent, "sent"), "Sent").await;

    let kept = open_window(&gateway, "ralf", &draft("Kept")).await;
    let window = browser.window(&kept).await;
    window.press("Minimise").await;
    window.is_minimised(true).await;
    let bring_up = format!("{} button", row(&kept, "seen"));
    browser.see(&bring_up).await.click().await.unwrap();
    window.is_minimised(false).await;
    window.press("Discard").await;
    browser
        .see_text(&row(&kept, "discarded"), "Discarded")
        .await;

    // Of what is open on another page there is no window to bring up.
    let tab = browser.tab().await;
    browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    let elsewhere = open_window(&gateway, "ralf", &draft("There")).await;
    browser.window(&elsewhere).await;
    browser.turn_to(&tab).await;
    browser
        .see_text(&row(&elsewhere, "elsewhere"), "Open elsewhere")
        .await;
    browser
        .see_no(&format!("{} button", row(&elsewhere, "elsewhere")))
        .await;
    // Whoever has composes needs the examples no more.
    browser.refresh().await.unwrap();
    browser.see_text("#recent-list", "Your order").await;
    browser.see_no("#connect[open]").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_program_is_named_and_what_strangers_wrote_is_only_text() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let hostile = "<img src=x onerror=window.pwned=1>\u{202e}gpj";
    let request = gateway
        .request(reqwest::Method::POST, "/mail/compose")
        .header("authorization", basic("ralf", &token))
        .json(&draft(hostile));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let text = browser
        .see_text("#recent-list", "<img src=x onerror=window.pwned=1>")
        .await;
    assert!(
        text.contains("asked by CRM") && !text.contains('\u{202e}'),
        "{text}"
    );
    assert_eq!(browser.ask("return window.pwned").await, Value::Null);
}

#[tokio::test]
async fn who_comes_and_goes_is_seen_where_the_server_lets_one() {
    let shy = Gateway::start().await;
    let open = Gateway::with(|config| config.presence.visibility = Visibility::Everyone).await;
    let Some(browser) = signed_in(&open, "ralf").await else {
        return;
    };
    browser.see_text("#people-list", "Nobody else").await;
    let anna = Page::open(&open, "anna").await;
    browser.see_text("#people-list", "anna").await;
    let again = Page::open(&open, "anna").await;
    browser.see_text("#people-list", "2 sessions").await;
    // Another page of this one wants no news; back here they come.
    browser.ask("location.hash = '#settings'").await;
    browser.see("#settings h1").await;
    again.close().await;
    anna.close().await;
    let _root = Page::open(&open, "root").await;
    browser.ask("location.hash = '#home'").await;
    let list = browser.see_text("#people-list", "root").await;
    assert!(!list.contains("anna"), "{list}");

    let _anna = Page::open(&shy, "anna").await;
    let Some(browser) = signed_in(&shy, "ralf").await else {
        return;
    };
    browser.see("#recent-empty").await;
    browser
        .until("return document.querySelector('#people').hidden", vec![])
        .await;
}
