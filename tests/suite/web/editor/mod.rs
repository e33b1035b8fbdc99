//! The message editor: what keys, tools, the clipboard and files make of a message, and what is sent of it.

mod hostile;
mod images;
mod missing;
mod paste;
mod signature;
mod spare;
mod switching;
mod typing;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::support::browser::text_of;
use crate::support::{Browser, Gateway};

/// Presses a key while others are held.
async fn shortcut(browser: &Browser, held: &[Key], key: char) {
    let down = held
        .iter()
        .map(|&key| KeyAction::Down { value: key.into() });
    let up = held
        .iter()
        .rev()
        .map(|&key| KeyAction::Up { value: key.into() });
    let press = [KeyAction::Down { value: key }, KeyAction::Up { value: key }];
    let keys = down.chain(press).chain(up);
    let keyboard = keys.fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
    browser.perform_actions(keyboard).await.unwrap();
}

/// Puts data of some types on a clipboard and pastes it, in the frame of a message.
async fn paste(browser: &Browser, data: Value) {
    let script = "const data = new DataTransfer(); \
         for (const [kind, text] of Object.entries(arguments[0])) data.setData(kind, text); \
         document.querySelector('#message').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))";
    browser.execute(script, vec![data]).await.unwrap();
}

/// What is in the frame.
async fn html(browser: &Browser) -> String {
    text_of(
        &browser
            .ask("return document.querySelector('#message').innerHTML")
            .await,
    )
}

/// Waits until the frame holds some HTML, and returns all of it.
async fn see_html(browser: &Browser, part: &str) -> String {
    let script = "const {innerHTML} = document.querySelector('#message'); return innerHTML.includes(arguments[0]) && innerHTML";
    text_of(&browser.until(script, vec![json!(part)]).await)
}

/// The text and the HTML of the only mail that was sent.
fn sent(gateway: &Gateway) -> (String, String) {
    let sent = gateway.sent();
    assert_eq!(sent.len(), 1);
    let message = MessageParser::new().parse(sent[0].as_bytes()).unwrap();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    let html = message.body_html(0).unwrap().replace("\r\n", "\n");
    (text, html)
}
