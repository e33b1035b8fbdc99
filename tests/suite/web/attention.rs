//! Windows call for attention where it is missing, and take it from nobody.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{open_window, signed_in, state};
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway, eventually};

/// Keeps a list of the notifications that the page has shown.
const RECORD_NOTIFICATIONS: &str = "window.notified = []; \
     const { showNotification } = ServiceWorkerRegistration.prototype; \
     ServiceWorkerRegistration.prototype.showNotification = function (title, options) { \
         return showNotification.call(this, title, options) \
             .then(() => { window.notified.push([title, options.body]); }); \
     };";

fn draft(subject: &str) -> Value {
    json!({"to": ["a@example.org"], "subject": subject, "body": "Text"})
}

async fn title_of_page(browser: &Browser, url: &str) -> String {
    let targets = browser.devtools("Target.getTargets", json!({})).await;
    let page = targets["targetInfos"]
        .as_array()
        .unwrap()
        .iter()
        .find(|target| target["url"] == url);
    page.unwrap()["title"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_hidden_tab_says_so_in_its_title_and_by_a_notification() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    let url = gateway.url("/");
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": RECORD_NOTIFICATIONS}),
        )
        .await;
    let permission = json!({"origin": url.trim_end_matches('/'), "permissions": ["notifications"]});
    browser
        .devtools("Browser.grantPermissions", permission)
        .await;
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    browser
        .until("return navigator.serviceWorker.controller !== null", vec![])
        .await;
    let tab = browser.tab().await;
    browser.new_tab().await;

    let id = open_window(&gateway, "ralf", &draft("Your order")).await;
    while title_of_page(&browser, &url).await != "(1) New message: Your order – quillgate" {
        tokio::task::yield_now().await;
    }
    assert_eq!(state(&gateway, "ralf", &id).await, "opened");
    browser.turn_to(&tab).await;
    browser
        .until("return document.title === 'quillgate'", vec![])
        .await;
    browser
        .until("return window.notified.length > 0", vec![])
        .await;
    assert_eq!(
        browser.ask("return window.notified").await,
        json!([["Your order", "Opened by ralf"]])
    );
    browser.window(&id).await;
    let left = "return navigator.serviceWorker.ready \
         .then((worker) => worker.getNotifications()).then((left) => left.length === 0)";
    browser.until(left, vec![]).await;
    while state(&gateway, "ralf", &id).await != "seen" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_window_that_opens_in_view_is_seen_at_once() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let html = json!({"to": ["a@example.org"], "subject": "HTML", "bodyHtml": "<p>Text</p>"});
    for draft in [draft("Text"), html] {
        let id = open_window(&gateway, "ralf", &draft).await;
        browser.window(&id).await;
        eventually("it is seen", async || {
            state(&gateway, "ralf", &id).await == "seen"
        })
        .await;
    }
}

#[tokio::test]
async fn a_window_takes_neither_the_focus_nor_the_place_of_the_one_that_is_typed_into() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    // There is room for one.
    browser.resize(820, 700).await;
    let own = browser.write().await;
    own.add("Message", "half a sent").await;
    let id = open_window(&gateway, "ralf", &draft("Your order")).await;
    browser.keys("ence").await;
    own.holds("Message", "half a sentence").await;
    own.is_minimised(false).await;
    let window = browser.window(&id).await;
    window.is_minimised(true).await;
    browser
        .see_text("#toasts .toast", "New message: Your order")
        .await;
    assert_eq!(
        state(&gateway, "ralf", &id).await,
        "opened",
        "it has not been seen yet"
    );
    window.press("Restore").await;
    window.is_minimised(false).await;
    own.is_minimised(true).await;
    while state(&gateway, "ralf", &id).await != "seen" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn three_windows_stand_side_by_side_and_a_fourth_makes_room_for_itself() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.resize(1440, 900).await;
    let mut ids = Vec::new();
    for subject in ["One", "Two", "Three"] {
        ids.push(open_window(&gateway, "ralf", &draft(subject)).await);
    }
    let boxes = "return [...document.querySelectorAll('[role=dialog]:not([data-minimised])')].map((node) => node.getBoundingClientRect())";
    let shown = browser.ask(boxes).await;
    let mut spans: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|each| {
            (
                each["left"].as_f64().unwrap(),
                each["right"].as_f64().unwrap(),
            )
        })
        .collect();
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    assert_eq!(spans.len(), 3);
    assert!(
        spans[0].0 >= 0.0
            && spans[2].1 <= 1440.0
            && spans.windows(2).all(|pair| pair[0].1 <= pair[1].0),
        "{spans:?}"
    );

    // The first one has got the focus, as nothing else had it: it would not be the one to go.
    browser.press_somewhere().await;
    let fourth = open_window(&gateway, "ralf", &draft("Four")).await;
    browser.window(&ids[0]).await.is_minimised(true).await;
    browser.window(&fourth).await.is_minimised(false).await;
    let two = browser.window(&ids[1]).await;
    two.press("Minimise").await;
    two.is_minimised(true).await;
    two.see_text(".window-title", "Two").await;
    two.press("Restore").await;
    two.is_minimised(false).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    browser.window(&ids[0]).await.is_minimised(true).await;
    browser.window(&ids[1]).await.is_minimised(false).await;
    assert_eq!(browser.windows_shown().await.len(), 4);
}

#[tokio::test]
async fn everything_from_sign_in_to_sent_works_without_a_mouse() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&gateway.url("/")).await;
    browser.see("#login:focus").await;
    browser.keys("ralf").await;
    browser.press(Key::Tab).await;
    browser.keys(PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.online().await;

    browser.tab_to("Write").await;
    browser.press(Key::Enter).await;
    browser.see("[role=dialog] .field-to input:focus").await;
    browser.keys("anna@example.org").await;
    browser.tab_to("Show Bcc").await;
    browser.press(Key::Enter).await;
    browser.keys("boss@example.org").await;
    browser.tab_to("Subject").await;
    browser.keys("By keyboard").await;
    browser.tab_to("Message").await;
    browser.keys("No mouse").await;
    browser.press(Key::Escape).await;
    browser
        .see("[role=dialog][data-minimised] button:focus")
        .await;
    browser.press(Key::Enter).await;
    browser.see("[role=dialog]:not([data-minimised])").await;
    browser.tab_to("Message").await;
    browser.keys_while(Key::Control, &[Key::End]).await;
    browser.keys(" at all").await;
    browser.keys_while(Key::Control, &[Key::Enter]).await;
    browser.see_no("[role=dialog]").await;
    browser.see_text("#toasts .toast", "Message sent").await;
    let sent = gateway.sent().remove(0);
    assert!(
        sent.contains("\r\nSubject: By keyboard\r\n") && sent.contains("No mouse at all"),
        "{sent}"
    );
    assert!(!sent.contains("boss@example.org"), "Bcc is in no header");
    let focused = "return document.activeElement !== document.body";
    browser.until(focused, vec![]).await;
}
