//! The signature of the identity: seen in the text, swapped with it, sent once.

use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::NewIdentity;
use quillgate::ids::{AccountId, IdentityId};
use serde_json::json;

use super::super::{open_window, signed_in};
use super::{html, see_html, sent};
use crate::support::Gateway;
use reqwest::Method;

/// `ralf` signs as HTML with his first identity, and as text with another.
async fn sign(gateway: &Gateway) {
    let signature = json!({"signature": "<p>Ralf <b>Becker</b><br>Caf&eacute;</p>"});
    let answer = gateway
        .request(Method::PATCH, "/me/identities/1")
        .basic_auth("ralf", Some(crate::support::people::PASSWORD))
        .json(&signature)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let new = NewIdentity {
        email: "sales@example.org".to_owned(),
        signature: Some("Sales <sales@example.org>\n& more".to_owned()),
        ..NewIdentity::default()
    };
    gateway
        .change(move |db| async move {
            let (_, changes) =
                identities::add(&db, Some(IdentityId(11)), AccountId(1), "ralf", new).await?;
            Ok(changes)
        })
        .await;
}

#[tokio::test]
async fn the_signature_is_in_the_text_and_follows_the_identity() {
    let gateway = Gateway::start().await;
    sign(&gateway).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = json!({
        "to": ["a@example.org"], "subject": "Signed", "bodyHtml": "<p>Text</p><blockquote><p>Quoted</p></blockquote>",
    });
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    let first =
        "<p>Text</p><div class=\"signature\"><p>Ralf <b>Becker</b><br>Café</p></div><blockquote>";
    window.enter_message().await;
    see_html(&browser, first).await;
    browser.enter_parent_frame().await.unwrap();
    let choose = "const select = document.querySelector(`${arguments[0]} select`); select.value = arguments[1]; \
         for (const kind of ['input', 'change']) select.dispatchEvent(new Event(kind, {bubbles: true}))";
    let take =
        |identity: &'static str| browser.execute(choose, vec![json!(window.css), json!(identity)]);
    take("11").await.unwrap();
    window.enter_message().await;
    let second = "<div class=\"signature\"><div>Sales &lt;sales@example.org&gt;</div><div>&amp; more</div></div><blockquote>";
    see_html(&browser, second).await;
    browser.enter_parent_frame().await.unwrap();

    // As plain text, too.
    window.press("Plain text").await;
    window
        .holds(
            "Message",
            "Text\n\n-- \nSales <sales@example.org>\n& more\n\n> Quoted",
        )
        .await;
    take("1").await.unwrap();
    window
        .holds("Message", "Text\n\n-- \nRalf Becker\nCafé\n\n> Quoted")
        .await;
    window.press("Formatting").await;
    window.enter_message().await;
    see_html(&browser, first).await;
    // What somebody has edited stays.
    browser
        .ask("document.querySelector('#message').focus(); const {firstChild} = document.querySelector('.signature p'); getSelection().collapse(firstChild, 4); document.execCommand('insertText', false, '-W')")
        .await;
    see_html(&browser, "Ralf-W").await;
    browser.enter_parent_frame().await.unwrap();
    take("11").await.unwrap();
    window.enter_message().await;
    assert!(html(&browser).await.contains("Ralf-W"));
    browser.enter_parent_frame().await.unwrap();
    window.press("Send").await;
    window.is_sent().await;
    let (text, html) = sent(&gateway);
    assert_eq!(html.matches("signature").count(), 1, "{html}");
    assert!(html.contains("Ralf-W"), "{html}");
    assert_eq!(
        text.trim_end(),
        "Text\n\n-- \nRalf-W Becker\nCafé\n\n> Quoted"
    );
}

#[tokio::test]
async fn a_plain_text_message_is_signed_where_it_is_seen() {
    let gateway = Gateway::start().await;
    sign(&gateway).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = json!({"to": ["a@example.org"], "subject": "Plain", "body": "Hello\n"});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window
        .holds("Message", "Hello\n-- \nRalf Becker\nCafé\n")
        .await;
    // The signature is no second one after a reload.
    window.add("Message", "P.S.").await;
    window.has_stored("P.S.").await;
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window
        .holds("Message", "Hello\n-- \nRalf Becker\nCafé\nP.S.")
        .await;
    window.press("Send").await;
    window.is_sent().await;
    let mail = gateway.sent().remove(0);
    assert_eq!(mail.matches("Ralf Becker\r\n").count(), 1, "{mail}");
}
