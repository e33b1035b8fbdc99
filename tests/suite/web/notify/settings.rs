//! The section of the settings: what the browser allows, and what the person wants.

use serde_json::json;

use super::super::settings::all_shown;
use super::super::signed_in_with_worker;
use super::{allow_notifications, kept};
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway};

const STATE: &str = "#settings-notifications .setting-state";

#[tokio::test]
async fn what_the_browser_allows_is_said_in_words() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in_with_worker(&gateway, "ralf").await else {
        return;
    };
    let url = gateway.url("/");
    for (setting, words) in [
        (
            "denied",
            "Notifications are blocked in this browser. To allow them",
        ),
        ("prompt", "has not been asked yet"),
        ("granted", "Notifications are allowed"),
    ] {
        let permission = json!({"origin": url.trim_end_matches('/'), "permission": {"name": "notifications"}, "setting": setting});
        browser.devtools("Browser.setPermission", permission).await;
        browser.open(&format!("{url}#settings/notifications")).await;
        browser.refresh().await.unwrap();
        browser.see_text(STATE, words).await;
        let disabled = "return document.querySelector('#notify-notification').disabled";
        assert_eq!(browser.ask(disabled).await, setting != "granted");
        let asks =
            "return !document.querySelector('#settings-notifications .button-primary').hidden";
        assert_eq!(browser.ask(asks).await, setting == "prompt");
    }
}

#[tokio::test]
async fn a_test_shows_and_sounds_as_wanted() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    let url = gateway.url("/");
    allow_notifications(&browser, &url).await;
    let tones = "window.tones = 0; const { start } = OscillatorNode.prototype; \
         OscillatorNode.prototype.start = function (...when) { window.tones += 1; start.apply(this, when); }; \
         window.displayed = 0; const { showNotification } = ServiceWorkerRegistration.prototype; \
         ServiceWorkerRegistration.prototype.showNotification = function (...given) { \
             return showNotification.apply(this, given).then(() => { window.displayed += 1; }); };";
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": tones}),
        )
        .await;
    browser
        .sign_in_at(&format!("{url}#settings/notifications"), "ralf", PASSWORD)
        .await;
    kept(&browser).await;
    all_shown(&browser).await;
    let shown = "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications()) \
         .then((all) => all.map(({ title }) => title))";
    browser
        .button("Send a test notification")
        .await
        .click()
        .await
        .unwrap();
    // Chromium forgets a notification that it is asked for while it is about to show it.
    browser.until("return window.displayed === 1", vec![]).await;
    assert_eq!(browser.ask(shown).await, json!(["This is a test"]));
    assert_eq!(browser.ask("return window.tones").await, 0);

    browser.labelled("Sound").await.click().await.unwrap();
    browser.until("return window.tones === 2", vec![]).await;
    browser
        .labelled("Notification on the desktop")
        .await
        .click()
        .await
        .unwrap();
    browser
        .ask("return navigator.serviceWorker.ready.then((worker) => worker.getNotifications()).then((all) => all.forEach((each) => each.close()))")
        .await;
    browser
        .button("Send a test notification")
        .await
        .click()
        .await
        .unwrap();
    browser.until("return window.tones === 4", vec![]).await;
    assert_eq!(browser.ask(shown).await, json!([]));
    // It is remembered.
    browser.refresh().await.unwrap();
    browser.see("#notify-sound:checked").await;
    browser.see("#notify-notification:not(:checked)").await;
}
