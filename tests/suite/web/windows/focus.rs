//! A window that opens by itself takes nothing from somebody who is typing.

use serde_json::json;

use super::super::{open_window, signed_in};
use super::{draft, drag, has_focus, html_draft, place, title, write_plain};
use crate::support::Gateway;

#[tokio::test]
async fn an_input_method_and_the_frame_of_a_message_keep_the_focus() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.resize(1440, 900).await;
    let own = write_plain(&browser).await;
    own.field("Subject").await.click().await.unwrap();
    browser
        .devtools(
            "Input.imeSetComposition",
            json!({"text": "にほ", "selectionStart": 2, "selectionEnd": 2}),
        )
        .await;
    let before = place(&browser, &own.css).await;
    let first = open_window(&gateway, "ralf", &html_draft("First")).await;
    browser.window(&first).await.is_minimised(false).await;
    browser
        .devtools("Input.insertText", json!({"text": "日本"}))
        .await;
    own.holds("Subject", "日本").await;
    has_focus(&browser, &own, ".field-subject input").await;
    assert_eq!(
        place(&browser, &own.css).await,
        before,
        "it has not even moved"
    );

    let first = browser.window(&first).await;
    first.enter_message().await;
    browser.see("#message").await.click().await.unwrap();
    browser.keys("ab").await;
    browser.enter_parent_frame().await.unwrap();
    let before = place(&browser, &first.css).await;
    // There is no room for a third one that would leave the others as they are.
    let second = open_window(&gateway, "ralf", &draft("Second")).await;
    let second = browser.window(&second).await;
    second.is_minimised(true).await;
    second.see_text(".window-mark", "New").await;
    browser
        .see_text("#toasts .toast", "New message: Second")
        .await;
    has_focus(&browser, &first, "iframe.message").await;
    first.enter_message().await;
    browser.keys("cd").await;
    browser.see_text("#message", "abcd").await;
    browser.enter_parent_frame().await.unwrap();
    let now = place(&browser, &first.css).await;
    assert_eq!(
        (now.left, now.top, now.right),
        (before.left, before.top, before.right)
    );
}

#[tokio::test]
async fn a_field_of_a_page_keeps_the_focus_and_its_place_in_view() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.resize(1440, 600).await;
    // Where the first window would stand, at the end of a long page.
    let field = "const field = document.createElement('input'); field.id = 'far'; \
         field.style.cssText = 'position: absolute; top: 3000px; right: 100px'; document.body.append(field); field.focus()";
    browser.ask(field).await;
    browser.keys("half a ").await;
    let scrolled = browser.ask("return scrollY").await;
    let id = open_window(&gateway, "ralf", &draft("Unasked")).await;
    browser.window(&id).await.is_minimised(true).await;
    browser.keys("word").await;
    assert_eq!(
        browser
            .ask("return [document.activeElement.value, scrollY]")
            .await,
        json!(["half a word", scrolled])
    );
    // Nobody types any more: the next one has room, and the focus.
    browser.ask("document.getElementById('far').remove()").await;
    let id = open_window(&gateway, "ralf", &draft("Unasked, too")).await;
    let window = browser.window(&id).await;
    window.is_minimised(false).await;
    browser
        .until(
            "return document.activeElement === document.querySelector(arguments[0])",
            vec![json!(window.css)],
        )
        .await;
}

#[tokio::test]
async fn a_window_in_full_screen_and_one_that_floats_are_not_covered() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.resize(1440, 900).await;
    let own = write_plain(&browser).await;
    own.press("Full screen").await;
    own.field("Message").await.click().await.unwrap();
    let before = place(&browser, &own.css).await;
    let first = open_window(&gateway, "ralf", &draft("First")).await;
    let first = browser.window(&first).await;
    first.is_minimised(true).await;
    first.see_text(".window-mark", "New").await;
    browser.keys("still typing").await;
    own.holds("Message", "still typing").await;
    let now = place(&browser, &own.css).await;
    assert_eq!((now.left, now.top), (before.left, before.top));
    // Also where the person is looking and not typing.
    browser.press_somewhere().await;
    let second = open_window(&gateway, "ralf", &draft("Second")).await;
    browser.window(&second).await.is_minimised(true).await;
    own.is_minimised(false).await;

    own.press("Leave full screen").await;
    drag(&browser, &title(&own), -200, -50).await;
    own.field("Message").await.click().await.unwrap();
    let third = open_window(&gateway, "ralf", &draft("Third")).await;
    let third = browser.window(&third).await;
    third.is_minimised(true).await;
    drag(&browser, &title(&own), -600, 0).await;
    own.field("Message").await.click().await.unwrap();
    let fourth = open_window(&gateway, "ralf", &draft("Fourth")).await;
    let fourth = browser.window(&fourth).await;
    fourth.is_minimised(false).await;
    let (one, other) = (
        place(&browser, &own.css).await,
        place(&browser, &fourth.css).await,
    );
    assert!(!one.overlaps(other), "{one:?} {other:?}");
}
