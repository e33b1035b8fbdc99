//! Commands that are sent without waiting for answers, to servers that offer PIPELINING and keep to it or not.

use super::fake_server::{Act, FakeServer};
use super::*;

const OFFER: Act = Act::Say("250-fake\r\n250-SIZE 100000000\r\n250-pipelining\r\n250 8BITMIME");

/// A server with PIPELINING that otherwise does what `script` says.
async fn offering(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> FakeServer {
    FakeServer::start(move |number, command| {
        if command.starts_with("EHLO") {
            OFFER
        } else {
            script(number, command)
        }
    })
    .await
}

fn hasty() -> House {
    house_with(OutboundLimits {
        smtp_timeout: Duration::from_millis(500),
        ..limits()
    })
}

fn three() -> Value {
    json!({"to": ["a@x.org"], "cc": ["b@x.org"], "bcc": ["c@x.org"], "body": "x"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_offers_it_gets_all_commands_before_it_answers_one() {
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("MAIL" | "RCPT") => Act::Later,
        _ => Act::Usual,
    };
    let (house, server) = (house(), offering(script).await);
    for _ in 0..2 {
        let sent = house.send(&server, three()).await.expect("sent");
        assert_eq!(sent.warnings, Vec::<String>::new());
    }
    server.seen(|seen| {
        let verbs: Vec<_> = seen.commands.iter().map(|line| &line[..4]).collect();
        let mail = ["MAIL", "RCPT", "RCPT", "RCPT", "DATA"];
        assert_eq!(verbs, [&["EHLO"][..], &mail, &mail].concat());
        assert_eq!(seen.mails[1].to, ["a@x.org", "b@x.org", "c@x.org"]);
        assert_eq!((seen.connects, seen.mails.len()), (1, 2));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_offer_it_gets_one_command_at_a_time() {
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("MAIL" | "RCPT") => Act::Wait(Duration::from_millis(20)),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    house.send(&server, three()).await.expect("sent");
    assert_eq!(server.seen(|seen| (seen.early, seen.mails.len())), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_server_need_have_room_for_is_not_sent_ahead() {
    let (house, server) = (house(), offering(|_, _| Act::Usual).await);
    let everybody: Vec<_> = (0..400)
        .map(|number| format!("somebody{number:03}@x.org"))
        .collect();
    house
        .send(&server, json!({"to": everybody}))
        .await
        .expect("sent");
    server.seen(|seen| {
        assert_eq!((seen.early, seen.mails.len()), (0, 1));
        assert_eq!(seen.mails[0].to.len(), 400);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipient_has_its_own_answer() {
    let script = |_: usize, command: &str| match command {
        "RCPT TO:<b@x.org>" => Act::Say("550-5.1.1 User\r\n550 unknown"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), offering(script).await);
    let sent = house.send(&server, three()).await.expect("sent");
    assert_eq!(
        sent.warnings,
        ["Mail NOT sent to b@x.org (550 5.1.1 User unknown)"]
    );
    assert_eq!(
        server.seen(|seen| seen.mails[0].to.clone()),
        ["a@x.org", "c@x.org"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_the_connection_in_step() {
    for (refused, says, resets) in [
        ("MAIL", "550 5.7.1 not you", 0),
        ("RCPT", "550 5.1.1 User unknown", 1),
        ("DATA", "451 4.3.0 not now", 1),
        (".", "554 5.6.0 no such mail", 0),
    ] {
        let script = move |_: usize, command: &str| {
            if command.starts_with(refused) {
                return Act::Say(says);
            }
            match (refused, command.get(..4)) {
                ("MAIL", Some("RCPT" | "DATA")) | ("RCPT", Some("DATA")) => {
                    Act::Say("503 5.5.1 Bad sequence of commands")
                }
                _ => Act::Usual,
            }
        };
        let (house, server) = (house(), offering(script).await);
        for _ in 0..2 {
            let error = house.send(&server, three()).await.expect_err(refused);
            assert_eq!(answer(error)["message"], says, "{refused}");
        }
        server.seen(|seen| {
            let reset = seen.commands.iter().filter(|line| *line == "RSET").count();
            assert_eq!((seen.connects, reset), (1, 2 * resets), "{refused}");
            assert_eq!(seen.mails.len(), 0, "{refused}");
        });
        assert_eq!((house.spooled().len(), house.copies().len()), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_a_message_for_nobody_gets_none() {
    for refused in ["MAIL", "RCPT"] {
        let script = move |number: usize, command: &str| {
            if number == 1 && command.starts_with(refused) {
                Act::Say("550 5.7.1 no")
            } else {
                Act::Usual
            }
        };
        let (house, server) = (house(), offering(script).await);
        let error = house.send(&server, three()).await.expect_err(refused);
        assert_eq!(answer(error)["message"], "550 5.7.1 no", "{refused}");
        house.send(&server, three()).await.expect("sent");
        // On the first connection all that is said would be a message: nothing is, and it is closed.
        while server.seen(|seen| seen.unfinished.is_empty()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(server.seen(|seen| seen.unfinished.clone()), [b""]);
        assert_eq!(
            server.seen(|seen| (seen.connects, seen.mails.len())),
            (2, 1),
            "{refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_or_out_of_step_gets_no_message() {
    for step in ["MAIL", "RCPT TO:<b@", "DATA"] {
        for act in [
            Act::Close,
            Act::Hang,
            Act::Nothing,
            Act::SayAndClose("421 4.3.2 shutting down"),
            Act::Say("354 go on"),
            Act::Say("250 one\r\n250 two"),
            Act::Say("what?"),
        ] {
            // That is as it should be.
            if (step, act) == ("DATA", Act::Say("354 go on")) {
                continue;
            }
            let script = move |_: usize, command: &str| {
                if command.starts_with(step) {
                    act
                } else {
                    Act::Usual
                }
            };
            let (house, server) = (hasty(), offering(script).await);
            let error = house.send(&server, three()).await.expect_err(step);
            let message = answer(error)["message"].clone();
            assert!(
                message == "SMTP Server not reachable" || message == "421 4.3.2 shutting down",
                "{step}: {message}"
            );
            assert_eq!(server.seen(|seen| seen.mails.len()), 0, "{step}");
            assert_eq!((house.spooled().len(), house.copies().len()), (0, 0));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_while_idle_is_replaced_all_the_same() {
    for act in [Act::Close, Act::SayAndClose("421 4.4.2 idle for too long")] {
        let carried = std::sync::atomic::AtomicUsize::new(0);
        let script = move |_: usize, command: &str| {
            let begun = command.starts_with("MAIL");
            let second = begun && carried.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1;
            if second { act } else { Act::Usual }
        };
        let (house, server) = (house(), offering(script).await);
        for _ in 0..2 {
            house.send(&server, three()).await.expect("sent");
        }
        server.seen(|seen| {
            assert_eq!((seen.connects, seen.mails.len()), (2, 2));
            assert!(seen.mails.iter().all(|mail| mail.to.len() == 3));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_end_is_answered_with_something_else_is_in_doubt() {
    let script = |_: usize, command: &str| match command {
        "." => Act::Say("354 go on"),
        _ => Act::Usual,
    };
    let (house, server) = (hasty(), offering(script).await);
    let body = answer(house.send(&server, three()).await.expect_err("in doubt"));
    assert_eq!(body["details"]["state"], "in doubt");
    assert_eq!(house.spooled().len(), 2);
}
