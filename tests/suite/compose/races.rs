//! What happens at the same time as an offer. Each race is run in both orders, and then without any.

use std::time::Duration;

use quillgate::auth::admin::users;
use quillgate::config::Config;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::state;
use crate::support::gateway::Answer;
use crate::support::people::{basic, revoke, sign_in, token};
use crate::support::raw::Raw;
use crate::support::{Gateway, Page, eventually};

/// Longer than a test waits for an answer: what comes at all has come at once.
const NEVER: Duration = Duration::from_secs(60);
/// Rounds without an order, each with another one of its own.
const ROUNDS: usize = 8;

/// Nothing but what happens in the test ends an offer.
fn endless(config: &mut Config) {
    config.presence.offer_stagger = NEVER;
    config.presence.compose_deadline = NEVER;
    config.presence.resume_grace = NEVER;
}

fn ask(gateway: &Gateway) -> JoinHandle<Answer> {
    let request = gateway.post("ralf", "/mail/compose").json(&json!({}));
    tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await })
}

fn ack(id: &Value) -> Value {
    json!({"type": "ack", "id": id, "state": "opened", "visible": true})
}

/// Returns when the window is withdrawn from the page. That of an ack which came too late may be withdrawn twice.
async fn withdrawn(page: &mut Page, id: &Value) {
    while page.next_of("withdraw").await["id"] != *id {}
}

/// The answer, which is to be there in no time.
async fn answer(asked: JoinHandle<Answer>) -> Answer {
    let answer = tokio::time::timeout(Duration::from_secs(20), asked).await;
    answer.expect("an answer at once").unwrap()
}

fn is_offline(answer: &Answer) -> bool {
    answer.status == 404 && answer.body["details"]["reason"] == "offline"
}

/// Which of two things comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    AckFirst,
    EndFirst,
    Together,
}

const ORDERS: [Order; 3] = [Order::AckFirst, Order::EndFirst, Order::Together];

#[tokio::test]
async fn the_next_offer_goes_where_the_person_is_by_then() {
    let gateway = Gateway::with(|config| {
        config.presence.offer_stagger = Duration::from_millis(500);
        config.presence.compose_deadline = NEVER;
    })
    .await;
    for second_is_next in [true, false, true] {
        let mut best = Page::open(&gateway, "ralf").await;
        let mut one = Page::open(&gateway, "ralf").await;
        let mut two = Page::open(&gateway, "ralf").await;
        best.pulse(true, true).await;
        let (next, last) = if second_is_next {
            (&mut two, &mut one)
        } else {
            (&mut one, &mut two)
        };
        // Until the compose comes, the other one would be next.
        last.pulse(false, true).await;
        let asked = ask(&gateway);
        let offer = best.next_of("compose").await;
        best.pulse(false, false).await;
        next.pulse(true, true).await;
        assert_eq!(next.accept().await["id"], offer["id"]);
        assert_eq!(answer(asked).await.status, 200);
        assert_eq!(best.next_of("withdraw").await["id"], offer["id"]);
        last.say(json!({"type": "ping"})).await;
        assert_eq!(last.next().await.unwrap()["type"], "pong", "no offer");
        for page in [best, one, two] {
            page.close().await;
        }
    }
}

