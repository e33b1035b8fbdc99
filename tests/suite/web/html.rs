//! An HTML message: shown in a frame of its own, edited there, and sent as shown.

use fantoccini::Locator;
use fantoccini::key::Key;
use mail_parser::MessageParser;
use serde_json::json;

use super::{open_window, signed_in};
use crate::support::Gateway;

#[tokio::test]
async fn an_html_message_is_edited_by_typing_and_sent_as_shown() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let html = "<p id=\"greeting\">Dear customer,</p><table border=\"1\"><tr><td><b>Total</b></td><td>12 €</td></tr></table>\
         <p><a href=\"https://example.org/pay?a=1&amp;b=2\">Pay</a></p>";
    let id = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["a@example.org"], "subject": "Bill", "bodyHtml": html}),
    )
    .await;
    let window = browser.window(&id).await;
    window.enter_message().await;
    browser
        .find(Locator::Css("#message p"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.press(Key::End).await;
    browser.keys(" <you & me>").await;
    browser
        .see_text("#message p", "Dear customer, <you & me>")
        .await;
    browser.enter_parent_frame().await.unwrap();
    window
        .has_stored("Dear customer, &lt;you &amp; me&gt;")
        .await;

    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.enter_message().await;
    browser
        .see_text("#message p", "Dear customer, <you & me>")
        .await;
    browser
        .find(Locator::Css("#message p"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.press(Key::Home).await;
    browser.keys("Hi! ").await;
    // What was typed last has not been reported by the frame yet.
    browser.keys_while(Key::Control, &[Key::Enter]).await;
    browser.enter_parent_frame().await.unwrap();
    window.is_sent().await;

    let sent = gateway.sent().remove(0);
    let message = MessageParser::new().parse(sent.as_bytes()).unwrap();
    assert_eq!(message.html_body_count(), 1);
    let html = message.body_html(0).unwrap();
    assert!(
        html.contains("Hi! Dear customer, &lt;you &amp; me&gt;"),
        "{html}"
    );
    assert!(
        html.contains("<b>Total</b>") && html.contains("12 €"),
        "{html}"
    );
    assert!(
        html.contains("href=\"https://example.org/pay?a=1&amp;b=2\""),
        "{html}"
    );
    let text = message.body_text(0).unwrap();
    assert!(
        text.contains("Hi! Dear customer, <you & me>")
            && text.contains("https://example.org/pay?a=1&b=2"),
        "{text}"
    );
}
