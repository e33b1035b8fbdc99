//! The connection as people see it, and a server that has become newer.

use std::time::Duration;

use quillgate::config::Listen;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{open_window, signed_in};
use crate::support::command::House;
use crate::support::people::PASSWORD;
use crate::support::proxy::{Flow, Proxy};
use crate::support::{Axe, Browser, Gateway, Page};

/// In the page: `hello` names another version of the page's files, and every load of the page is counted.
const NEWER: &str = "sessionStorage.setItem('loads', Number(sessionStorage.getItem('loads') ?? 0) + 1); \
     const newer = (text) => JSON.stringify({...JSON.parse(text), assets: 'feedfeedfeedfeed'}); \
     window.WebSocket = class extends WebSocket { \
         set onmessage(listener) { \
             super.onmessage = listener && (({data}) => listener({data: data.includes('\"hello\"') ? newer(data) : data})); \
         } \
     };";

/// The wait for a sign of life is a short one.
const IMPATIENT: &str = "const wait = setTimeout; \
     window.setTimeout = (act, time, ...more) => wait(act, time === 5000 ? 200 : time, ...more);";

fn draft() -> Value {
    json!({"to": ["a@example.org"], "subject": "Offer", "body": "Text"})
}

async fn before_every_page(browser: &Browser, source: &str) {
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": source}),
        )
        .await;
}

async fn press_refresh(browser: &Browser) {
    browser
        .see(".update-notice button")
        .await
        .click()
        .await
        .unwrap();
}

async fn loads(browser: &Browser) -> Value {
    browser.ask("return sessionStorage.getItem('loads')").await
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_in_plain_sight_and_can_be_tried_at_once() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let mut config = super::configuration(directory.path());
    let gateway = super::launch(&config).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    browser.ask("window.samePage = true").await;
    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    browser.state("reconnecting").await;
    browser
        .see_text("#connection-text", "Reconnecting in")
        .await;
    // Long waits, so that it is the button that ends one.
    browser.ask("Math.random = () => 0.999").await;
    browser
        .until(
            "return Number(document.querySelector('#connection-text').textContent.match(/\\d+/)?.[0]) >= 3",
            vec![],
        )
        .await;
    let gateway = Gateway::launch(config).await;
    browser.button("Try now").await.click().await.unwrap();
    browser.online().await;
    open_window(&gateway, "ralf", &draft()).await;
    assert_eq!(browser.ask("return window.samePage").await, true);
}

#[tokio::test]
async fn a_network_that_swallows_everything_is_noticed_when_it_changes() {
    // Whatever host is asked is the gateway's own: the proxy has one that nobody knows before.
    let gateway = Gateway::with(|config| {
        config.server.listen = vec![Listen::Tcp("0.0.0.0:0".to_owned())];
    })
    .await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let proxy = Proxy::to(&gateway.address.replace("0.0.0.0", "127.0.0.1")).await;
    before_every_page(&browser, IMPATIENT).await;
    let url = format!("http://{}/", proxy.address);
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    browser.ask("window.samePage = true").await;
    let change = "navigator.connection.dispatchEvent(new Event('change'))";
    proxy.both(Flow::Lost);
    browser.ask(change).await;
    browser.see("#connection:not([data-state='online'])").await;
    // The attempt under way has gone into the same nothing.
    browser.state("connecting").await;
    proxy.both(Flow::Open);
    browser
        .ask("const now = Date.now; Date.now = () => now() + 3000")
        .await;
    browser.ask(change).await;
    browser.online().await;
    assert_eq!(browser.ask("return window.samePage").await, true);
}

#[tokio::test]
async fn a_clock_that_has_jumped_ends_the_wait() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let mut config = super::configuration(directory.path());
    let gateway = super::launch(&config).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    browser.state("reconnecting").await;
    browser.ask("Math.random = () => 0.999").await;
    browser
        .until(
            "return Number(document.querySelector('#connection-text').textContent.match(/\\d+/)?.[0]) >= 7",
            vec![],
        )
        .await;
    let gateway = Gateway::launch(config).await;
    // An hour of sleep, as the clock tells it.
    browser
        .ask("const now = Date.now; Date.now = () => now() + 3_600_000")
        .await;
    let began = std::time::Instant::now();
    browser.online().await;
    assert!(began.elapsed() < Duration::from_secs(4));
    drop(gateway);
}

#[tokio::test]
async fn a_cookie_that_is_gone_asks_to_sign_in_instead_of_reconnecting_for_ever() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let mut config = super::configuration(directory.path());
    let gateway = super::launch(&config).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    browser
        .devtools("Network.clearBrowserCookies", json!({}))
        .await;
    gateway.stop().await;
    let _gateway = Gateway::launch(config).await;
    browser
        .see_text("#sign-in-hint", "Your session has ended")
        .await;
}

#[tokio::test]
async fn a_newer_server_is_told_and_the_page_refreshes_itself_once_when_nobody_looks() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    before_every_page(&browser, NEWER).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    browser
        .see_text(".update-notice", "A new version is ready")
        .await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", " and more").await;
    assert_eq!(loads(&browser).await, "1", "somebody is here");
    browser.minimise().await;
    browser
        .until("return sessionStorage.getItem('loads') === '2'", vec![])
        .await;
    browser.unminimise().await;
    window.holds("Message", "Text and more").await;
    // The server goes on giving out the same page: it is told of, and left at that.
    browser.see(".update-notice").await;
    browser.minimise().await;
    browser.unminimise().await;
    browser.online().await;
    assert_eq!(loads(&browser).await, "2");
    press_refresh(&browser).await;
    browser
        .until("return sessionStorage.getItem('loads') === '3'", vec![])
        .await;
    window.holds("Message", "Text and more").await;
    browser.see(".update-notice").await;
    if let Some(axe) = Axe::get() {
        axe.look(&browser, "a newer version is ready").await;
    }
}

