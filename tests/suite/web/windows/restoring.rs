//! After a reload, and after a crash, everything is there again: what was typed, and the cursor.

use fantoccini::key::Key;
use serde_json::json;

use super::super::{open_window, signed_in};
use super::{draft, has_focus};
use crate::support::Gateway;
use crate::support::gateway::Answer;

#[tokio::test]
async fn all_that_was_typed_and_chosen_is_there_after_a_reload_and_so_is_the_selection() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let mut offer = draft("Offer");
    let upload = gateway.post("ralf", "/mail/attachments/offer.txt");
    let upload = upload.header("x-no-location", "true").body("Bytes");
    let stored = Answer::of(upload.send().await.unwrap()).await;
    offer["attachments"] = json!([stored.body["location"]]);
    let id = open_window(&gateway, "ralf", &offer).await;
    let other = open_window(&gateway, "ralf", &draft("Other")).await;
    let window = browser.window(&id).await;
    window.add("To", "half@exam").await;
    window.set("Subject", "Offer of today").await;
    let chosen = "const field = document.querySelector(arguments[0] + ' select[id^=type]'); field.value = 'link'; \
         field.dispatchEvent(new Event('input', {bubbles: true}))";
    browser
        .execute(chosen, vec![json!(window.css)])
        .await
        .unwrap();
    window.add("Message", " selected").await;
    let shift = vec![Key::Left; 8];
    browser.keys_while(Key::Shift, &shift).await;

    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("To", "a@example.org, half@exam").await;
    window.holds("Subject", "Offer of today").await;
    window.see_text(".attachment", "offer.txt").await;
    let type_now =
        "return document.querySelector(arguments[0] + ' select[id^=type]').value === 'link'";
    browser.until(type_now, vec![json!(window.css)]).await;
    has_focus(&browser, &window, "textarea.message").await;
    browser.keys("replaced").await;
    window.holds("Message", "Text replaced").await;
    browser.window(&other).await.holds("Message", "Text").await;

    // The cursor in the middle of a field, and behind what is half typed.
    window.field("Subject").await.click().await.unwrap();
    browser.press(Key::Home).await;
    browser.keys("N").await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    has_focus(&browser, &window, ".field-subject input").await;
    browser.keys("ew o").await;
    window.holds("Subject", "New oOffer of today").await;
    window.field("To").await.click().await.unwrap();
    browser.keys("nex").await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("To", "a@example.org, half@exam, nex").await;
    browser
        .until(
            "return document.activeElement.closest('.field-to') !== null",
            vec![],
        )
        .await;
    browser.keys("t@example.org").await;
    window
        .holds("To", "a@example.org, half@exam, next@example.org")
        .await;
}

#[tokio::test]
async fn a_crash_costs_no_more_than_the_last_moment() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    // A tab that crashes says no farewell.
    let silent = "for (const kind of ['pagehide', 'beforeunload', 'visibilitychange']) \
         window.addEventListener(kind, (event) => event.stopImmediatePropagation(), true)";
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": silent}),
        )
        .await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let id = open_window(&gateway, "ralf", &draft("Kept")).await;
    let window = browser.window(&id).await;
    window.add("Message", "typed").await;
    window.has_stored("Texttyped").await;
    // Also while somebody goes on typing without a pause.
    let typing = "const field = document.querySelector(arguments[0] + ' textarea.message'); let last = 0; \
         const type = (now) => { if (now - last > 50) { last = now; field.value += '.'; field.dispatchEvent(new Event('input', {bubbles: true})); } \
             requestAnimationFrame(type); }; requestAnimationFrame(type)";
    browser
        .execute(typing, vec![json!(window.css)])
        .await
        .unwrap();
    window.has_stored("Texttyped.").await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    assert!(window.value("Message").await.starts_with("Texttyped."));
    has_focus(&browser, &window, "textarea.message").await;
}

#[tokio::test]
async fn what_comes_back_after_a_reload_leaves_the_focus_to_who_is_typing() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft("Kept")).await;
    browser.window(&id).await.add("Message", "typed").await;
    let busy = "addEventListener('DOMContentLoaded', () => { const field = document.createElement('input'); field.id = 'busy'; \
         document.body.append(field); field.focus(); })";
    let script = browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": busy}),
        )
        .await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("Message", "Texttyped").await;
    browser.keys("elsewhere").await;
    assert_eq!(
        browser.ask("return document.activeElement.value").await,
        "elsewhere"
    );
    browser
        .devtools("Page.removeScriptToEvaluateOnNewDocument", script)
        .await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    // The focus was in that field, and in no window, when the page was left.
    window.holds("Message", "Texttyped").await;
    assert_eq!(
        browser
            .ask("return document.activeElement === document.body")
            .await,
        true
    );
}

#[tokio::test]
async fn bars_are_built_when_they_are_opened() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft("Put away")).await;
    let window = browser.window(&id).await;
    window.add("Message", " and more").await;
    window.press("Minimise").await;
    window.is_minimised(true).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.is_minimised(true).await;
    window.see_no(".window-form").await;
    window.see_text(".window-title", "Put away").await;
    window.press("Restore").await;
    window.holds("Message", "Text and more").await;
    has_focus(&browser, &window, "textarea.message").await;
    // What was never opened is closed as well.
    window.press("Minimise").await;
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.see_no(".window-form").await;
    window.press("Close").await;
    window.press("Yes, discard").await;
    browser.no_window(&id).await;
}