#[tokio::test]
async fn of_two_acks_one_wins_and_the_other_is_withdrawn() {
    let gateway = Gateway::with(|config| {
        config.presence.offer_stagger = Duration::from_millis(1);
        config.presence.compose_deadline = NEVER;
    })
    .await;
    let mut pages = [
        Page::open(&gateway, "ralf").await,
        Page::open(&gateway, "ralf").await,
    ];
    for round in 0..2 * ROUNDS {
        let asked = ask(&gateway);
        let [one, two] = &mut pages;
        let offers = (one.next_of("compose").await, two.next_of("compose").await);
        let id = &offers.0["id"];
        assert_eq!(*id, offers.1["id"]);
        let [first, second] = if round % 2 == 0 {
            [one, two]
        } else {
            [two, one]
        };
        first.say(ack(id)).await;
        // In half of the rounds the second ack meets the withdrawal on its way, in the others it comes after the answer.
        let answer = if round % 4 < 2 {
            second.say(ack(id)).await;
            answer(asked).await
        } else {
            let answer = answer(asked).await;
            second.say(ack(id)).await;
            answer
        };
        assert_eq!(answer.status, 200, "{}", answer.text);
        let (winner, loser) = tokio::select! {
            () = withdrawn(first, id) => (&mut *second, &mut *first),
            () = withdrawn(second, id) => (&mut *first, &mut *second),
        };
        // What it says about a window that another page has means nothing.
        loser.say(json!({"type": "seen", "id": id})).await;
        loser
            .say(json!({"type": "finished", "id": id, "state": "discarded"}))
            .await;
        loser.pulse(false, false).await;
        let wait = Duration::from_millis(20);
        assert!(
            tokio::time::timeout(wait, withdrawn(winner, id))
                .await
                .is_err()
        );
        assert_eq!(state(&gateway, id.as_str().unwrap()).await, "opened");
    }
}

/// What ends a session during its offer.
#[derive(Clone, Copy, Debug)]
enum End {
    SignOut,
    Revocation,
    Disabled,
}

/// A session of ralf's that can be ended that way, and how.
struct Ending {
    end: End,
    cookie: String,
    token: i32,
    page: Page,
}

impl Ending {
    async fn new(gateway: &Gateway, end: End) -> Self {
        let cookie = sign_in(gateway, "ralf").await;
        let (id, token) = token(gateway, Some("ralf"), "groupdav mail:session", None).await;
        let headers = match end {
            End::SignOut => ("cookie", cookie.clone()),
            End::Revocation => ("authorization", basic("ralf", &token)),
            End::Disabled => (
                "authorization",
                basic("ralf", crate::support::people::PASSWORD),
            ),
        };
        let origin = gateway.url("");
        let headers = [(headers.0, headers.1.as_str()), ("origin", &origin)];
        let page = Page::connect(gateway, &headers).await.unwrap();
        Self {
            end,
            cookie,
            token: id,
            page,
        }
    }

