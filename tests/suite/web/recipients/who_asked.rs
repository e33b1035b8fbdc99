//! A window that somebody else opened says who, hides nobody, and warns of what a program has filled in.

use fantoccini::key::Key;
use reqwest::Method;
use serde_json::{Value, json};

use super::chips;
use crate::support::browser::ComposeWindow;
use crate::support::people;
use crate::support::{Axe, Browser, Gateway};
use crate::web::{open_window, signed_in};

async fn by_token<'b>(gateway: &Gateway, browser: &'b Browser, draft: &Value) -> ComposeWindow<'b> {
    let (_, token) = people::token(gateway, Some("ralf"), "groupdav mail:compose", None).await;
    let request = gateway.request(Method::POST, "/mail/compose").json(draft);
    let answer = request
        .basic_auth("ralf", Some(token))
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    browser.window(answer["id"].as_str().unwrap()).await
}

async fn marked(browser: &Browser) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('.chip[data-warned]')].map((chip) => chip.title)";
    serde_json::from_value(browser.ask(script).await).unwrap()
}

#[tokio::test]
async fn a_program_that_writes_to_strangers_is_named_and_warned_of_until_it_is_mended() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let colleagues: Vec<_> = (0..40)
        .map(|at| format!("Colleague {at} <c{at}@example.org>"))
        .collect();
    let draft = json!({
        "to": ["anna@example.org", "Customer <c@customer.example>", "sub@mail.example.org"],
        "cc": colleagues, "bcc": ["hidden@evil.example"], "replyto": "answers@evil.example",
        "subject": "Offer", "body": "Text",
    });
    let window = by_token(&gateway, &browser, &draft).await;
    let by = window.see_text(".who-asked-by", "CRM").await;
    assert!(by.contains("token 1"), "{by}");
    let words = window
        .see_text(".who-asked-warning", "Check before you send")
        .await;
    for named in [
        "c@customer.example",
        "sub@mail.example.org",
        "hidden@evil.example",
        "answers@evil.example",
    ] {
        assert!(words.contains(named), "{named}: {words}");
    }
    assert!(!words.contains("anna@example.org"), "{words}");
    window.see(".who-asked-warning svg").await;
    assert_eq!(
        marked(&browser).await,
        [
            "Customer <c@customer.example>",
            "sub@mail.example.org",
            "hidden@evil.example",
            "answers@evil.example"
        ]
    );
    // Everybody is in view, with the address beside the name, and nothing is folded.
    assert_eq!(chips(&browser, &window, "cc").await.len(), 40);
    window.see_no(".chip[hidden]").await;
    window.see_no(".chips-more:not([hidden])").await;
    window
        .see_text(".field-cc .chip:last-child", "<c39@example.org>")
        .await;
    window.see(".field-bcc .chip").await;
    window.see(".field-replyTo .chip").await;
    let sticks = "const form = document.querySelector('.window-form'); form.scrollTop = 1e6; \
         const {top, height} = document.querySelector('.who-asked-head').getBoundingClientRect(); \
         const stays = form.scrollTop > 0 && height > 20 && top < form.getBoundingClientRect().bottom - height; \
         form.scrollTop = 0; return stays";
    browser.until(sticks, Vec::new()).await;
    if let Some(axe) = Axe::get() {
        axe.look(&browser, "a window that a program has filled in")
            .await;
    }

    // Another of the user's own sessions is told from a program; no warning then.
    let own = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["c@customer.example"], "subject": "Own"}),
    )
    .await;
    let own = browser.window(&own).await;
    own.see_text(".who-asked-by", "ralf").await;
    own.see_no(".who-asked-warning:not(:empty)").await;
    own.press("Discard").await;

    // What the person changes is looked at again; what they add is theirs.
    for wrong in [
        "Customer <c@customer.example>",
        "hidden@evil.example",
        "answers@evil.example",
    ] {
        browser
            .button(&format!("Remove {wrong}"))
            .await
            .click()
            .await
            .unwrap();
    }
    let mended = "const words = document.querySelector(`${arguments[0]} .who-asked-warning`).innerText; \
         return words.includes('sub@mail.example.org') && !words.includes('evil.example')";
    browser.until(mended, vec![json!(window.css)]).await;
    window.add("To", "new@customer.example").await;
    browser.press(Key::Enter).await;
    assert_eq!(marked(&browser).await, ["sub@mail.example.org"]);
    // It is there after a reload, and only for what the program has filled in.
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&window.id).await;
    window
        .see_text(".who-asked-warning", "sub@mail.example.org")
        .await;
    assert_eq!(marked(&browser).await, ["sub@mail.example.org"]);
    browser
        .button("Remove sub@mail.example.org")
        .await
        .click()
        .await
        .unwrap();
    window.see_no(".who-asked-warning:not(:empty)").await;
    window.press("Send").await;
    window.is_sent().await;
}

#[tokio::test]
async fn names_and_domains_that_pretend_to_be_others_are_shown_for_what_they_are() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = json!({
        "to": ["\"boss@corp.example\" <evil@example.org>", "a@аpple.example", "b@аррӏе.com", "post@bücher.example"],
        "cc": ["\u{2067}Turned\u{2069} <t@example.org>"],
        "subject": "S",
    });
    let window = by_token(&gateway, &browser, &draft).await;
    let words = window
        .see_text(".who-asked-warning", "boss@corp.example")
        .await;
    assert!(words.contains("evil@example.org"), "{words}");
    window.see(".chip[data-disguised] svg").await;
    let shown =
        "return [...document.querySelectorAll('.chip-name')].map((name) => name.textContent)";
    let shown: Vec<String> = serde_json::from_value(browser.ask(shown).await).unwrap();
    assert_eq!(
        shown,
        [
            "boss@corp.example <evil@example.org>",
            "a@xn--pple-43d.example",
            "b@xn--80ak6aa92e.com",
            "post@bücher.example",
            "\u{fffd}Turned\u{fffd} <t@example.org>",
        ]
    );
}
