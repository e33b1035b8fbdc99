//! How connections are opened, shared, given up and closed.

use std::time::Instant;

use futures_util::future::join_all;

use super::fake_server::{Act, FakeServer};
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_carries_mail_after_mail_without_being_asked() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let started = Instant::now();
    for _ in 0..20 {
        house.send(&server, draft()).await.expect("sent");
    }
    let seen = server.seen(|seen| {
        (
            seen.connects,
            seen.mails.len(),
            seen.commands.join(" ").contains("NOOP"),
        )
    });
    assert_eq!(seen, (1, 20, false));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_mails_at_once_share_eight_connections() {
    let slow = |_: usize, command: &str| {
        if command == "." {
            Act::Wait(Duration::from_millis(5))
        } else {
            Act::Usual
        }
    };
    let (house, server) = (house(), FakeServer::start(slow).await);
    let sends = (0..64).map(|_| house.send(&server, draft()));
    for outcome in join_all(sends).await {
        outcome.expect("sent");
    }
    let (most_open, mails) = server.seen(|seen| (seen.most_open, seen.mails.len()));
    assert_eq!(mails, 64);
    assert!((2..=8).contains(&most_open), "{most_open}");
    assert_eq!(house.copies().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_is_said_with_the_reason() {
    let house = house();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("binds")
        .local_addr()
        .expect("address")
        .port();
    for host in ["127.0.0.1", "no-such-host.invalid"] {
        let sender = house.sender(format!("smtp://{host}:{port}").parse().expect("a URL"));
        let error = house
            .outbound
            .send(sender, parsed(draft()), Enclosed::default(), Arc::default())
            .await
            .expect_err("unreachable");
        let body = answer(error);
        assert_eq!(
            (&body["error"], &body["message"]),
            (&json!(500), &json!("SMTP Server not reachable"))
        );
        assert!(
            body["details"]["reason"]
                .as_str()
                .is_some_and(|reason| reason.len() > 5),
            "{body}"
        );
    }
    assert_eq!(house.spooled(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_costs_no_more_than_the_limit() {
    let steps = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"];
    let dawdling = Act::Drip(Duration::from_millis(20));
    let ways = [Act::Hang, dawdling].map(|act| steps.map(|step| (step, act)));
    let sends = ways.concat().into_iter().map(|(step, act)| async move {
        let script = move |_: usize, command: &str| {
            if command.starts_with(step) {
                act
            } else {
                Act::Usual
            }
        };
        let server = FakeServer::start(script).await;
        let house = house_with(OutboundLimits {
            smtp_timeout: Duration::from_millis(500),
            ..limits()
        });
        let started = Instant::now();
        let body = answer(house.send(&server, draft()).await.expect_err(step));
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "{step}: {took:?}");
        assert_eq!(body["message"], "SMTP Server not reachable", "{step}");
        assert_eq!(
            body["details"]["reason"], "no answer within 0.5 s",
            "{step}"
        );
        assert_eq!(house.spooled(), Vec::<String>::new(), "{step}");
    });
    join_all(sends).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_ends_its_line_is_cut_off() {
    static ENDLESS: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| format!("250-{}", "x".repeat(1 << 20)));
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("MAIL") => Act::Say(ENDLESS.as_str()),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let body = answer(house.send(&server, draft()).await.expect_err("cut off"));
    assert_eq!(body["details"]["reason"], "the server says too much");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_free_connection_has_an_end() {
    let script = |_: usize, command: &str| {
        if command == "." {
            Act::Wait(Duration::from_secs(2))
        } else {
            Act::Usual
        }
    };
    let server = FakeServer::start(script).await;
    let limits = OutboundLimits {
        smtp_timeout: Duration::from_millis(2500),
        smtp_connections: 1,
        ..limits()
    };
    let house = house_with(limits);
    let outcomes = join_all((0..4).map(|_| house.send(&server, draft()))).await;
    let reasons: Vec<Value> = outcomes
        .into_iter()
        .filter_map(Result::err)
        .map(|error| answer(error)["details"]["reason"].clone())
        .collect();
    assert_eq!(reasons, vec![json!("no free connection within 2.5 s"); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_while_idle_is_replaced_without_a_word() {
    for act in [Act::Close, Act::SayAndClose("421 4.4.2 idle for too long")] {
        let script = move |number: usize, command: &str| {
            let again = number == 1 && command.starts_with("MAIL FROM:<again@example.org>");
            if again { act } else { Act::Usual }
        };
        let (house, server) = (house(), FakeServer::start(script).await);
        house.send(&server, draft()).await.expect("sent");
        let mut sender = house.sender(smtp(&server));
        sender.from = Mailbox::new("", "again@example.org").expect("valid");
        house
            .outbound
            .send(sender, parsed(draft()), Enclosed::default(), Arc::default())
            .await
            .expect("sent over a new connection");
        assert_eq!(
            server.seen(|seen| (seen.connects, seen.mails.len())),
            (2, 2)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_wants_fewer_connections_gets_fewer() {
    let script = |number: usize, command: &str| match command {
        "CONNECT" if number > 2 => Act::SayAndClose("421 4.7.0 too many connections"),
        "." => Act::Wait(Duration::from_millis(20)),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    for outcome in join_all((0..32).map(|_| house.send(&server, draft()))).await {
        outcome.expect("sent");
    }
    assert_eq!(server.seen(|seen| seen.mails.len()), 32);
    assert!(
        server.seen(|seen| seen.connects) <= 8,
        "each refused connection is withheld, not tried again"
    );
    let alone = FakeServer::start(|_, _| Act::SayAndClose("421 4.3.2 shutting down")).await;
    let body = answer(house.send(&alone, draft()).await.expect_err("refused"));
    assert_eq!(body["message"], "421 4.3.2 shutting down");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_are_closed_and_empty_pools_forgotten() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    house.send(&server, draft()).await.expect("sent");
    house.outbound.0.pools.tidy(Duration::ZERO).await;
    let quit = server.seen(|seen| seen.commands.last().cloned());
    assert_eq!(quit.as_deref(), Some("QUIT"));
    house.send(&server, draft()).await.expect("sent");
    assert_eq!(server.seen(|seen| seen.connects), 2);
}
