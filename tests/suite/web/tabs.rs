//! Which tab gets a window, and that a reload never loses it or doubles it.

use serde_json::{Value, json};

use super::{open_window, signed_in, state};
use crate::support::gateway::Answer;
use crate::support::{Browser, Gateway};

/// Makes the page swallow what it would say about a window, from now on.
const MUTE: &str = "const send = WebSocket.prototype.send; \
     WebSocket.prototype.send = function (text) { \
         if (JSON.parse(text).type === 'ack') window.muted = true; else send.call(this, text); \
     };";

fn draft() -> Value {
    json!({"to": ["Info <info@example.org>"], "subject": "Offer", "body": "Dear customer,\n"})
}

/// Asks for a window without waiting for the answer.
fn ask_for_window(gateway: &Gateway, login: &str) -> tokio::task::JoinHandle<Answer> {
    let request = gateway.post(login, "/mail/compose").json(&draft());
    tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await })
}

#[tokio::test]
async fn of_two_tabs_the_one_in_front_gets_the_window_and_the_other_none() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;

    let to_second = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&to_second).await;
    browser.turn_to(&first).await;
    browser.until("return document.hasFocus()", vec![]).await;
    assert!(browser.windows_shown().await.is_empty());

    browser.press_somewhere().await;
    let to_first = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&to_first).await;
    assert_eq!(browser.windows_shown().await, [to_first]);
    browser.turn_to(&second).await;
    assert_eq!(browser.windows_shown().await, [to_second]);
}

#[tokio::test]
async fn a_reload_before_the_page_has_confirmed_ends_in_200_and_one_window() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(MUTE).await;
    let answer = ask_for_window(&gateway, "ralf");
    browser.until("return window.muted", vec![]).await;
    browser.refresh().await.unwrap();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.body["id"].as_str().unwrap();
    let window = browser.window(id).await;
    window.holds("Message", "Dear customer,\n").await;
    assert_eq!(browser.windows_shown().await, [id]);
}

#[tokio::test]
async fn a_window_asked_for_while_the_page_is_away_opens_when_it_is_back() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.open("about:blank").await;
    let answer = ask_for_window(&gateway, "ralf");
    browser.open(&gateway.url("/")).await;
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    browser.window(answer.body["id"].as_str().unwrap()).await;
    assert_eq!(browser.windows_shown().await.len(), 1);
}

#[tokio::test]
async fn a_window_and_what_was_typed_into_it_survive_a_reload() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    assert_eq!(browser.windows_shown().await, [id.as_str()]);
    window.add("Message", "typed before the reload").await;
    window.press("Show Cc").await;
    browser.keys("boss@example.org").await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window
        .holds("Message", "Dear customer,\ntyped before the reload")
        .await;
    window.holds("Cc", "boss@example.org").await;
    window.see_text(".who-asked-by", "ralf").await;
    assert_eq!(browser.windows_shown().await, [id.as_str()]);
    window.press("Send").await;
    window.is_sent().await;
    let sent = gateway.sent();
    assert_eq!(sent.len(), 1);
    assert!(
        sent[0].contains("boss@example.org") && sent[0].contains("typed before the reload"),
        "{}",
        sent[0]
    );
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
    browser.refresh().await.unwrap();
    browser.online().await;
    assert!(browser.windows_shown().await.is_empty());
}

#[tokio::test]
async fn a_restart_of_the_server_keeps_the_window_and_the_page_comes_back_by_itself() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = super::configuration(directory.path());
    let gateway = super::launch(&config).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", crate::support::people::PASSWORD)
        .await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", "before").await;

    config.server.listen = vec![quillgate::config::Listen::Tcp(gateway.address.clone())];
    gateway.stop().await;
    browser.state("reconnecting").await;
    window.add("Message", ", while it was gone").await;
    window.press("Send").await;
    window
        .see_text(".window-problem", "No answer from the server")
        .await;

    let gateway = Gateway::launch(config).await;
    browser.online().await;
    window
        .holds("Message", "Dear customer,\nbefore, while it was gone")
        .await;
    assert_ne!(state(&gateway, "ralf", &id).await, "discarded");
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
    assert!(gateway.sent()[0].contains("before, while it was gone"));
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
}

#[tokio::test]
async fn a_discarded_window_is_known_to_be_discarded() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", "x").await;
    window.press("Discard").await;
    window.press("Keep editing").await;
    window.press("Discard").await;
    window.press("Yes, discard").await;
    browser.no_window(&id).await;
    let answer = gateway
        .get("ralf", &format!("/mail/compose/{id}"))
        .header("prefer", "wait=5");
    let answer = Answer::of(answer.send().await.unwrap()).await;
    assert_eq!(answer.body["state"], "discarded");
}

#[tokio::test]
async fn a_duplicated_tab_shows_no_second_window_and_a_closed_one_leaves_its_window_to_the_next() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", "unfinished").await;
    window.has_stored("unfinished").await;
    let first = browser.tab().await;
    browser.ask("window.open(location.href)").await;
    let copy = browser.other_tab(&first).await;
    browser.turn_to(&copy).await;
    browser.online().await;
    assert!(browser.windows_shown().await.is_empty());

    browser.turn_to(&first).await;
    browser.close_window().await.unwrap();
    browser.turn_to(&copy).await;
    assert!(browser.windows_shown().await.is_empty());
    browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    let window = browser.window(&id).await;
    window.holds("Message", "Dear customer,\nunfinished").await;
    browser.online().await;
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
}
