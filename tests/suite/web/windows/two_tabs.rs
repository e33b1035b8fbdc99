//! One draft, one window, over all tabs, also where browsers offer no locks.

use serde_json::json;

use super::super::{open_window, signed_in};
use super::draft;
use crate::support::{Browser, Gateway};

/// As over plain http.
const NO_LOCKS: &str = "Object.defineProperty(Navigator.prototype, 'locks', {value: undefined})";

/// Scripts that run before those of the page are a tab's own.
async fn without_locks(browser: &Browser) {
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": NO_LOCKS}),
        )
        .await;
}

#[tokio::test]
async fn without_locks_a_closed_tab_leaves_its_window_to_the_next_and_an_open_one_keeps_it() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    without_locks(&browser).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let id = open_window(&gateway, "ralf", &draft("Kept")).await;
    let window = browser.window(&id).await;
    window.add("Message", ", unfinished").await;
    window.has_stored("Text, unfinished").await;
    let first = browser.tab().await;
    let name = browser
        .ask("return sessionStorage.getItem('quillgate.tab')")
        .await;

    // A duplicate has the same name at first.
    browser.new_tab().await;
    without_locks(&browser).await;
    let copy = "sessionStorage.setItem('quillgate.tab', arguments[0])";
    browser.open(&gateway.url("/static/favicon.svg")).await;
    browser.execute(copy, vec![name.clone()]).await.unwrap();
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    let claimed = "const name = sessionStorage.getItem('quillgate.tab'); return name !== arguments[0] && name";
    browser.until(claimed, vec![name]).await;
    assert!(browser.windows_shown().await.is_empty());
    let second = browser.tab().await;

    browser.turn_to(&first).await;
    browser.close_window().await.unwrap();
    browser.turn_to(&second).await;
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.holds("Message", "Text, unfinished").await;
}

#[tokio::test]
async fn a_draft_that_another_tab_has_taken_over_disappears_here() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    without_locks(&browser).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let id = open_window(&gateway, "ralf", &draft("Taken")).await;
    let window = browser.window(&id).await;
    window.add("Message", ", unfinished").await;
    window.has_stored("Text, unfinished").await;
    let first = browser.tab().await;
    // A tab that answers nobody is taken for gone.
    browser
        .ask("BroadcastChannel.prototype.postMessage = () => {}")
        .await;
    browser.new_tab().await;
    without_locks(&browser).await;
    browser.open(&gateway.url("/")).await;
    let window = browser.window(&id).await;
    window.holds("Message", "Text, unfinished").await;
    browser.turn_to(&first).await;
    browser.no_window(&id).await;
    let stored =
        "return Object.keys(localStorage).filter((key) => key.endsWith('/' + arguments[0])).length";
    assert_eq!(browser.execute(stored, vec![json!(id)]).await.unwrap(), 1);
}

#[tokio::test]
async fn a_message_that_is_sent_in_one_tab_is_closed_in_the_other_or_marked() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let (touched, untouched) = (browser.write().await.id, browser.write().await.id);
    let window = browser.window(&touched).await;
    window.add("Message", "here").await;
    window.has_stored("here").await;
    let first = browser.tab().await;
    browser
        .ask("localStorage.setItem('quillgate.undo', '0')")
        .await;
    // What a tab would leave behind that had the same windows.
    let leave = "for (const [key, value] of Object.entries(localStorage)) \
         if (key.startsWith('quillgate.draft.')) localStorage.setItem(key.replace(/\\/[^/]+\\//, '/gone/'), value)";
    browser.ask(leave).await;
    browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    for id in [&touched, &untouched] {
        let window = browser.window(id).await;
        window.add("To", "a@example.org").await;
        window.add("Subject", "Sent").await;
        window.press("Send").await;
        window.is_sent().await;
    }
    browser.turn_to(&first).await;
    browser.no_window(&untouched).await;
    let window = browser.window(&touched).await;
    window
        .see_text(".window-notice", "sent from another tab")
        .await;
    window.holds("Message", "here").await;
    assert_eq!(gateway.sent().len(), 2);
}
