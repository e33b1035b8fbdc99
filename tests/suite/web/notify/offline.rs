//! The page without its server.

use quillgate::config::Listen;
use tempfile::TempDir;

use super::super::{configuration, launch, open_window, signed_in_with_worker};
use super::kept;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway};

#[tokio::test]
async fn drafts_are_there_without_a_server_and_go_on_with_it() {
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let mut config = configuration(directory.path());
    let gateway = launch(&config).await;
    let url = gateway.url("/");
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    kept(&browser).await;
    let window = browser.write().await;
    window.set("To", "a@example.org").await;
    window.set("Subject", "Offline").await;
    window.add("Message", "Begun with a server").await;
    window.has_stored("Begun with a server").await;

    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    browser.open("about:blank").await;
    browser.open(&url).await;
    browser.state("reconnecting").await;
    let window = browser.window(&window.id).await;
    window.holds("Message", "Begun with a server").await;
    window.add("Message", ", gone on without").await;
    window.has_stored("gone on without").await;
    // Another one, and pages that were never opened before.
    let second = browser.write().await;
    second.add("Message", "New").await;
    browser.open(&format!("{url}#shares")).await;
    browser.see("#shares h1").await;
    browser.refresh().await.unwrap();
    browser
        .window(&second.id)
        .await
        .holds("Message", "New")
        .await;

    let gateway = Gateway::launch(config).await;
    browser.online().await;
    let window = browser.window(&window.id).await;
    window
        .holds("Message", "Begun with a server, gone on without")
        .await;
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_formatted_draft_is_written_without_a_server_and_sent_with_it() {
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let mut config = configuration(directory.path());
    let gateway = launch(&config).await;
    let url = gateway.url("/");
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    kept(&browser).await;
    let draft = serde_json::json!({"to": ["a@example.org"], "bodyHtml": "<p>Hello <b>you</b></p><ul><li>one</li></ul>"});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.set("Subject", "Offline").await;
    window.has_stored("<b>you</b>").await;

    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    browser.open("about:blank").await;
    browser.open(&url).await;
    browser.state("reconnecting").await;
    window.holds("Message", "Hello you\n\none").await;
    window.add("Message", ", two").await;
    window.has_stored("one, two").await;

    let gateway = Gateway::launch(config).await;
    browser.online().await;
    window.holds("Message", "Hello you\n\none, two").await;
    window.press("Send").await;
    window.is_sent().await;
    let mail = &gateway.sent()[0];
    assert!(
        mail.contains("<b>you</b>") && mail.contains("<li>one, two</li>"),
        "{mail}"
    );
}

#[tokio::test]
async fn a_send_without_a_network_says_so_and_keeps_the_draft() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in_with_worker(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.set("To", "a@example.org").await;
    window.set("Subject", "Offline").await;
    window.add("Message", "Text").await;
    browser.emulate_network(false).await;
    window.press("Send").await;
    window.see_text(".window-problem", "You are offline").await;
    window
        .see_text(".window-problem", "kept here as a draft")
        .await;
    window.has_stored("Text").await;
    browser.emulate_network(true).await;
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_sign_out_leaves_nothing_to_be_shown_without_a_server() {
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let gateway = launch(&configuration(directory.path())).await;
    let url = gateway.url("/");
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    kept(&browser).await;
    let window = browser.write().await;
    window.add("Message", "Mine alone").await;
    window.has_stored("Mine alone").await;
    assert_eq!(
        browser.ask("return 'quillgate.user' in localStorage").await,
        true
    );
    browser.button("Sign out").await.click().await.unwrap();
    browser.see("#sign-in").await;
    assert_eq!(
        browser.ask("return 'quillgate.user' in localStorage").await,
        false
    );
    let cached = "return caches.keys() \
         .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys())))) \
         .then((all) => all.flat().map(({ url }) => new URL(url).pathname) \
             .filter((path) => path !== '/' && !/^\\/static\\/[0-9a-f]{16}\\//.test(path)))";
    assert_eq!(
        browser.ask(cached).await,
        serde_json::json!([]),
        "no answer of the API is kept"
    );
    gateway.stop().await;
    browser.open(&url).await;
    browser.state("reconnecting").await;
    assert!(browser.windows_shown().await.is_empty());
    let shown = "return document.body.innerText.includes('Mine alone') || document.body.innerText.includes('Ralf')";
    assert_eq!(browser.ask(shown).await, false);
}
