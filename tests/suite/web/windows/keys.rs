//! From window to window by keyboard.

use fantoccini::key::Key;

use super::super::{open_window, signed_in};
use super::{draft, has_focus};
use crate::support::Gateway;

#[tokio::test]
async fn f6_goes_around_the_windows_the_bars_and_the_page_and_finds_the_cursor_again() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.resize(1440, 900).await;
    let mut ids = Vec::new();
    for subject in ["One", "Two", "Bar"] {
        ids.push(open_window(&gateway, "ralf", &draft(subject)).await);
    }
    let one = browser.window(&ids[0]).await;
    let two = browser.window(&ids[1]).await;
    let bar = browser.window(&ids[2]).await;
    bar.press("Minimise").await;
    bar.is_minimised(true).await;
    one.field("Subject").await.click().await.unwrap();
    two.field("Message").await.click().await.unwrap();
    browser.press(Key::F6).await;
    has_focus(&browser, &bar, ".window-toggle").await;
    browser.press(Key::F6).await;
    browser.see("#write:focus").await;
    browser.press(Key::F6).await;
    has_focus(&browser, &one, ".field-subject input").await;
    browser.press(Key::F6).await;
    has_focus(&browser, &two, "textarea.message").await;
    browser.keys_while(Key::Shift, &[Key::F6]).await;
    has_focus(&browser, &one, ".field-subject input").await;
}

#[tokio::test]
async fn the_keys_are_told_in_the_menu_of_a_window() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let own = browser.write().await;
    own.press("More for this window").await;
    browser.see(".menu").await;
    browser.press(Key::End).await;
    browser.press(Key::Enter).await;
    browser.see_text("dialog[open]", "F6").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    own.see(".window-more:focus").await;
    own.is_minimised(false).await;
}
