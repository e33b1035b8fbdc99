//! A send that can be undone: the window is back as it was, and nobody was told of a send.

use fantoccini::key::Key;
use serde_json::json;

use crate::support::gateway::Answer;
use crate::support::{Browser, Gateway, eventually};
use crate::web::{configuration, launch, open_window, signed_in, state};

const NOTICE: &str = ".toast-send .send-undo";

/// A window of a program's, with something typed into it and on its way.
async fn sending<'a>(
    gateway: &Gateway,
    browser: &'a Browser,
) -> (String, crate::support::browser::ComposeWindow<'a>) {
    browser.can_undo_for(20).await;
    let draft = json!({"to": ["a@example.org"], "subject": "Perhaps", "body": "One"});
    let id = open_window(gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.add("Message", ", two").await;
    browser.keys_while(Key::Control, &[Key::Enter]).await;
    browser.see(NOTICE).await;
    assert!(browser.windows_shown().await.is_empty());
    (id, window)
}

#[tokio::test]
async fn undone_it_is_back_with_the_cursor_and_its_caller_hears_of_the_end_alone() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let (id, window) = sending(&gateway, &browser).await;
    browser.chars_while(Key::Alt, &['z']).await;
    browser.see_no(NOTICE).await;
    window.holds("Message", "One, two").await;
    // The cursor is where it was.
    browser.keys(", three").await;
    window.holds("Message", "One, two, three").await;
    assert!(gateway.sent().is_empty());
    eventually("the window is seen", async || {
        state(&gateway, "ralf", &id).await == "seen"
    })
    .await;
    let follow = gateway.get("ralf", &format!("/mail/compose/{id}"));
    let caller = tokio::spawn(follow.header("Prefer", "wait=30").send());
    window.press("Discard").await;
    window.press("Yes, discard").await;
    let told = Answer::of(caller.await.unwrap().unwrap()).await;
    assert_eq!(told.body["state"], "discarded");
    browser.no_window(&id).await;
}

#[tokio::test]
async fn it_is_undone_by_keyboard_from_within_the_message_of_another_window() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.can_undo_for(30).await;
    let other = browser.write().await;
    other.add("Message", "Meanwhile").await;
    let draft = json!({"to": ["a@example.org"], "subject": "Perhaps", "body": "One"});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.press("Send").await;
    browser.see(NOTICE).await;
    other.enter_message().await;
    browser
        .find(fantoccini::Locator::Css("#message"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.chars_while(Key::Alt, &['z']).await;
    browser.enter_parent_frame().await.unwrap();
    browser.see_no(NOTICE).await;
    window.holds("Message", "One").await;
    other.holds("Message", "Meanwhile").await;
    assert!(gateway.sent().is_empty());
}

#[tokio::test]
async fn over_a_reload_it_can_be_undone_and_another_tab_has_nothing_of_it() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let (id, window) = sending(&gateway, &browser).await;
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.turn_to(&second).await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    browser.see_no(NOTICE).await;
    assert!(browser.windows_shown().await.is_empty());
    browser.turn_to(&first).await;
    browser.refresh().await.unwrap();
    browser.see(NOTICE).await.click().await.unwrap();
    window.holds("Message", "One, two").await;
    assert!(gateway.sent().is_empty());
    window.press("Send").await;
    browser.see(NOTICE).await;
    browser.refresh().await.unwrap();
    browser.see(NOTICE).await;
    browser.button("Send now").await.click().await.unwrap();
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
    browser.refresh().await.unwrap();
    browser.online().await;
    browser.see_no(".window").await;
}

#[tokio::test]
async fn a_stop_of_the_server_sends_it_and_a_forgotten_one_is_told() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = configuration(directory.path());
    let gateway = launch(&config).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", crate::support::people::PASSWORD)
        .await;
    let (id, window) = sending(&gateway, &browser).await;
    config.server.listen = vec![quillgate::config::Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    window.is_sent().await;
    let gateway = Gateway::launch(config).await;
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
    // A window whose page was left while the server had not got it yet.
    browser.online().await;
    let window = browser.write().await;
    window.add("To", "a@example.org").await;
    window.add("Message", "kept").await;
    window.has_stored("kept").await;
    let script = "for (const [key, value] of Object.entries(localStorage)) if (key.includes('.draft.')) \
         localStorage.setItem(key, JSON.stringify({ ...JSON.parse(value), sending: { id: '00000000-0000-4000-8000-000000000000' } })); \
         addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true); \
         Object.defineProperty(Storage.prototype, 'setItem', { value() {} }); location.reload()";
    browser.execute(script, Vec::new()).await.unwrap();
    browser
        .see_text(".window-problem", "may or may not have been sent")
        .await;
    assert_eq!(browser.windows_shown().await.len(), 1);
}

#[tokio::test]
async fn who_signs_out_meanwhile_is_told_that_it_goes_out_and_can_undo_it_when_back() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let (id, window) = sending(&gateway, &browser).await;
    browser.button("Sign out").await.click().await.unwrap();
    browser
        .see_text("#sign-in-hint", "will still be sent")
        .await;
    browser.see_no(NOTICE).await;
    assert!(gateway.sent().is_empty());
    browser
        .sign_in("ralf", crate::support::people::PASSWORD)
        .await;
    browser.see(NOTICE).await.click().await.unwrap();
    window.holds("Message", "One, two").await;
    browser.can_undo_for(20).await;
    window.press("Send").await;
    browser.see(NOTICE).await;
    browser.button("Sign out").await.click().await.unwrap();
    browser.see("#sign-in").await;
    browser
        .sign_in("ralf", crate::support::people::PASSWORD)
        .await;
    browser.button("Send now").await.click().await.unwrap();
    window.is_sent().await;
    browser.see_no(".toast-send").await;
    // The window that was left hears of it as well, and is silent.
    let told = "return [...document.querySelectorAll('.toast')].filter(({textContent}) => textContent.includes('Message sent')).length";
    assert_eq!(browser.ask(told).await, 1);
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
    assert!(browser.windows_shown().await.is_empty());
}
