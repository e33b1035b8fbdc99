//! Recipients in a real browser: chips, lists that are pasted, proposals, and who asked for a window.

mod chips;
mod lists;
mod proposals;
mod who_asked;

use serde_json::{Value, json};

use crate::support::Browser;
use crate::support::browser::ComposeWindow;

/// The recipients of a field that are chips, as the draft has them.
async fn chips(browser: &Browser, window: &ComposeWindow<'_>, field: &str) -> Vec<String> {
    let css = format!("{} .field-{field} .chip", window.css);
    let script = "return [...document.querySelectorAll(arguments[0])].map((chip) => chip.title)";
    let found = browser.execute(script, vec![json!(css)]).await.unwrap();
    serde_json::from_value(found).unwrap()
}

/// Waits until a field has exactly these chips.
async fn has_chips(browser: &Browser, window: &ComposeWindow<'_>, field: &str, wanted: &[&str]) {
    let css = format!("{} .field-{field} .chip", window.css);
    let script = "const found = [...document.querySelectorAll(arguments[0])].map((chip) => chip.title); \
         return JSON.stringify(found) === JSON.stringify(arguments[1])";
    let told = chips(browser, window, field).await;
    if told != wanted {
        browser.until(script, vec![json!(css), json!(wanted)]).await;
    }
}

/// Pastes a text wherever the focus is, as the browser would.
async fn paste(browser: &Browser, text: &str) -> Value {
    let script = "const data = new DataTransfer(); data.setData('text/plain', arguments[0]); \
         const began = performance.now(); \
         document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); \
         return performance.now() - began";
    browser.execute(script, vec![json!(text)]).await.unwrap()
}
