//! Devices: who is signed in where, and an end to it.

use reqwest::Method;
use serde_json::json;

use super::super::my_files::press_in;
use super::{at_settings, press};
use crate::login::{SIGNED_OUT, status_of};
use crate::support::people::{PASSWORD, sign_in};
use crate::support::{Gateway, Page};

const BROWSERS: [(&str, &str); 5] = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Firefox on Windows",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "Safari on iPhone",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
        "Edge on macOS",
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
        "Samsung Internet on Android",
    ),
    ("<img src=x onerror=pwned=1>", "Unknown browser"),
];

async fn sign_in_with(gateway: &Gateway, browser: &str) -> String {
    let form = json!({"login": "ralf", "password": PASSWORD});
    let request = gateway.request(Method::POST, "/login").json(&form);
    let answer = request.header("user-agent", browser).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn devices_are_told_apart_in_words_and_signed_out_one_by_one_or_all() {
    let gateway = Gateway::start().await;
    let strange = sign_in(&gateway, "anna").await;
    let mut cookies = Vec::new();
    for (user_agent, _) in BROWSERS {
        cookies.push(sign_in_with(&gateway, user_agent).await);
    }
    let mut page = Page::connect(&gateway, &[("cookie", &cookies[0])])
        .await
        .unwrap();
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    for (_, name) in BROWSERS {
        browser.see_text(".setting-item", name).await;
    }
    let own = browser.see_text(".setting-item", "This device").await;
    assert!(
        own.contains("Chrome on Linux") && own.contains("Online now"),
        "{own}"
    );
    assert!(!own.contains("Sign out"), "{own}");
    let firefox = browser
        .see_text(".setting-item", "Firefox on Windows")
        .await;
    assert!(firefox.contains("Online now"), "{firefox}");
    let safari = browser.see_text(".setting-item", "Safari on iPhone").await;
    assert!(safari.contains("Last used"), "{safari}");
    axe.look(&browser, "settings, devices").await;

    press(&browser, "Sign out Firefox on Windows").await;
    assert_eq!(page.closed().await, SIGNED_OUT);
    browser.see("#settings-devices-title:focus").await;
    let gone = "return ![...document.querySelectorAll('.setting-item')].some((node) => node.textContent.includes('Firefox'))";
    browser.until(gone, vec![]).await;
    assert_eq!(status_of(&gateway, &cookies[0]).await, 401);
    assert_eq!(status_of(&gateway, &cookies[1]).await, 200);

    press(&browser, "Sign out all others").await;
    browser.see("dialog[open]").await;
    press_in(&browser, "[self::dialog]", "Sign out all others").await;
    browser.see_text(".toast", "4 devices are signed out").await;
    for cookie in &cookies[1..] {
        assert_eq!(status_of(&gateway, cookie).await, 401);
    }
    assert_eq!(status_of(&gateway, &strange).await, 200);
    browser.state("online").await;
}
