//! The page "My shares": what it says of the links that were sent, and what is done there to them.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::my_files::{press_in, put, turn_to};
use super::signed_in;
use crate::support::{Browser, Gateway};

const HOSTILE: &str = "<img src=x onerror=pwned=1>.txt";

async fn shares(gateway: &Gateway) -> Vec<Value> {
    let answer = gateway.get_json("ralf", "/mail/shares").await;
    answer.body["shares"].as_array().unwrap().clone()
}

/// Presses a button of the share that is shown for a file.
async fn press(browser: &Browser, label: &str) {
    browser.button(label).await.click().await.unwrap();
}

/// Answers the question that is asked, and waits until it is gone.
async fn answer(browser: &Browser, button: &str) {
    press_in(browser, "[self::dialog]", button).await;
    browser.see_no("dialog").await;
}

#[tokio::test]
async fn a_share_is_extended_gets_a_password_and_is_revoked() {
    let gateway = Gateway::start().await;
    put(&gateway, &[HOSTILE], "first").await;
    put(&gateway, &["report.txt"], "second").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    turn_to(&browser, "My shares").await;
    browser
        .see_text("#shares .empty", "You have not shared anything yet")
        .await;
    for (name, kind) in [(HOSTILE, "link"), ("report.txt", "share_rw")] {
        let mail = json!({
            "to": ["Maria <maria@nordlicht.example>"], "subject": "S", "attachments": [format!("/home/ralf/{name}")],
            "attachmentType": kind, "shareExpiration": "+2days",
        });
        let sent = gateway.post_json("ralf", "/mail", &mail).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
    }
    turn_to(&browser, "Home").await;
    turn_to(&browser, "My shares").await;
    browser
        .see_text(".share", "Link to the file, may be changed")
        .await;
    let row = browser.see_text(".share", HOSTILE).await;
    for said in [
        "Link to a copy",
        "maria@nordlicht.example",
        "through",
        "Never",
    ] {
        assert!(row.contains(said), "{said}: {row}");
    }

    press(&browser, "Change the share of report.txt").await;
    let day = "const day = document.querySelector('dialog input[type=date]'); day.value = '2199-12-31'; \
         day.dispatchEvent(new Event('input', {bubbles: true})); return true";
    browser.until(day, vec![]).await;
    let password = browser.see("#share-password").await;
    password.send_keys("p w").await.unwrap();
    let cap = browser.labelled("Downloads in all").await;
    cap.send_keys("7").await.unwrap();
    answer(&browser, "Save").await;
    let row = browser.see_text(".share", "0 of 7 downloads").await;
    assert!(row.contains("Dec 31, 2199") && row.contains("Yes"), "{row}");
    let share = &shares(&gateway).await[0];
    assert_eq!(share["expiration"], "2199-12-31");
    assert_eq!(share["hasPassword"], true);
    assert_eq!(share["maxDownloads"], 7);

    press(&browser, "Change the share of report.txt").await;
    let until = browser.labelled("Valid").await;
    until.select_by_value("none").await.unwrap();
    press(&browser, "Remove password").await;
    browser
        .labelled("Downloads in all")
        .await
        .clear()
        .await
        .unwrap();
    answer(&browser, "Save").await;
    browser
        .see_text(".share", "until 100 days without access")
        .await;
    let share = &shares(&gateway).await[0];
    assert_eq!(share["expiration"], Value::Null);
    assert_eq!(share["hasPassword"], false);
    assert_eq!(share["maxDownloads"], Value::Null);

    press(&browser, &format!("Revoke the share of {HOSTILE}")).await;
    answer(&browser, "Cancel").await;
    assert_eq!(shares(&gateway).await.len(), 2);
    press(&browser, &format!("Revoke the share of {HOSTILE}")).await;
    answer(&browser, "Revoke").await;
    browser
        .until(
            "return document.querySelectorAll('.share').length === 1",
            vec![],
        )
        .await;
    let left = shares(&gateway).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["name"], "report.txt");
    assert!(
        browser
            .find_all(Locator::Css(".share img"))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(browser.complaints().await, [""; 0]);
}
