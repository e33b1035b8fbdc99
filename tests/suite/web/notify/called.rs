//! Web Push from end to end, but for the push service of the browser's vendor: the gateway's message is taken and read in
//! its place, and handed to the browser.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::settings::all_shown;
use super::{allow_notifications, kept};
use crate::push::service::{PushService, Subscriber};
use crate::support::browser::Record;
use crate::support::devtools::DevTools;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway, eventually};

/// Clicks a notification: headless there is nothing to be clicked. Without a click browsers open no window; where it would
/// lead is returned.
const CLICK: &str = "const [notification] = await registration.getNotifications(); \
     let opened = null; clients.openWindow = async (url) => { opened = url; }; \
     let handled; const click = new Event('notificationclick'); \
     click.notification = notification; click.waitUntil = (work) => { handled = work; }; \
     self.dispatchEvent(click); await handled.catch(() => {}); return opened;";
/// Chromium forgets a notification that it is asked for while it is about to show it.
const SHOWN: &str = "await new Promise((later) => setTimeout(later, 1000)); \
     return (await registration.getNotifications()).map(({ title, body, tag }) => [title, body, tag]);";

/// A page that asks for calls at `service`, and what reads them.
async fn called(gateway: &Gateway, service: &PushService) -> Option<(Browser, Subscriber)> {
    let browser = Browser::with(Record::Complaints, &["--disable-features=none"]).await?;
    let url = gateway.url("/");
    allow_notifications(&browser, &url).await;
    let subscriber = Subscriber::new();
    let subscription = subscriber.subscription(&service.endpoint());
    let stub = format!(
        "PushManager.prototype.subscribe = async (options) => {{ \
             window.asked = [options.userVisibleOnly, options.applicationServerKey.length]; \
             return {{ toJSON: () => ({subscription}) }}; \
         }};"
    );
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": stub}),
        )
        .await;
    browser
        .sign_in_at(&format!("{url}#settings/notifications"), "ralf", PASSWORD)
        .await;
    kept(&browser).await;
    all_shown(&browser).await;
    browser
        .see("#notify-push:enabled")
        .await
        .click()
        .await
        .unwrap();
    eventually("the browser is subscribed", async || {
        let answer = gateway.get_json("ralf", "/me/push").await;
        answer.body["subscriptions"].as_array().unwrap().len() == 1
    })
    .await;
    assert_eq!(browser.ask("return window.asked").await, json!([true, 65]));
    Some((browser, subscriber))
}

async fn leave(browser: &Browser, gateway: &Gateway) {
    browser.open("about:blank").await;
    eventually("ralf is offline", async || {
        let answer = gateway.get_json("ralf", "/presence").await;
        answer.body["users"][0]["online"] == false
    })
    .await;
}

async fn gateway(push_wait: Duration) -> Gateway {
    Gateway::with(|config| {
        config.mail.private_hosts = true;
        config.presence.resume_grace = Duration::ZERO;
        config.presence.push_wait = push_wait;
    })
    .await
}

/// Waits until the worker has one notification on the screen, of this title. A busy browser may lose what it is to deliver
/// in a push service's place, and a message that comes twice shows one notification: it is handed over again then.
async fn pushed(devtools: &mut DevTools, origin: &str, message: &Value, title: &str) -> String {
    let page = devtools.attach("page", "about:blank").await;
    for _ in 0..6 {
        devtools.push(&page, origin, message).await;
        let worker = devtools.attach("service_worker", origin).await;
        let handed_over = Instant::now();
        while handed_over.elapsed() < Duration::from_secs(10) {
            let shown = devtools.run(&worker, SHOWN).await;
            if shown.as_array().unwrap().len() == 1 && shown[0][0] == title {
                return worker;
            }
        }
    }
    panic!("{title} is never shown");
}

