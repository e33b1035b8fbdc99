//! One account, several logins: who gets whose connections.

use super::fake_server::{Act, FakeServer};
use super::*;

async fn with_auth(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> FakeServer {
    FakeServer::start(move |number, command| match command.get(..4) {
        Some("EHLO") => Act::Say("250-h\r\n250 AUTH PLAIN"),
        _ => script(number, command),
    })
    .await
}

fn with_cap(smtp_connections: usize) -> House {
    house_with(OutboundLimits {
        smtp_connections,
        ..limits()
    })
}

async fn send(house: &House, server: &FakeServer, login: &Login) {
    house
        .send_as(smtp(server), Some(login.clone()), draft())
        .await
        .expect("sent");
}

/// What was said on all connections, without what is said for each mail.
fn openings(server: &FakeServer) -> Vec<String> {
    let commands = server.seen(|seen| seen.commands.clone());
    let kept = commands
        .into_iter()
        .map(|line| line.chars().take(4).collect::<String>())
        .filter(|verb| ["EHLO", "AUTH", "MAIL", "QUIT"].contains(&verb.as_str()));
    kept.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_over_a_connection_of_somebody_else_s_login() {
    let (house, server) = (with_cap(8), with_auth(|_, _| Act::Usual).await);
    let logins = [
        login("ralf", "secret-ralf"),
        login("anna", "secret-anna"),
        login("ralf", "changed"),
    ];
    for _ in 0..2 {
        for login in &logins {
            send(&house, &server, login).await;
        }
        house.send(&server, draft()).await.expect("sent");
    }
    let (connects, mails) = server.seen(|seen| (seen.connects, seen.mails.len()));
    // One for each login, and one without.
    assert_eq!((connects, mails), (4, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_s_idle_connection_makes_room() {
    let (house, server) = (with_cap(1), with_auth(|_, _| Act::Usual).await);
    let (ralf, anna) = (login("ralf", "secret-ralf"), login("anna", "secret-anna"));
    for login in [&ralf, &ralf, &anna, &anna, &ralf] {
        send(&house, &server, login).await;
    }
    let opened = ["EHLO", "AUTH", "MAIL"];
    let expected = [
        &opened[..],
        &["MAIL", "QUIT"],
        &opened,
        &["MAIL", "QUIT"],
        &opened,
    ];
    assert_eq!(openings(&server), expected.concat());
    // Each good-bye comes before the next connection.
    assert_eq!(server.seen(|seen| seen.connects), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_idle_connection_is_the_one_that_goes() {
    let (house, server) = (with_cap(2), with_auth(|_, _| Act::Usual).await);
    let [a, b, c] = ["a", "b", "c"].map(|user| login(user, "secret"));
    for login in [&a, &b, &a, &c, &a] {
        send(&house, &server, login).await;
    }
    assert_eq!(
        server.seen(|seen| (seen.connects, seen.mails.len())),
        (3, 5)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_fewer_connections_gets_an_idle_one_closed() {
    let open = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let script = move |_: usize, command: &str| {
        use std::sync::atomic::Ordering::SeqCst;
        match command {
            "CONNECT" if open.fetch_add(1, SeqCst) >= 2 => {
                open.fetch_sub(1, SeqCst);
                Act::SayAndClose("421 4.7.0 too many connections")
            }
            "QUIT" => {
                open.fetch_sub(1, SeqCst);
                Act::Usual
            }
            _ => Act::Usual,
        }
    };
    let (house, server) = (with_cap(8), with_auth(script).await);
    for user in ["a", "b", "c", "d"] {
        send(&house, &server, &login(user, "secret")).await;
    }
    let (connects, mails) = server.seen(|seen| (seen.connects, seen.mails.len()));
    assert_eq!(mails, 4);
    assert!(connects <= 6, "{connects}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_told_to_end_carries_no_more() {
    let script = |number: usize, command: &str| match (number, command) {
        (1, ".") => Act::Say("250 2.0.0 queued\r\n421 4.4.2 good bye"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    for _ in 0..3 {
        house.send(&server, draft()).await.expect("sent");
    }
    let begun = openings(&server);
    // Nothing was tried on the first one after its good-bye.
    assert_eq!(begun, ["EHLO", "MAIL", "EHLO", "MAIL", "MAIL"]);
}
