//! Pages that are there and do not run: frozen, held up, hidden, taken away, in the back/forward cache, asleep.
//!
//! Freezing, hiding and the back/forward cache are Chromium's own. When a page thaws, Chromium closes its WebSocket and
//! drops what came meanwhile; a page that was only held up reads it all. Chromium discards no tab that a debugger is
//! attached to: in place of that, a frozen one is closed, which runs none of its scripts either.

use std::time::Duration;

use fantoccini::Client;
use quillgate::config::Config;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::session::sessions_become;
use super::{open_window, signed_in, state};
use crate::support::command::House;
use crate::support::gateway::Answer;
use crate::support::{Browser, Gateway, Page, eventually};

/// Long enough that the second session is only offered a compose when the first one has passed it on.
const NEVER: Duration = Duration::from_secs(60);

/// Keeps what happens in the page: timers, connections, frames that are answered, windows that come up.
const OBSERVE: &str = "
    Object.assign(window, {ticks: 0, sockets: 0, pongs: 0, shown: []});
    setInterval(() => window.ticks++, 20);
    const known = new WeakSet();
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) {
        if (!known.has(this)) this.addEventListener('message', ({data}) => window.pongs += data.includes('\"pong\"'));
        known.add(this);
        send.call(this, text);
    };
    window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); window.sockets++; } };
    new MutationObserver((changes) => {
        const added = changes.flatMap((change) => [...change.addedNodes]);
        window.shown.push(...added.filter((node) => node.role === 'dialog').map((node) => node.dataset.composeId));
    }).observe(document.getElementById('dock'), {childList: true});
";

/// Holds the page up in the middle of a script, from an upload to a change of a compose's state. The page has just asked
/// for a sign of life then; the browser goes on answering pings for it.
const STALL: &str = "
    const ask = (method, path, headers) => {
        const held = new XMLHttpRequest();
        held.open(method, path, false);
        for (const [name, value] of Object.entries(headers)) held.setRequestHeader(name, value);
        held.send('');
    };
    dispatchEvent(new Event('offline'));
    ask('POST', 'mail/attachments/held', {'X-No-Location': 'true'});
    ask('GET', 'mail/compose/' + arguments[0], {'Prefer': 'wait=50'});
";

fn draft() -> Value {
    json!({"to": ["a@example.org"], "subject": "Offer", "body": "Text"})
}

/// A page that pulses every second, whom nobody is offered a compose beside.
fn patient(config: &mut Config) {
    config.presence.pulse = Duration::from_secs(1);
    config.presence.offer_stagger = NEVER;
    config.presence.compose_deadline = NEVER;
}

fn ask_for_window(gateway: &Gateway, draft: &Value) -> JoinHandle<Answer> {
    let request = gateway.post("ralf", "/mail/compose").json(draft);
    tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await })
}

/// Freezes the page and makes sure that its scripts stand still.
async fn freeze(browser: &Browser) {
    browser.freeze().await;
    let before = browser.ask("return window.ticks").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(browser.ask("return window.ticks").await, before);
}

/// Thaws the page, and waits until it lives on a connection that lives: what it asks while Chromium closes the old one
/// may still be answered.
async fn thaw(browser: &Browser) {
    browser.ask("window.pongs = 0").await;
    browser.thaw().await;
    let script = "dispatchEvent(new Event('offline')); return window.pongs > 5";
    browser.until(script, vec![]).await;
}