#[tokio::test]
async fn a_browser_without_a_page_is_called_and_opens_the_window() {
    let gateway = gateway(Duration::from_secs(40)).await;
    let service = PushService::start().await;
    let Some((browser, subscriber)) = called(&gateway, &service).await else {
        return;
    };
    let origin = gateway.url("");
    leave(&browser, &gateway).await;
    let draft = json!({"to": ["a@example.org"], "subject": "Your order", "body": "Text"});
    let arriving = async {
        let message = subscriber.read(&service.next().await.body);
        let mut devtools = DevTools::of(&browser).await;
        let worker = pushed(&mut devtools, &origin, &message, "Your order").await;
        assert_eq!(
            devtools.run(&worker, SHOWN).await,
            json!([["Your order", "Opened by ralf", message["id"]]])
        );
        let address = devtools.run(&worker, CLICK).await;
        let id = message["id"].as_str().unwrap();
        assert_eq!(address, format!("{origin}/#compose={id}"));
        browser.open(address.as_str().unwrap()).await;
        let window = browser.window(id).await;
        window.holds("Message", "Text").await;
        browser.see(&format!("{}:focus", window.css)).await;
        assert_eq!(browser.ask("return location.hash").await, "");
        assert_eq!(devtools.run(&worker, SHOWN).await, json!([]));
    };
    let (answer, ()) = tokio::join!(gateway.post_json("ralf", "/mail/compose", &draft), arriving);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn what_came_too_late_is_told_as_missed() {
    let gateway = gateway(Duration::from_millis(300)).await;
    let service = PushService::start().await;
    let Some((browser, subscriber)) = called(&gateway, &service).await else {
        return;
    };
    let origin = gateway.url("");
    leave(&browser, &gateway).await;
    let draft = json!({"to": ["a@example.org"], "subject": "Your order", "body": "Text"});
    let answer = gateway.post_json("ralf", "/mail/compose", &draft).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    let mut message = subscriber.read(&service.next().await.body);
    let mut devtools = DevTools::of(&browser).await;
    // As if it had been in time.
    message["type"] = json!("compose");
    message["expires"] = json!("2999-01-01T00:00:00Z");
    pushed(&mut devtools, &origin, &message, "Your order").await;
    message["type"] = json!("withdraw");
    let worker = pushed(&mut devtools, &origin, &message, "Missed: Your order").await;
    // There is nothing left to be opened: the click leads to the page.
    assert_eq!(devtools.run(&worker, CLICK).await, format!("{origin}/"));

    // A click that comes too late says so.
    let id = message["id"].as_str().unwrap();
    browser.open(&format!("{origin}/#compose={id}")).await;
    browser
        .see_text("#toasts .toast", "This message is not waiting any more")
        .await;
}

#[tokio::test]
async fn a_click_brings_up_the_page_that_has_the_window() {
    let gateway = gateway(Duration::from_secs(40)).await;
    let Some(browser) = Browser::with(Record::Complaints, &["--disable-features=none"]).await
    else {
        return;
    };
    let url = gateway.url("/");
    allow_notifications(&browser, &url).await;
    browser.sign_in_at(&url, "ralf", PASSWORD).await;
    kept(&browser).await;
    let tab = browser.tab().await;
    browser.new_tab().await;
    let id = super::super::open_window(&gateway, "ralf", &json!({"subject": "Your order"})).await;
    let mut devtools = DevTools::of(&browser).await;
    let worker = devtools.attach("service_worker", &url).await;
    eventually("a notification is shown", async || {
        devtools.run(&worker, SHOWN).await == json!([["Your order", "Opened by ralf", id]])
    })
    .await;
    let page = devtools.attach("page", &url).await;
    let window = format!("document.querySelector('[data-compose-id=\"{id}\"]')");
    devtools
        .run(
            &page,
            &format!("{window}.querySelector('.window-toggle').click()"),
        )
        .await;
    let minimised = format!("return {window}.hasAttribute('data-minimised')");
    assert_eq!(devtools.run(&page, &minimised).await, true);
    assert_eq!(
        devtools.run(&worker, CLICK).await,
        Value::Null,
        "no second page"
    );
    eventually("the window is shown", async || {
        devtools.run(&page, &minimised).await == false
    })
    .await;
    browser.turn_to(&tab).await;
    browser.window(&id).await.is_minimised(false).await;
}