#[tokio::test]
async fn a_page_that_is_in_the_middle_of_something_is_not_refreshed() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    before_every_page(&browser, NEWER).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    browser.see(".update-notice").await;
    // As a window that sends, and as an upload.
    browser
        .ask("addEventListener('beforeunload', window.object = (event) => { window.asked = true; event.preventDefault(); })")
        .await;
    browser.minimise().await;
    browser.until("return window.asked", vec![]).await;
    assert_eq!(loads(&browser).await, "1");
    browser
        .ask("removeEventListener('beforeunload', window.object)")
        .await;
    browser.unminimise().await;
    browser.minimise().await;
    browser
        .until("return sessionStorage.getItem('loads') === '2'", vec![])
        .await;
    browser.unminimise().await;
}

#[tokio::test]
async fn a_part_of_an_old_page_that_is_gone_leads_to_the_new_one() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    // What the server gives out meanwhile is of another version, and has no parts of this one.
    browser
        .ask("document.documentElement.dataset.version = '0000000000000000'")
        .await;
    browser.devtools("Network.enable", json!({})).await;
    let gone = json!({"urls": ["*settings-page.js*"]});
    browser.devtools("Network.setBlockedURLs", gone).await;
    browser.ask("location.hash = '#settings'").await;
    browser
        .see_text(".update-notice", "A new version is ready")
        .await;
    let all = json!({"urls": []});
    browser.devtools("Network.setBlockedURLs", all).await;
    press_refresh(&browser).await;
    browser.see_text("#settings h1", "Settings").await;
    browser.see_no(".update-notice").await;
}

#[tokio::test]
async fn windows_whose_parts_are_gone_are_told_and_wait_for_the_new_page() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.devtools("Network.enable", json!({})).await;
    let gone = json!({"urls": ["*compose/window.js*"]});
    browser.devtools("Network.setBlockedURLs", gone).await;
    let browser = super::arrive(browser, &gateway, "ralf").await.unwrap();
    browser
        .ask("document.documentElement.dataset.version = '0000000000000000'")
        .await;
    let draft = json!({"to": ["a@example.org"], "subject": "From a program", "body": "Text"});
    let refused = gateway.post_json("ralf", "/mail/compose", &draft).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(refused.body["details"]["reason"], "refused");
    browser
        .see_text(".update-notice", "A new version is ready")
        .await;
    browser.see("#write").await.click().await.unwrap();
    let told = "This part of the page could not be loaded";
    browser.see_text(".toast", told).await;
    browser.see(".toast button").await.click().await.unwrap();
    browser.see_no(".toast").await;
    // A link to an address is kept for the page that can open it.
    browser
        .ask("location.hash = '#mailto=mailto:info@example.org'")
        .await;
    browser.see_text(".toast", told).await;
    assert!(browser.windows_shown().await.is_empty());
    let all = json!({"urls": []});
    browser.devtools("Network.setBlockedURLs", all).await;
    press_refresh(&browser).await;
    browser.online().await;
    browser.see_text(".window", "info@example.org").await;
    assert_eq!(browser.windows_shown().await.len(), 1);
}

#[tokio::test]
async fn a_page_too_many_says_that_it_pauses_and_goes_on_where_somebody_is() {
    let gateway = Gateway::with(|config| config.presence.sessions_per_user = 1).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", " and more").await;
    let mut other = Page::open(&gateway, "ralf").await;
    browser.state("taken-over").await;
    browser.see_text("#connection-text", "Paused").await;
    // It does not fight for the place, also when the network says that it is back.
    browser.ask("dispatchEvent(new Event('online'))").await;
    other.pulse(true, true).await;
    browser.state("taken-over").await;
    browser.button("Use here").await.click().await.unwrap();
    browser.online().await;
    assert_eq!(other.closed().await, Some(4408));
    window.holds("Message", "Text and more").await;
}

#[tokio::test]
async fn a_server_that_was_killed_finds_the_page_as_it_was() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let house = House::inhabited("");
    let mut server = house.serve();
    let address = server.address();
    browser
        .sign_in_at(&format!("http://{address}/"), "ralf", "secret-ralf")
        .await;
    browser.ask("window.samePage = true").await;
    let compose = server.request(Method::POST, "ralf", "/mail/compose");
    let answer: Value = compose
        .json(&draft())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let window = browser.window(answer["id"].as_str().unwrap()).await;
    window.add("Message", ", before").await;
    server.kill();
    browser.state("reconnecting").await;
    window.add("Message", ", meanwhile").await;
    house.write(
        "quillgate.toml",
        &format!("server.listen = \"{address}\"\n"),
    );
    let _server = house.serve();
    browser.online().await;
    assert_eq!(browser.ask("return window.samePage").await, true);
    window.holds("Message", "Text, before, meanwhile").await;
    window.press("Send").await;
    window.is_sent().await;
}