/// A window in another page, whose end ends a stall.
async fn hold(gateway: &Gateway, other: &mut Page) -> Value {
    let draft = draft();
    let (answer, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        other.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    offer["id"].clone()
}

/// Returns when the page stands still, with what ends when it runs again.
async fn stall(browser: &Browser, gateway: &Gateway, hold: &Value) -> JoinHandle<()> {
    let uploads = gateway.uploads();
    let client = Client::clone(browser);
    let arguments = vec![hold.clone()];
    let stalled = tokio::spawn(async move {
        client.execute(STALL, arguments).await.unwrap();
    });
    eventually("the page stands still", async || {
        gateway.uploads() > uploads
    })
    .await;
    stalled
}

/// Ends the stall, and waits until the page has read everything that came before.
async fn release(browser: &Browser, other: &mut Page, hold: &Value, stalled: JoinHandle<()>) {
    other
        .say(json!({"type": "finished", "id": hold, "state": "discarded"}))
        .await;
    stalled.await.unwrap();
    browser
        .ask("window.pongs = 0; dispatchEvent(new Event('offline'))")
        .await;
    browser.until("return window.pongs > 0", vec![]).await;
}

/// Opens a window that can only come up in the browser: every other page would let it wait for ever.
async fn opens_in(browser: &Browser, gateway: &Gateway) {
    let id = open_window(gateway, "ralf", &draft()).await;
    browser.window(&id).await.press("Discard").await;
    browser.no_window(&id).await;
}

#[tokio::test]
async fn a_frozen_page_is_offered_last_and_comes_back_without_a_reload() {
    let gateway = Gateway::with(patient).await;
    // Without focus, and its person has not touched it since.
    let mut other = Page::open(&gateway, "ralf").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    browser.press_somewhere().await;
    opens_in(&browser, &gateway).await;

    freeze(&browser).await;
    // Its last pulse was before that.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    sessions_become(&gateway, 2).await;
    let draft = draft();
    let (answer, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        other.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["id"], offer["id"]);

    thaw(&browser).await;
    opens_in(&browser, &gateway).await;
    assert!(other.hears_no("compose", Duration::from_millis(100)).await);
    // It is the same page as before, and has had no window but its own two.
    assert_eq!(browser.ask("return window.shown.length").await, 2);
}

#[tokio::test]
async fn a_frozen_page_answers_pings_and_never_opens_what_has_expired() {
    let gateway = Gateway::with(|config| {
        config.presence.heartbeat = Duration::from_secs(1);
        config.presence.pulse = Duration::from_secs(1);
        config.presence.compose_deadline = Duration::from_millis(1_500);
    })
    .await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    freeze(&browser).await;
    let large = json!({"subject": "Large", "body": "line\n".repeat(10_000)});
    for draft in [draft(), large] {
        let answer = gateway.post_json("ralf", "/mail/compose", &draft).await;
        assert_eq!(
            (answer.status, answer.body["details"]["reason"].as_str()),
            (404, Some("silent")),
            "{}",
            answer.text
        );
    }
    // Longer than the network may be silent: the browser has answered for its page.
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    sessions_become(&gateway, 1).await;

    thaw(&browser).await;
    opens_in(&browser, &gateway).await;
    assert_eq!(browser.ask("return window.shown.length").await, 1);
}

#[tokio::test]
async fn what_has_expired_while_a_page_was_held_up_is_read_and_not_opened() {
    let gateway = Gateway::with(|config| {
        config.presence.offer_stagger = Duration::from_millis(100);
        config.presence.compose_deadline = Duration::from_secs(2);
    })
    .await;
    let mut other = Page::open(&gateway, "ralf").await;
    let hold = hold(&gateway, &mut other).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    let stalled = stall(&browser, &gateway, &hold).await;
    for _ in 0..3 {
        let answer = gateway.post_json("ralf", "/mail/compose", &draft()).await;
        assert_eq!(
            answer.body["details"]["reason"], "silent",
            "{}",
            answer.text
        );
    }
    // The page knows the server's clock but for what the first message took to come.
    tokio::time::sleep(Duration::from_secs(1)).await;
    release(&browser, &mut other, &hold, stalled).await;
    assert_eq!(
        browser
            .ask("return [window.shown.length, window.sockets]")
            .await,
        json!([0, 0]),
        "no window, and no new connection for a late answer"
    );
    other.close().await;
    opens_in(&browser, &gateway).await;
}

#[tokio::test]
async fn a_page_that_runs_again_leaves_the_window_to_the_one_that_opened_it() {
    let gateway = Gateway::with(|config| {
        config.presence.offer_stagger = Duration::from_millis(200);
        config.presence.compose_deadline = NEVER;
    })
    .await;
    let mut other = Page::open(&gateway, "ralf").await;
    let hold = hold(&gateway, &mut other).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    let large = json!({"subject": "Large", "body": "line\n".repeat(10_000)});
    let mut taken = Vec::new();
    for held_up in [true, false] {
        browser.press_somewhere().await;
        let stalled = if held_up {
            Some(stall(&browser, &gateway, &hold).await)
        } else {
            freeze(&browser).await;
            None
        };
        for draft in [&draft(), &large] {
            let (answer, offer) = tokio::join!(
                gateway.post_json("ralf", "/mail/compose", draft),
                other.accept()
            );
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.body["id"], offer["id"]);
            taken.push(offer["id"].as_str().unwrap().to_owned());
        }
        match stalled {
            Some(stalled) => release(&browser, &mut other, &hold, stalled).await,
            None => thaw(&browser).await,
        }
        browser.see_no("[role=dialog]").await;
    }
    // One whose payload has to be fetched is withdrawn before there is anything to show.
    let shown = browser.ask("return window.shown").await;
    assert!(!shown.as_array().unwrap().contains(&json!(taken[1])));
    for id in taken {
        assert_eq!(state(&gateway, "ralf", &id).await, "opened");
    }
    assert!(other.hears_no("withdraw", Duration::from_millis(300)).await);
    other.close().await;
    opens_in(&browser, &gateway).await;
}

