//! From formatting to plain text and back.

use fantoccini::key::Key;
use serde_json::json;

use super::super::{open_window, signed_in};
use super::{html, see_html, sent, shortcut};
use crate::support::Gateway;

#[tokio::test]
async fn nothing_is_lost_on_the_way_to_plain_text_and_back() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let rich = "<p>Dear <b>customer</b>, <a href=\"https://example.org/x\">see here</a></p><ul><li>one</li><li>two<ol><li>three</li></ol></li></ul>\
         <blockquote><p>They <span style=\"color: rgb(179, 38, 30);\">said</span></p></blockquote>";
    let draft = json!({"to": ["a@example.org"], "subject": "There and back", "bodyHtml": rich});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.enter_message().await;
    let shown = see_html(&browser, "<b>customer</b>").await;
    browser.enter_parent_frame().await.unwrap();

    // It asks first, because what is sent looks different.
    window.press("Plain text").await;
    browser.see_text("dialog", "Switch to plain text?").await;
    browser
        .button("Use plain text")
        .await
        .click()
        .await
        .unwrap();
    let text = "Dear customer, see here <https://example.org/x>\n\n- one\n- two\n  1. three\n\n> They said";
    window.holds("Message", text).await;
    window.press("Formatting").await;
    window.enter_message().await;
    assert_eq!(
        html(&browser).await,
        shown,
        "unchanged, it comes back as it was"
    );
    browser.enter_parent_frame().await.unwrap();

    // Also over a reload.
    window.press("Plain text").await;
    browser
        .button("Use plain text")
        .await
        .click()
        .await
        .unwrap();
    window.has_stored("\"kept\":{").await;
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.holds("Message", text).await;
    window.press("Formatting").await;
    window.enter_message().await;
    see_html(&browser, "<b>customer</b>").await;
    browser.enter_parent_frame().await.unwrap();

    // What was changed as text is what counts, and what text has signs for is still there.
    window.press("Plain text").await;
    browser
        .button("Use plain text")
        .await
        .click()
        .await
        .unwrap();
    browser.keys_while(Key::Control, &[Key::End]).await;
    browser.press(Key::Enter).await;
    browser.keys("> more").await;
    window.press("Formatting").await;
    window.enter_message().await;
    let converted = see_html(&browser, "<div>more</div>").await;
    for part in [
        "Dear customer, see here &lt;<a href=\"https://example.org/x\">https://example.org/x</a>&gt;",
        "<ul><li>one</li><li>two<ol><li>three</li></ol></li></ul>",
        "<blockquote><div>They said</div><div>more</div></blockquote>",
    ] {
        assert!(converted.contains(part), "{part} in {converted}");
    }
    browser.enter_parent_frame().await.unwrap();
    window.press("Plain text").await;
    window.holds("Message", &format!("{text}\n> more")).await;

    // Plain text is sent as plain text, and chosen for the next message.
    window.press("Send").await;
    window.is_sent().await;
    let mail = gateway.sent().remove(0);
    assert!(!mail.contains("text/html"), "{mail}");
    let own = browser.write().await;
    own.see("textarea.message").await;
}

#[tokio::test]
async fn a_message_and_its_cursor_come_back_after_a_reload() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("To", "a@example.org").await;
    window.add("Subject", "Cursor").await;
    window.add("Message", "First line").await;
    window.enter_message().await;
    browser.press(Key::Enter).await;
    browser.keys("Second").await;
    shortcut(&browser, &[Key::Control], 'b').await;
    browser.keys("bold").await;
    for _ in 0..3 {
        browser.press(Key::Left).await;
    }
    browser.enter_parent_frame().await.unwrap();
    window.has_stored("<b>bold</b>").await;
    // The frame tells where its cursor is a moment after it was moved.
    let told = "return Object.values(localStorage).some((value) => value.includes('\"start\":19'))";
    let note = "window.dispatchEvent(new Event('pagehide'))";
    let script = format!("{note}; {told}");
    browser.until(&script, vec![]).await;
    let id = window.id.clone();
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.enter_message().await;
    browser
        .until(
            "return document.hasFocus() && getSelection().anchorNode?.data === 'bold'",
            vec![],
        )
        .await;
    browser.keys("|").await;
    see_html(&browser, "<div>Second<b>b|old</b></div>").await;
    browser.enter_parent_frame().await.unwrap();
    window.press("Send").await;
    window.is_sent().await;
    let (text, html) = sent(&gateway);
    assert!(
        html.contains("<div>First line</div><div>Second<b>b|old</b></div>"),
        "{html}"
    );
    assert_eq!(text.trim_end(), "First line\nSecondb|old");
}
