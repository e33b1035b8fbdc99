//! Marks, lists, links and quotes while somebody types.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use super::super::signed_in;
use super::{html, see_html, sent, shortcut};
use crate::support::Gateway;

const CTRL: &[Key] = &[Key::Control];
const CTRL_SHIFT: &[Key] = &[Key::Control, Key::Shift];

#[tokio::test]
async fn a_message_is_written_by_keyboard_undone_and_sent_as_shown() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("To", "a@example.org").await;
    window.add("Subject", "Marks").await;
    window.enter_message().await;
    browser
        .find(Locator::Css("#message"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    assert_eq!(html(&browser).await, "<div><br></div>");
    browser
        .keys("See https://example.org/a?b=1, or anna@example.org ")
        .await;
    see_html(&browser, "<a href=\"mailto:anna@example.org\">").await;
    browser.press(Key::Enter).await;
    for (key, word) in [('b', "strong"), ('i', "slanted"), ('u', "lined")] {
        shortcut(&browser, CTRL, key).await;
        browser.keys(word).await;
        shortcut(&browser, CTRL, key).await;
    }
    let typed = html(&browser).await;
    assert!(
        typed.contains("<div><b>strong</b><i>slanted</i><u>lined</u></div>"),
        "{typed}"
    );
    browser.press(Key::Enter).await;
    shortcut(&browser, CTRL_SHIFT, '8').await;
    browser.keys("one").await;
    browser.press(Key::Enter).await;
    browser.keys("two").await;
    let typed = see_html(&browser, "<ul><li>one</li><li>two</li></ul>").await;

    // The browser's own undo knows every step.
    shortcut(&browser, CTRL_SHIFT, '7').await;
    see_html(&browser, "<ol>").await;
    shortcut(&browser, CTRL, 'z').await;
    assert_eq!(see_html(&browser, "<ul>").await, typed);
    browser.press(Key::Enter).await;
    browser.press(Key::Enter).await;
    shortcut(&browser, CTRL_SHIFT, '9').await;
    browser.keys("They said").await;
    see_html(&browser, "<blockquote>").await;
    browser.press(Key::Enter).await;
    browser.press(Key::Enter).await;
    browser.keys("I say").await;
    browser.enter_parent_frame().await.unwrap();

    // The tools show where the cursor is, and work by mouse without taking the focus away.
    let pressed = "return document.querySelector(`${arguments[0]} .editor-tool[aria-label=\"${arguments[1]}\"]`).getAttribute('aria-pressed') === arguments[2]";
    let shows = |tool: &'static str, state: &'static str| {
        browser.until(pressed, vec![json!(window.css), json!(tool), json!(state)])
    };
    shows("Quote", "false").await;
    window.press("Bold").await;
    shows("Bold", "true").await;
    browser.keys("!").await;
    browser.keys_while(Key::Control, &[Key::Enter]).await;
    window.is_sent().await;

    let (text, html) = sent(&gateway);
    for part in [
        "<a href=\"https://example.org/a?b=1\">https://example.org/a?b=1</a>,",
        "<a href=\"mailto:anna@example.org\">anna@example.org</a>",
        "<b>strong</b><i>slanted</i><u>lined</u>",
        "<ul><li>one</li><li>two</li></ul>",
        "<blockquote>",
        "I say<b>!</b>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for part in ["contenteditable", "class=", "style=", "They said<br>"] {
        assert!(!html.contains(part), "{part} in {html}");
    }
    assert_eq!(
        text.trim_end(),
        "See https://example.org/a?b=1, or anna@example.org\nstrongslantedlined\n\n- one\n- two\n\n> They said\n\nI say!"
    );
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_link_is_set_changed_and_removed_and_the_tools_are_one_stop_for_tab() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("Message", "Read this page").await;
    let select = "const text = document.querySelector('#message div').firstChild; getSelection().setBaseAndExtent(text, 5, text, 9)";
    window.enter_message().await;
    browser.ask(select).await;
    shortcut(&browser, CTRL, 'k').await;
    browser.enter_parent_frame().await.unwrap();
    browser.see("dialog[open]").await;
    assert_eq!(
        browser.labelled("Text").await.prop("value").await.unwrap(),
        Some("this".to_owned())
    );
    let address = browser.labelled("Address").await;
    address.send_keys("javascript:alert(1)").await.unwrap();
    browser.button("Apply").await.click().await.unwrap();
    browser
        .see_text("dialog .form-error", "begins with https://")
        .await;
    address.clear().await.unwrap();
    address.send_keys("example.org/x").await.unwrap();
    browser.button("Apply").await.click().await.unwrap();
    window.enter_message().await;
    see_html(
        &browser,
        "Read <a href=\"https://example.org/x\">this</a> page",
    )
    .await;
    shortcut(&browser, CTRL, 'k').await;
    browser.enter_parent_frame().await.unwrap();
    browser.see("dialog[open]").await;
    browser.button("Remove link").await.click().await.unwrap();
    window.enter_message().await;
    see_html(&browser, "<div>Read this page</div>").await;
    browser.enter_parent_frame().await.unwrap();

    // From the subject over one of the tools into the message, and along the tools by arrows.
    window.field("Subject").await.click().await.unwrap();
    let name = "return document.activeElement.getAttribute('aria-label')";
    browser.press(Key::Tab).await;
    assert_eq!(browser.ask(name).await, "Bold");
    browser.press(Key::Left).await;
    assert_eq!(browser.ask(name).await, "Plain text");
    browser.press(Key::Tab).await;
    let named = "return document.activeElement.getAttribute('aria-label') === 'Message'";
    browser.until(named, vec![]).await;
}
