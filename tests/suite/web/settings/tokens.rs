//! Tokens, made and revoked at the page.

use fantoccini::key::Key;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::my_files::press_in;
use super::{at_settings, press};
use crate::support::Gateway;

async fn tokens(gateway: &Gateway) -> Vec<Value> {
    let answer = gateway.get_json("ralf", "/me/tokens").await;
    answer.body["tokens"].as_array().unwrap().clone()
}

async fn status_with(gateway: &Gateway, token: &str) -> u16 {
    let request = gateway.request(Method::GET, "/mail");
    let request = request.basic_auth("ralf", Some(token));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_token_is_made_shown_once_tried_and_revoked() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    browser.see_text("#settings", "You have no tokens").await;
    press(&browser, "Create token").await;
    browser.see("#token-remark:focus").await;
    axe.look(&browser, "settings, a new token").await;
    browser.press(Key::Enter).await;
    browser
        .see_text(".field-error", "Say what the token is for")
        .await;
    browser.see("#token-remark:focus[aria-invalid]").await;
    browser.keys("CRM <b>").await;
    press_in(&browser, "[self::dialog]", "Create token").await;
    let token = browser.see("#token-secret").await.text().await.unwrap();
    let line = browser.see("#token-curl").await.text().await.unwrap();
    assert!(
        line.starts_with(&format!("curl -u 'ralf:{token}' --json '{{")),
        "{line}"
    );
    assert!(line.ends_with("/mail/compose"), "{line}");
    axe.look(&browser, "settings, a token that is shown").await;
    assert_eq!(status_with(&gateway, &token).await, 200);
    let made = tokens(&gateway).await.remove(0);
    assert_eq!(made["remark"], "CRM <b>");
    assert_eq!(
        made["scopes"],
        json!(["groupdav", "mail:compose", "mail:upload"])
    );
    assert!(made["until"].is_string());
    press_in(&browser, "[self::dialog]", "Done").await;
    browser.see_no("dialog").await;
    let shown = browser.see_text(".setting-item", "CRM <b>").await;
    assert!(
        shown.contains("open compose windows, upload attachments"),
        "{shown}"
    );
    let text = browser.ask("return document.body.textContent").await;
    assert!(
        !text.as_str().unwrap().contains(&token),
        "it is shown longer than once"
    );

    press(&browser, "Revoke CRM <b>").await;
    browser.see("dialog[open]").await;
    axe.look(&browser, "settings, a token to be revoked").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    assert_eq!(status_with(&gateway, &token).await, 200);
    press(&browser, "Revoke CRM <b>").await;
    press_in(&browser, "[self::dialog]", "Revoke").await;
    browser.see_text("#settings", "You have no tokens").await;
    assert_eq!(status_with(&gateway, &token).await, 401);
}

#[tokio::test]
async fn single_rights_and_the_end_are_chosen() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    press(&browser, "Create token").await;
    browser.see("#token-remark:focus").await;
    browser.keys("Archive").await;
    browser
        .see("input[value=custom]")
        .await
        .click()
        .await
        .unwrap();
    press_in(&browser, "[self::dialog]", "Create token").await;
    browser
        .see_text("dialog .form-error", "Choose at least one right")
        .await;
    browser
        .see("input[value='mail:session']")
        .await
        .click()
        .await
        .unwrap();
    let until = browser.labelled("Valid for").await;
    until.select_by_value("day").await.unwrap();
    axe.look(&browser, "settings, a token of single rights")
        .await;
    let day = "const day = document.querySelector('dialog input[type=date]'); day.value = '2199-12-31'; return true";
    browser.until(day, vec![]).await;
    press_in(&browser, "[self::dialog]", "Create token").await;
    browser.see("#token-secret").await;
    let made = tokens(&gateway).await.remove(0);
    assert_eq!(made["scopes"], json!(["groupdav", "mail:session"]));
    assert!(
        made["until"].as_str().unwrap().starts_with("2199-12-31"),
        "{made}"
    );
    browser.see_text(".setting-item", "Dec 31, 2199").await;
    press_in(&browser, "[self::dialog]", "Done").await;
    browser.see_no("dialog").await;

    press(&browser, "Create token").await;
    browser.see("#token-remark:focus").await;
    browser.keys("For ever").await;
    let until = browser.labelled("Valid for").await;
    until.select_by_value("never").await.unwrap();
    press_in(&browser, "[self::dialog]", "Create token").await;
    browser.see("#token-secret").await;
    let made = tokens(&gateway).await;
    assert!(
        made.iter().any(|token| token["until"].is_null()),
        "{made:?}"
    );
}
