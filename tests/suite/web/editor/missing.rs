//! An editor that comes late, or does not come: the message is there all the same.

use serde_json::json;

use super::super::{open_window, signed_in};
use super::see_html;
use crate::support::{Axe, Browser, Gateway};

const FAILED: &str = ".stand-in[data-state=failed]";

/// In the page: an editor that is to be held back gets its address later, and one that is to be gone that of something
/// without a script. No spare one is kept, and while one is held the patience of windows is a
/// twentieth, except for that with the frame itself.
const PAGE: &str = "delete Element.prototype.moveBefore; \
     window.WebSocket = class extends WebSocket { constructor(...to) { super(...to); window.socket = this; } }; \
     const set = Element.prototype.setAttribute; \
     window.held = []; \
     Element.prototype.setAttribute = function (name, value) { \
         const way = this.localName === 'iframe' && name === 'src' && sessionStorage.getItem('editor'); \
         if (way === 'held') window.held.push(() => set.call(this, name, value)); \
         else set.call(this, name, way === 'gone' ? value.replace('editor.html', 'editor.css') : value); \
     }; \
     document.addEventListener('load', (event) => { \
         if (event.target.localName === 'iframe' && !event.target.hasAttribute('src')) event.stopImmediatePropagation(); \
     }, true); \
     const later = setTimeout; \
     window.setTimeout = (act, delay, ...more) => \
         later(act, window.held.length && /body.(rich-text|plain-text)/.test(new Error().stack) ? delay / 20 : delay, ...more)";

/// What becomes of editors from now on: `held`, `gone`, or nothing special.
async fn editors_are(browser: &Browser, way: &str) {
    let script = "sessionStorage.setItem('editor', arguments[0])";
    browser.execute(script, vec![json!(way)]).await.unwrap();
}

/// A page whose editors can be held back.
async fn page(gateway: &Gateway) -> Option<(Browser, String)> {
    let browser = signed_in(gateway, "ralf").await?;
    let script = browser.before_every_page(PAGE).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    Some((browser, script))
}

#[tokio::test]
async fn a_slow_editor_is_waited_for_and_takes_over_what_was_typed_meanwhile() {
    let gateway = Gateway::start().await;
    let Some((browser, script)) = page(&gateway).await else {
        return;
    };
    browser
        .ask("localStorage.setItem('quillgate.plainText', '1')")
        .await;
    let window = browser.write().await;
    window.set("Message", "One").await;
    editors_are(&browser, "held").await;
    window.press("Formatting").await;
    window.see_text(".editor-status", "Loading").await;
    window.add("Message", " two").await;
    // Twenty seconds, to the window.
    browser
        .ask("setTimeout(() => { window.late = true }, 1000)")
        .await;
    browser.until("return window.late", vec![]).await;
    browser.see_no(".toast").await;
    browser
        .ask("window.held.splice(0).forEach((go) => go())")
        .await;
    window.enter_message().await;
    see_html(&browser, "One two").await;
    browser.enter_parent_frame().await.unwrap();
    browser.no_more(&script).await;
}

#[tokio::test]
async fn without_the_editor_a_message_is_read_goes_on_as_plain_text_and_comes_back() {
    let gateway = Gateway::start().await;
    let Some((axe, (browser, script))) = Axe::get().zip(page(&gateway).await) else {
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
    editors_are(&browser, "gone").await;
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
    window.see_no(".stand-in[data-state]").await;
    editors_are(&browser, "").await;
    window.press("Formatting").await;
    window.enter_message().await;
    see_html(&browser, "<b>you</b>").await;
    browser.enter_parent_frame().await.unwrap();
    browser.no_more(&script).await;
}

#[tokio::test]
async fn an_editor_is_tried_again_by_a_button_with_its_window_and_with_the_network() {
    let gateway = Gateway::start().await;
    let Some((browser, script)) = page(&gateway).await else {
        return;
    };
    editors_are(&browser, "gone").await;
    let window = browser.write().await;
    window.see(FAILED).await;
    let other = browser.write().await;
    other.see(FAILED).await;
    other.press("Minimise").await;
    editors_are(&browser, "").await;
    window.press("Try again").await;
    window.see("iframe.message").await;
    window.see_no(".stand-in[data-state]").await;
    window.set("Subject", "Now with an editor").await;
    window.add("Message", "Typed").await;
    window.holds("Message", "Typed").await;
    other.press("Restore").await;
    other.see("iframe.message").await;
    other.see_no(".stand-in[data-state]").await;
    // By itself, too, once there is a network again, or another connection.
    for over_the_network in [true, false] {
        editors_are(&browser, "gone").await;
        let window = browser.write().await;
        window.see(FAILED).await;
        editors_are(&browser, "").await;
        if over_the_network {
            browser.emulate_network(false).await;
            browser.emulate_network(true).await;
        } else {
            browser.ask("window.socket.close()").await;
        }
        window.see("iframe.message").await;
        window.see_no(".stand-in[data-state]").await;
    }
    browser.no_more(&script).await;
}
