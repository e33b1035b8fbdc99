//! Identities and signatures, as their owner changes them.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::super::my_files::{press_in, turn_to};
use super::{at_settings, press, set};
use crate::support::{Browser, Gateway};

/// Into the editor of the signature, with the cursor.
async fn enter_signature(browser: &Browser) {
    let frame = browser.see(".signature-body iframe").await;
    browser
        .see_no(".signature-body .stand-in[data-state]")
        .await;
    frame.clone().enter_frame().await.unwrap();
    let there = "return document.querySelector('#message')?.childNodes.length > 0";
    browser.until(there, vec![]).await;
    browser
        .find(Locator::Css("#message"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
}

async fn own(gateway: &Gateway) -> Value {
    let answer = gateway.get_json("ralf", "/me/identities").await;
    answer.body["identities"][0].clone()
}

#[tokio::test]
async fn a_signature_and_a_name_are_written_by_keyboard_and_new_windows_know_them() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    browser.tab_to("Edit ralf@example.org").await;
    browser.keys("\n").await;
    browser.see(".setting-form [id$=name]:focus").await;
    axe.look(&browser, "settings, an identity").await;
    browser.keys(" Jr.").await;
    set(&browser, "Reply-To", "nobody").await;
    browser.keys("\n").await;
    browser
        .see_text(".field-error", "This is no mail address")
        .await;
    browser.see("[id$=replyTo]:focus[aria-invalid]").await;
    axe.look(&browser, "settings, an identity, refused").await;
    set(&browser, "Reply-To", "team@example.org").await;
    browser
        .see_text(".preview", "Ralf Becker Jr. <ralf@example.org>")
        .await;
    enter_signature(&browser).await;
    browser
        .keys("Ralf <ralf@example.org>\nExample Inc. & Sons")
        .await;
    browser.enter_parent_frame().await.unwrap();
    press(&browser, "Save").await;
    browser.see_text(".toast", "The identity is saved").await;
    browser.see("#settings [data-identity] button:focus").await;
    browser.see_text(".setting-item", "With signature").await;
    let saved = own(&gateway).await;
    assert_eq!(saved["name"], "Ralf Becker Jr.");
    assert_eq!(saved["replyTo"], "team@example.org");
    // Without formatting it is text.
    assert_eq!(
        saved["signature"],
        "Ralf <ralf@example.org>\nExample Inc. & Sons"
    );
    browser.see(".toast button").await.click().await.unwrap();
    browser.see_no(".toast").await;
    turn_to(&browser, "Home").await;
    let window = browser.write().await;
    window
        .see_text("select", "Ralf Becker Jr. <ralf@example.org>")
        .await;
}

#[tokio::test]
async fn a_signature_with_formatting_is_html_and_stays_as_it_is_until_somebody_changes_it() {
    let gateway = Gateway::start().await;
    let Some((_, browser)) = at_settings(&gateway).await else {
        return;
    };
    press(&browser, "Edit ralf@example.org").await;
    enter_signature(&browser).await;
    browser.chars_while(Key::Control, &['b']).await;
    browser.keys("Ralf").await;
    browser.chars_while(Key::Control, &['b']).await;
    browser.keys(" B.").await;
    // The form, too, hears of these keys.
    browser.keys_while(Key::Control, &[Key::Enter]).await;
    browser.enter_parent_frame().await.unwrap();
    browser.see_text(".setting-item", "With signature").await;
    let html = own(&gateway).await["signature"].clone();
    assert_eq!(html, "<div><b>Ralf</b>&nbsp;B.</div>");

    browser.see("[data-identity] button:focus").await;
    browser.keys("\n").await;
    enter_signature(&browser).await;
    let shown = "return document.querySelector('#message b')?.textContent === 'Ralf'";
    browser.until(shown, vec![]).await;
    browser.enter_parent_frame().await.unwrap();
    set(&browser, "Label", "office").await;
    press(&browser, "Save").await;
    browser.see_text(".setting-item", "office").await;
    assert_eq!(own(&gateway).await["signature"], html);

    // What is written here survives a look at another page of the client.
    browser.see("[data-identity] button:focus").await;
    browser.keys("\n").await;
    enter_signature(&browser).await;
    browser.keys("Dr. ").await;
    browser.enter_parent_frame().await.unwrap();
    turn_to(&browser, "Home").await;
    turn_to(&browser, "Settings").await;
    enter_signature(&browser).await;
    let kept = "return document.querySelector('#message').textContent.includes('Dr.')";
    browser.until(kept, vec![]).await;
    browser.enter_parent_frame().await.unwrap();
    press(&browser, "Cancel").await;
    browser.see("dialog[open]").await;
}

#[tokio::test]
async fn changes_are_not_lost_by_accident() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    let leaves =
        "const event = new Event('beforeunload', {cancelable: true}); return dispatchEvent(event)";
    press(&browser, "Edit ralf@example.org").await;
    assert_eq!(
        browser.ask(leaves).await,
        json!(true),
        "nothing is typed yet"
    );
    set(&browser, "Label", "office").await;
    assert_eq!(browser.ask(leaves).await, json!(false));
    // Another page of the client, and back.
    turn_to(&browser, "Home").await;
    turn_to(&browser, "Settings").await;
    let label = browser.labelled("Label").await;
    assert_eq!(
        label.prop("value").await.unwrap().as_deref(),
        Some("office")
    );
    press(&browser, "Cancel").await;
    browser.see("dialog[open]").await;
    axe.look(&browser, "settings, changes to be discarded")
        .await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    assert_eq!(
        label.prop("value").await.unwrap().as_deref(),
        Some("office")
    );
    press(&browser, "Cancel").await;
    press_in(&browser, "[self::dialog]", "Discard changes").await;
    browser.see_no("[data-identity] form").await;
    assert_eq!(own(&gateway).await["label"], "");
    assert_eq!(browser.ask(leaves).await, json!(true));
}