    async fn happens(end: End, cookie: &str, token: i32, gateway: &Gateway) {
        match end {
            End::SignOut => {
                let request = gateway.request(Method::POST, "/logout");
                let request = request
                    .header("cookie", cookie)
                    .header("origin", gateway.url(""));
                assert_eq!(request.send().await.unwrap().status(), 200);
            }
            End::Revocation => revoke(gateway, token).await,
            End::Disabled => {
                let disable = |db: std::sync::Arc<sea_orm::DatabaseTransaction>| async move {
                    users::disable(&db, "ralf").await
                };
                gateway.change(disable).await;
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_ends_during_its_offer_is_offline_at_once_unless_it_has_confirmed() {
    let gateway = Gateway::with(endless).await;
    for end in [End::SignOut, End::Revocation, End::Disabled] {
        for order in ORDERS.into_iter().chain([Order::Together; ROUNDS]) {
            let Ending {
                end,
                cookie,
                token,
                mut page,
            } = Ending::new(&gateway, end).await;
            let asked = ask(&gateway);
            let id = page.next_of("compose").await["id"].clone();
            let ends = Ending::happens(end, &cookie, token, &gateway);
            match order {
                Order::AckFirst => {
                    page.say(ack(&id)).await;
                    assert_eq!(answer(asked).await.status, 200, "{end:?}");
                    ends.await;
                }
                Order::EndFirst => {
                    ends.await;
                    assert!(is_offline(&answer(asked).await), "{end:?}");
                }
                Order::Together => {
                    let ((), (), answer) = tokio::join!(page.say(ack(&id)), ends, answer(asked));
                    assert!(
                        answer.status == 200 || is_offline(&answer),
                        "{end:?}: {}",
                        answer.text
                    );
                }
            }
            assert_eq!(page.closed().await, Some(4401), "{end:?} {order:?}");
            let enable = |db: std::sync::Arc<sea_orm::DatabaseTransaction>| async move {
                users::enable(&db, "ralf").await
            };
            gateway.change(enable).await;
        }
    }
    assert_eq!(gateway.load.composes().0, 0);
}

#[tokio::test]
async fn a_session_that_ends_during_its_offer_passes_it_on_at_once() {
    let gateway = Gateway::with(endless).await;
    let mut other = Page::open(&gateway, "ralf").await;
    for end in [End::SignOut, End::Revocation] {
        let mut ending = Ending::new(&gateway, end).await;
        ending.page.pulse(true, true).await;
        let asked = ask(&gateway);
        let offer = ending.page.next_of("compose").await;
        Ending::happens(ending.end, &ending.cookie, ending.token, &gateway).await;
        assert_eq!(other.accept().await["id"], offer["id"]);
        assert_eq!(answer(asked).await.status, 200);
    }
}

/// In which order the old connection of a page and its new one speak.
#[derive(Clone, Copy, Debug)]
enum Reload {
    AckThenBack,
    BackThenAck,
    BackWithoutAck,
    Together,
}

#[tokio::test]
async fn a_page_back_on_a_new_connection_keeps_the_window_that_it_was_opening() {
    let gateway = Gateway::with(endless).await;
    let orders = [
        Reload::AckThenBack,
        Reload::BackThenAck,
        Reload::BackWithoutAck,
    ];
    for order in orders.into_iter().chain([Reload::Together; ROUNDS]) {
        let mut page = Page::open(&gateway, "ralf").await;
        let asked = ask(&gateway);
        let id = page.next_of("compose").await["id"].clone();
        let attach = json!({"type": "attach", "windows": [id]});
        let mut again = Page::open(&gateway, "ralf").await;
        match order {
            Reload::AckThenBack => {
                page.say(ack(&id)).await;
                page.close().await;
                again.say(attach).await;
            }
            Reload::BackThenAck => {
                again.say(attach).await;
                again.say(json!({"type": "ping"})).await;
                again.next_of("pong").await;
                page.say(ack(&id)).await;
                page.close().await;
            }
            Reload::BackWithoutAck => {
                page.close().await;
                again.say(attach).await;
            }
            Reload::Together => {
                let leave = async {
                    page.say(ack(&id)).await;
                    page.close().await;
                };
                tokio::join!(leave, again.say(attach));
            }
        }
        assert_eq!(answer(asked).await.status, 200, "{order:?}");
        assert!(
            again.hears_no("withdraw", Duration::from_millis(700)).await,
            "{order:?}"
        );
        assert_eq!(state(&gateway, id.as_str().unwrap()).await, "opened");
        again.close().await;
        eventually("the page is gone", async || {
            let online = gateway.get_json("ralf", "/presence").await;
            online.body["users"] == json!([]) || online.body["users"][0]["sessions"] == 0
        })
        .await;
    }
}

#[tokio::test]
async fn a_window_whose_caller_was_told_404_goes_when_its_page_is_back() {
    let gateway = Gateway::with(|config| {
        config.presence.compose_deadline = Duration::from_millis(300);
    })
    .await;
    let mut page = Page::open(&gateway, "ralf").await;
    let asked = ask(&gateway);
    let id = page.next_of("compose").await["id"].clone();
    assert_eq!(answer(asked).await.body["details"]["reason"], "silent");
    // It had opened the window, but neither its word nor the withdrawal came through.
    let mut again = Page::open(&gateway, "ralf").await;
    let attach = json!({"type": "attach", "windows": [id]});
    again.say(attach.clone()).await;
    assert_eq!(again.next_of("withdraw").await["id"], id);
    // What no server ever knew of is left alone: a record may have been lost in a crash.
    let long_ago = json!("0190a000-0000-7000-8000-000000000000");
    again
        .say(json!({"type": "attach", "windows": [long_ago]}))
        .await;
    again.say(attach).await;
    assert_eq!(again.next_of("withdraw").await["id"], id);
}

#[tokio::test]
async fn a_stop_takes_back_what_nobody_has_confirmed() {
    for order in ORDERS.into_iter().chain([Order::Together; 4]) {
        let gateway = Gateway::with(endless).await;
        let mut page = Page::open(&gateway, "ralf").await;
        let asked = ask(&gateway);
        let id = page.next_of("compose").await["id"].clone();
        // A page reads all the while: else the stop would wait for its farewell.
        let ended = async |page: &mut Page| {
            let mut withdrawn = false;
            loop {
                match page.next().await {
                    Ok(frame) => withdrawn |= frame["type"] == "withdraw" && frame["id"] == id,
                    Err(code) => break (withdrawn, code),
                }
            }
        };
        let (answer, (withdrawn, code)) = match order {
            Order::AckFirst => {
                page.say(ack(&id)).await;
                let answer = answer(asked).await;
                (answer, tokio::join!(gateway.stop(), ended(&mut page)).1)
            }
            Order::EndFirst => {
                let (answer, (), end) =
                    tokio::join!(answer(asked), gateway.stop(), ended(&mut page));
                (answer, end)
            }
            Order::Together => {
                let reading = async {
                    page.say(ack(&id)).await;
                    ended(&mut page).await
                };
                let (answer, (), end) = tokio::join!(answer(asked), gateway.stop(), reading);
                (answer, end)
            }
        };
        assert_eq!(code, Some(1012));
        match answer.status {
            200 => assert!(!withdrawn, "{order:?}"),
            503 => {
                assert!(withdrawn, "{order:?}");
                assert!(answer.header("retry-after").is_some());
            }
            _ => panic!("{order:?}: {}", answer.text),
        }
        assert!(order != Order::AckFirst || answer.status == 200);
        assert!(order != Order::EndFirst || answer.status == 503);
    }
}

/// How a caller goes away.
#[derive(Clone, Copy, Debug)]
enum HangUp {
    /// FIN, and nothing is read any more.
    Close,
    /// FIN of its own direction only.
    HalfClose,
    /// RST.
    Reset,
}

#[tokio::test]
async fn a_caller_that_hangs_up_and_repeats_finds_its_one_window() {
    let gateway = Gateway::with(endless).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let mut number = 0;
    for how in [HangUp::Close, HangUp::HalfClose, HangUp::Reset] {
        for confirmed_before_the_repeat in [true, false] {
            number += 1;
            let key = format!("k{number}");
            let body = r#"{"subject":"Once"}"#;
            let headers = [
                format!("Idempotency-Key: {key}"),
                format!("Content-Length: {}", body.len()),
            ];
            let headers = headers.each_ref().map(String::as_str);
            let mut caller = Raw::post(&gateway, "/mail/compose", &headers).await;
            caller.send(body.as_bytes()).await.unwrap();
            let id = page.next_of("compose").await["id"].clone();
            let half_open = match how {
                HangUp::Close => {
                    drop(caller);
                    None
                }
                HangUp::HalfClose => {
                    caller.finish().await;
                    Some(caller)
                }
                HangUp::Reset => {
                    caller.reset();
                    None
                }
            };
            let repeat = || {
                let request = gateway.post("ralf", "/mail/compose");
                let request = request.header("Idempotency-Key", &key).body(body);
                tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await })
            };
            let repeated = if confirmed_before_the_repeat {
                page.say(ack(&id)).await;
                eventually("the compose is answered", async || {
                    gateway.load.composes().0 == 0
                })
                .await;
                repeat()
            } else {
                let repeated = repeat();
                // Whether it has come by then or not: it opens no window of its own.
                assert!(page.hears_no("compose", Duration::from_millis(100)).await);
                page.say(ack(&id)).await;
                repeated
            };
            let repeated = answer(repeated).await;
            assert_eq!(repeated.status, 200, "{how:?}: {}", repeated.text);
            assert_eq!(repeated.body["id"], id, "{how:?}");
            assert_eq!(answer(repeat()).await.text, repeated.text);
            assert!(page.hears_no("compose", Duration::from_millis(50)).await);
            if let Some(mut caller) = half_open {
                assert_eq!(caller.answer().await.body, repeated.text);
            }
        }
    }
    assert_eq!(gateway.load.composes().0, 0);
}