#[tokio::test]
async fn a_hidden_page_goes_on_pulsing_and_gets_its_windows() {
    let gateway = Gateway::with(patient).await;
    let mut other = Page::open(&gateway, "ralf").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    browser.press_somewhere().await;
    browser.minimise().await;
    // A page that did not pulse would be dormant by now.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    assert_eq!(browser.windows_shown().await, [id.as_str()]);
    assert_eq!(state(&gateway, "ralf", &id).await, "opened", "not seen");

    // A page in view comes first.
    other.pulse(false, true).await;
    let draft = draft();
    let (answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        other.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    browser.unminimise().await;
    browser.window(&id).await;
    while state(&gateway, "ralf", &id).await != "seen" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_page_in_the_back_forward_cache_is_away_and_comes_back_with_its_window() {
    let gateway =
        Gateway::with(|config| config.presence.resume_grace = Duration::from_millis(300)).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", ", precious").await;
    window.has_stored(", precious").await;

    browser.open(&gateway.url("/static/favicon.svg")).await;
    // Chromium would answer pings for the page for as long as it keeps it.
    sessions_become(&gateway, 0).await;
    let answer = gateway.post_json("ralf", "/mail/compose", &draft()).await;
    assert_eq!(
        (answer.status, answer.body["details"]["reason"].as_str()),
        (404, Some("offline")),
        "{}",
        answer.text
    );

    browser.back().await.unwrap();
    browser.online().await;
    assert_eq!(
        browser.ask("return window.sockets").await,
        1,
        "the same page, with one connection more"
    );
    sessions_become(&gateway, 1).await;
    window.holds("Message", "Text, precious").await;
    opens_in(&browser, &gateway).await;
    assert_eq!(browser.windows_shown().await, [id.as_str()]);
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
}

#[tokio::test]
async fn a_window_asked_for_while_its_page_is_in_the_cache_opens_when_it_is_back() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    browser.open(&gateway.url("/static/favicon.svg")).await;
    sessions_become(&gateway, 0).await;
    let answer = ask_for_window(&gateway, &draft());
    browser.back().await.unwrap();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    browser.window(answer.body["id"].as_str().unwrap()).await;
    assert_eq!(browser.ask("return window.shown.length").await, 1);
}

#[tokio::test]
async fn a_page_opened_anew_in_front_of_its_cached_one_has_the_only_window() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    window.add("Message", ", precious").await;
    window.has_stored(", precious").await;
    browser.open(&gateway.url("/static/favicon.svg")).await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    window.holds("Message", "Text, precious").await;
    sessions_become(&gateway, 1).await;

    browser.back().await.unwrap();
    browser.back().await.unwrap();
    browser.online().await;
    window.holds("Message", "Text, precious").await;
    assert_eq!(browser.windows_shown().await, [id]);
    sessions_become(&gateway, 1).await;
}

#[tokio::test]
async fn a_tab_taken_away_while_frozen_is_offline_and_leaves_its_draft_to_the_next() {
    let gateway =
        Gateway::with(|config| config.presence.resume_grace = Duration::from_millis(300)).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask(OBSERVE).await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    browser.window(&id).await.add("Message", ", typed").await;
    let old = browser.tab().await;
    freeze(&browser).await;
    let new = browser.new_window(true).await.unwrap().handle;
    browser.switch_to_window(old).await.unwrap();
    browser.close_window().await.unwrap();
    browser.turn_to(&new).await;
    sessions_become(&gateway, 0).await;
    let answer = gateway.post_json("ralf", "/mail/compose", &draft()).await;
    assert_eq!(answer.status, 404);

    browser.open(&gateway.url("/")).await;
    browser.online().await;
    let window = browser.window(&id).await;
    window.holds("Message", "Text, typed").await;
    assert_eq!(browser.windows_shown().await, [id]);
}

#[tokio::test]
async fn a_page_whose_network_went_silent_says_so_and_reconnects_without_a_reload() {
    let house = House::inhabited("");
    let server = house.serve();
    let Some(browser) = Browser::start().await else {
        return;
    };
    let url = format!("http://{}/", server.address());
    browser.sign_in_at(&url, "ralf", "secret-ralf").await;
    browser.ask(OBSERVE).await;

    // Nothing answers any more, and nothing is closed: a lid that shut, a cable that was pulled.
    server.signal(Signal::STOP);
    browser.emulate_network(false).await;
    browser.state("offline").await;
    server.signal(Signal::CONT);
    browser.emulate_network(true).await;
    browser.online().await;
    assert_eq!(
        browser.ask("return window.sockets > 0").await,
        true,
        "the same page"
    );

    // The same without a word from the system: it is noticed when the page is looked at again.
    browser.minimise().await;
    server.signal(Signal::STOP);
    browser.unminimise().await;
    browser.see("#connection:not([data-state='online'])").await;
    server.signal(Signal::CONT);
    browser.online().await;
    let request = server.request(reqwest::Method::POST, "ralf", "/mail/compose");
    let answer = Answer::of(request.json(&draft()).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    browser.window(answer.body["id"].as_str().unwrap()).await;
}
