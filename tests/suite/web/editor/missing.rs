//! An editor that comes late, or does not come: the message is there all the same.

use serde_json::json;

use super::super::{open_window, signed_in};
use super::see_html;
use crate::support::{Axe, Browser, Gateway};

const FAILED: &str = ".stand-in[data-state=failed]";

/// Its script does not come any more, or comes again.
async fn let_through(browser: &Browser, comes: bool) {
    let gone: &[&str] = if comes { &[] } else { &["*editor/editor.js*"] };
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setBlockedURLs", json!({"urls": gone}))
        .await;
}

/// From the next page on, windows have to wait for their editor, and their patience is a twentieth.
const IMPATIENT: &str = "delete Element.prototype.moveBefore; const later = setTimeout; \
     window.setTimeout = (act, delay, ...more) => later(act, /compose\\/body\\//.test(new Error().stack) ? delay / 20 : delay, ...more)";

#[tokio::test]
async fn a_slow_editor_is_waited_for_and_takes_over_what_was_typed_meanwhile() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let script = browser.before_every_page(IMPATIENT).await;
    browser
        .ask("localStorage.setItem('quillgate.plainText', '1')")
        .await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.write().await;
    window.set("Message", "One").await;
    let held = json!({"patterns": [{"urlPattern": "*editor/editor.js*"}]});
    browser.devtools("Fetch.enable", held).await;
    window.press("Formatting").await;
    window.see_text(".editor-status", "Loading").await;
    window.add("Message", " two").await;
    // Twenty seconds, to the window.
    browser
        .ask("setTimeout(() => { window.late = true }, 1000)")
        .await;
    browser.until("return window.late", vec![]).await;
    browser.see_no(".toast").await;
    browser.devtools("Fetch.disable", json!({})).await;
    window.enter_message().await;
    see_html(&browser, "One two").await;
    browser.enter_parent_frame().await.unwrap();
    browser.no_more(&script).await;
}

#[tokio::test]
async fn without_the_editor_a_message_is_read_goes_on_as_plain_text_and_comes_back() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = Axe::get().zip(signed_in(&gateway, "ralf").await) else {
        return;
    };
    let draft = json!({"to": ["a@example.org"], "subject": "Rich", "bodyHtml": "<p>Hello <b>you</b> &amp; me</p><ul><li>one</li></ul>"});
    let text = "Hello you & me\n\n- one";
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.enter_message().await;
    browser.enter_parent_frame().await.unwrap();
    window.add("To", "b@example.org,").await;
    window.has_stored("<b>you</b>").await;
    let_through(&browser, false).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    window
        .see_text(FAILED, "The editor could not be loaded")
        .await;
    let shown = "return document.querySelector(arguments[0] + ' .stand-in textarea')?.value";
    let shown = browser.until(shown, vec![json!(window.css)]).await;
    assert_eq!(shown, text);
    axe.look(&browser, "a window without its editor").await;

    // A caller is not told that a window is open which cannot be read as it should be.
    let refused = gateway.post_json("ralf", "/mail/compose", &draft).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(refused.body["details"]["reason"], "refused");
    assert_eq!(browser.windows_shown().await, [id.as_str()]);
    // Plain text needs no editor, and stays plain without it.
    let plain = json!({"to": ["a@example.org"], "subject": "Plain", "body": "Plain"});
    let plain = browser
        .window(&open_window(&gateway, "ralf", &plain).await)
        .await;
    plain.press("Formatting").await;
    browser
        .see_text(".toast", "The message stays plain text")
        .await;
    plain.holds("Message", "Plain").await;
    plain.press("Close").await;
    browser.no_window(&plain.id).await;

    window.press("Edit as plain text").await;
    browser.see_text("dialog", "Switch to plain text?").await;
    browser
        .button("Use plain text")
        .await
        .click()
        .await
        .unwrap();
    window.holds("Message", text).await;
    window.see_no("[data-state]").await;
    let_through(&browser, true).await;
    window.press("Formatting").await;
    window.enter_message().await;
    see_html(&browser, "<b>you</b>").await;
    browser.enter_parent_frame().await.unwrap();
}

#[tokio::test]
async fn an_editor_is_tried_again_by_a_button_and_when_its_window_is_opened_again() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let_through(&browser, false).await;
    let browser = super::super::arrive(browser, &gateway, "ralf").await.unwrap();
    let window = browser.write().await;
    window.see(FAILED).await;
    let other = browser.write().await;
    other.see(FAILED).await;
    other.press("Minimise").await;
    let_through(&browser, true).await;
    window.press("Try again").await;
    window.see("iframe.message").await;
    window.see_no("[data-state]").await;
    window.set("Subject", "Now with an editor").await;
    window.add("Message", "Typed").await;
    window.holds("Message", "Typed").await;
    other.press("Restore").await;
    other.see("iframe.message").await;
    other.see_no("[data-state]").await;
}
