//! Copies that could not be saved at once are saved later, each of them once.

use std::path::Path;
use std::time::Duration;

use quillgate::config::{Config, Listen};
use serde_json::json;
use tempfile::TempDir;

use super::cut::{Cut, When};
use super::server::{Act, Server};
use super::{gateway, send, warning};
use crate::support::certificates::ca_file;
use crate::support::dovecot::{Dovecot, password};
use crate::support::sink::Gate;
use crate::support::{Gateway, eventually, people};

const PATIENCE: Duration = Duration::from_secs(20);

/// For a gateway that is stopped and started again on the same directory.
fn configuration(directory: &Path) -> Config {
    let mut config = Config::for_data_dir(&directory.join("data"));
    config.server.listen = vec![Listen::Tcp("127.0.0.1:0".to_owned())];
    config.server.workers = 2;
    config.mail.ca_file = Some(ca_file());
    config
}

async fn all_filed(gateway: &Gateway) {
    eventually("every copy is filed", async || gateway.spooled().is_empty()).await;
}

#[tokio::test]
async fn a_copy_that_has_arrived_without_a_sign_is_not_saved_again() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(PATIENCE).await;
    let cut = Cut::to(dovecot.imap, When::Taken).await;
    gateway.keeps_copies_at(&cut.url(), &password("ralf")).await;
    let refused = warning(&send(&gateway, json!({"bcc": "b@example.com"})).await);
    let why = "as the mail server closed the connection, it is saved later";
    assert!(refused.ends_with(why), "{refused}");
    assert!(cut.is_reached());
    assert_eq!(dovecot.messages("ralf", ".Sent").len(), 1);
    assert_eq!(gateway.spooled(), ["accepted"]);
    // The next copy shows that the mailbox is well again.
    gateway
        .keeps_copies_at(&dovecot.url("ralf"), &password("ralf"))
        .await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    all_filed(&gateway).await;
    let mut copies: Vec<_> = dovecot.messages("ralf", ".Sent");
    copies.sort_by_key(|copy| !copy.text.starts_with("Bcc: "));
    let sent = gateway.sent();
    assert_eq!((copies.len(), sent.len()), (2, 2));
    let with_bcc = copies[0].text.strip_prefix("Bcc: <b@example.com>\r\n");
    assert!(sent.contains(&with_bcc.unwrap().to_owned()));
    assert!(sent.contains(&copies[1].text));
}

#[tokio::test]
async fn a_server_and_a_gateway_that_die_cost_no_copy_and_make_no_double() {
    let Some(mut dovecot) = Dovecot::start() else {
        return;
    };
    let directory = TempDir::new().unwrap();
    let config = configuration(directory.path());
    let first = Gateway::launch(config.clone()).await;
    people::move_in(&first.store, &first.outbox()).await;
    let cut = Cut::to(dovecot.imap, When::Sent(100_000)).await;
    first.keeps_copies_at(&cut.url(), &password("ralf")).await;
    let body = "a line of some length\r\n".repeat(50_000);
    let sending = async {
        let answer = send(&first, json!({"body": body})).await;
        assert!(
            warning(&answer).ends_with(", it is saved later"),
            "{}",
            answer.text
        );
    };
    let killing = async {
        eventually("half of it is there", async || cut.is_reached()).await;
        dovecot.kill();
    };
    tokio::join!(sending, killing);
    assert_eq!(first.spooled(), ["accepted"]);
    dovecot.restart();
    assert_eq!(dovecot.messages("ralf", ".Sent").len(), 0);
    first
        .keeps_copies_at(&dovecot.url("ralf"), &password("ralf"))
        .await;
    let sent = first.sent();
    first.stop().await;
    for _ in 0..2 {
        let next = Gateway::launch(config.clone()).await;
        all_filed(&next).await;
        let copies = dovecot.messages("ralf", ".Sent");
        let texts: Vec<_> = copies.into_iter().map(|copy| copy.text).collect();
        assert!(texts == sent, "{} copies", texts.len());
        next.stop().await;
    }
}

#[tokio::test]
async fn a_dead_mailbox_holds_up_no_other_one_s_copies() {
    let directory = TempDir::new().unwrap();
    let config = configuration(directory.path());
    let first = Gateway::launch(config.clone()).await;
    people::move_in(&first.store, &first.outbox()).await;
    first
        .keeps_copies_at("imap://127.0.0.1:1?user=x", "x")
        .await;
    for login in ["ralf", "ralf", "anna"] {
        let mail = json!({"to": "a@example.com", "subject": login});
        let answer = first.post_json(login, "/mail", &mail).await;
        assert!(
            warning(&answer).contains("is not reachable"),
            "{}",
            answer.text
        );
    }
    // Whoever comes first waits for an answer.
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::with("IMAP4rev1 LITERAL+", move |number, command| match command {
        "CONNECT" if number == 1 => Act::Late(held.clone()),
        _ => Act::Usual,
    });
    first.keeps_copies_at(&server.url(), "x").await;
    let mut sent = first.sent();
    first.stop().await;
    let next = Gateway::launch(config).await;
    eventually("the other one's copies are filed", async || {
        [1, 2].contains(&next.spooled().len())
    })
    .await;
    gate.open();
    all_filed(&next).await;
    let mut messages = server.seen().messages;
    messages.sort();
    sent.sort();
    assert_eq!(messages, sent);
    next.stop().await;
}
